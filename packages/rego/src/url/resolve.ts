import { formatGoUrl, parseGoUrl, type GoUrl } from './go-url.ts'

/** Resolves a reference against a base as Go's `URL.ResolveReference` does; the text of the result. */
export function resolveUrl(base: string, reference: string): string | undefined {
  const [from, ref] = [parseGoUrl(base), parseGoUrl(reference)]
  return from === undefined || ref === undefined ? undefined : formatGoUrl(resolve(from, ref))
}

function resolve(base: GoUrl, ref: GoUrl): GoUrl {
  const scheme = ref.scheme === '' ? base.scheme : ref.scheme
  if (ref.scheme !== '' || ref.host !== '' || ref.user !== undefined) return withPath({ ...ref, scheme }, resolvePath(escapedPath(ref), ''))
  if (ref.opaque !== '') return { ...ref, scheme, user: undefined, host: '', path: '', rawPath: '' }
  let url: GoUrl = { ...ref, scheme }
  if (ref.path === '' && !ref.forceQuery && ref.rawQuery === '') {
    url = { ...url, rawQuery: base.rawQuery }
    if (ref.fragment === '') url = { ...url, fragment: base.fragment, rawFragment: base.rawFragment }
  }
  if (ref.path === '' && base.opaque !== '') return { ...url, opaque: base.opaque, user: undefined, host: '', path: '', rawPath: '' }
  return withPath({ ...url, host: base.host, user: base.user }, resolvePath(escapedPath(base), escapedPath(ref)))
}

function withPath(url: GoUrl, escaped: string): GoUrl {
  // Parsing `//host/path` splits exactly the path off, whatever it holds.
  const parsed = parseGoUrl(`//x${escaped.startsWith('/') || escaped === '' ? '' : '/'}${escaped}`)
  const path = parsed?.path ?? ''
  return { ...url, path: escaped.startsWith('/') ? path : path.slice(1), rawPath: parsed?.rawPath ?? '' }
}

function escapedPath(url: GoUrl): string {
  const { path, rawPath } = url
  return formatGoUrl({ ...url, scheme: '', opaque: '', user: undefined, host: '', path, rawPath, rawQuery: '', forceQuery: false, fragment: '', rawFragment: '' }).replace(/^\.\/(?=[^/]*:)/, '')
}

/** RFC 3986 5.2.3 and 5.2.4. */
function resolvePath(base: string, ref: string): string {
  const full = ref === '' ? base : ref.startsWith('/') ? ref : base.slice(0, base.lastIndexOf('/') + 1) + ref
  if (full === '') return ''
  const out: string[] = []
  const segments = full.split('/')
  for (const segment of segments) {
    if (segment === '..') {
      if (out.length > 1 || (out.length === 1 && out[0] !== '')) out.pop()
    } else if (segment !== '.') out.push(segment)
  }
  const last = segments.at(-1)
  if (last === '.' || last === '..') out.push('')
  return `/${out.join('/').replace(/^\/+/, '')}`
}
