import { isIp } from './ip.ts'

/** What Go's `net/url` makes of a URL. */
export interface GoUrl {
  readonly scheme: string
  readonly opaque: string
  readonly user: { readonly name: string; readonly password?: string } | undefined
  readonly host: string
  readonly path: string
  readonly rawPath: string
  readonly rawQuery: string
  readonly fragment: string
  readonly rawFragment: string
  readonly forceQuery: boolean
  readonly omitHost: boolean
}

type Mode = 'path' | 'host' | 'zone' | 'user' | 'fragment'

const plain: Readonly<Record<Mode, RegExp>> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-_.~!"$&'()*+,:;<=>[\]]/,
  zone: /[A-Za-z0-9\-_.~!"$&'()*+,:;<=>[\]]/,
  user: /[A-Za-z0-9\-_.~$&+,;=]/,
  fragment: /[A-Za-z0-9\-_.~!$&()*+,/:;=?@]/,
}

/** Reads a URL or reference as Go's `url.Parse` does; undefined where that reports an error. */
export function parseGoUrl(text: string): GoUrl | undefined {
  const [rest, fragment = ''] = cut(text, '#')
  const url = parseRest(rest)
  if (url === undefined || fragment === '') return url
  const decoded = unescape(fragment, 'fragment')
  if (decoded === undefined) return undefined
  return { ...url, fragment: decoded, rawFragment: escape(decoded, 'fragment') === fragment ? '' : fragment }
}

const empty: GoUrl = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  path: '',
  rawPath: '',
  rawQuery: '',
  fragment: '',
  rawFragment: '',
  forceQuery: false,
  omitHost: false,
}

function parseRest(text: string): GoUrl | undefined {
  if (/[^ -~\u0080-\uffff]/.test(text)) return undefined
  if (text === '*') return { ...empty, path: '*' }
  if (text.startsWith(':')) return undefined
  const match = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text)
  const scheme = match?.[1]?.toLowerCase() ?? ''
  let rest = text.slice(match?.[0].length ?? 0)
  const forceQuery = rest.endsWith('?') && rest.indexOf('?') === rest.length - 1
  const [before, rawQuery = ''] = cut(rest, '?')
  rest = before
  const start = { ...empty, scheme, rawQuery, forceQuery }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...start, opaque: rest }
    if (cut(rest, '/')[0].includes(':')) return undefined
  }
  let authority: Pick<GoUrl, 'user' | 'host'> | undefined = { user: undefined, host: '' }
  let omitHost = false
  if ((scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2)
    const end = slash === -1 ? rest.length : slash
    authority = parseAuthority(scheme, rest.slice(2, end))
    rest = rest.slice(end)
  } else if (scheme !== '' && rest.startsWith('/')) omitHost = true
  if (authority === undefined) return undefined
  const path = unescape(rest, 'path')
  if (path === undefined) return undefined
  return { ...start, ...authority, omitHost, path, rawPath: escape(path, 'path') === rest ? '' : rest }
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, 'user' | 'host'> | undefined {
  const at = authority.lastIndexOf('@')
  const host = parseHost(scheme, authority.slice(at + 1))
  if (host === undefined) return undefined
  if (at === -1) return { user: undefined, host }
  const info = authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) return undefined
  const [rawName, rawPassword] = cut(info, ':')
  const name = unescape(rawName, 'user')
  if (name === undefined) return undefined
  if (rawPassword === undefined) return { user: { name }, host }
  const password = unescape(rawPassword, 'user')
  return password === undefined ? undefined : { user: { name, password }, host }
}

function parseHost(scheme: string, host: string): string | undefined {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) return undefined
  if (bracket === 0) {
    const close = host.lastIndexOf(']')
    const port = close === -1 ? undefined : host.slice(close + 1)
    if (port === undefined || !validPort(port)) return undefined
    const inside = host.slice(1, close)
    const zone = inside.indexOf('%25')
    const address = unescape(zone === -1 ? inside : inside.slice(0, zone), 'host')
    const zoneText = zone === -1 ? '' : unescape(inside.slice(zone), 'zone')
    if (address === undefined || zoneText === undefined || isIp(address) !== 6) return undefined
    return `[${address}${zoneText}]${port}`
  }
  const first = host.indexOf(':')
  if (first !== -1) {
    const last = host.lastIndexOf(':')
    const colon = scheme === 'http' || scheme === 'https' ? first : last
    if (!validPort(host.slice(colon))) return undefined
  }
  return unescape(host, 'host')
}

function validPort(port: string): boolean {
  return port === '' || /^:\d*$/.test(port)
}

/** Writes a URL back as Go's `URL.String` does. */
export function formatGoUrl(url: GoUrl): string {
  let out = url.scheme === '' ? '' : `${url.scheme}:`
  if (url.opaque === '') {
    if (url.scheme !== '' || url.host !== '' || url.user !== undefined) {
      if (!(url.omitHost && url.host === '' && url.user === undefined) && (url.host !== '' || url.path !== '' || url.user !== undefined)) {
        out += `//${formatUser(url.user)}${escape(url.host, 'host')}`
      }
    }
    const path = encodedOr(url.rawPath, url.path, 'path')
    if (path !== '' && !path.startsWith('/') && url.host !== '') out += '/'
    if (out === '' && cut(path, '/')[0].includes(':')) out += './'
    out += path
  } else out += url.opaque
  if (url.forceQuery || url.rawQuery !== '') out += `?${url.rawQuery}`
  if (url.fragment !== '') out += `#${encodedOr(url.rawFragment, url.fragment, 'fragment')}`
  return out
}

function formatUser(user: GoUrl['user']): string {
  if (user === undefined) return ''
  return `${escape(user.name, 'user')}${user.password === undefined ? '' : `:${escape(user.password, 'user')}`}@`
}

function encodedOr(raw: string, decoded: string, mode: 'path' | 'fragment'): string {
  if (raw !== '' && unescape(raw, mode) === decoded && Array.from(raw).every((char) => /[!$&'()*+,;=:@[\]%]/.test(char) || plain[mode].test(char))) return raw
  return mode === 'path' && decoded === '*' ? '*' : escape(decoded, mode)
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function escape(text: string, mode: Mode): string {
  let out = ''
  for (const char of text) {
    if (plain[mode].test(char)) out += char
    else for (const byte of new TextEncoder().encode(char)) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

function unescape(text: string, mode: Mode): string | undefined {
  const bytes: number[] = []
  for (let i = 0; i < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(i) ?? 0)
    if (char === '%') {
      const triple = text.slice(i, i + 3)
      if (!/^%[\da-fA-F]{2}$/.test(triple)) return undefined
      const code = Number.parseInt(triple.slice(1), 16)
      // A host may only carry escapes of bytes beyond ASCII (RFC 6874 makes an exception for `%25`).
      if (mode === 'host' && code < 0x80 && triple !== '%25') return undefined
      if (mode === 'zone' && triple !== '%25' && code !== 0x20 && !plain.host.test(String.fromCharCode(code))) return undefined
      bytes.push(code)
      i += 3
      continue
    }
    if ((mode === 'host' || mode === 'zone') && char < '\u0080' && !plain[mode].test(char)) return undefined
    bytes.push(...new TextEncoder().encode(char))
    i += char.length
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}
