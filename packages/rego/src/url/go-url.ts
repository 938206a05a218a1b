import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import { quoted } from '../gofmt/quote.ts'
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

/** What is wrong with a URL, in Go's words. */
export class GoUrlError extends Error {
  override readonly name: string = 'GoUrlError'
  readonly code: string = 'ERR_GO_URL'
}

/** Reads a URL or reference as Go's `url.Parse` does; undefined where that reports an error. */
export function parseGoUrl(text: string): GoUrl | undefined {
  try {
    return readGoUrl(text)
  } catch (error) {
    if (error instanceof GoUrlError) return undefined
    throw error
  }
}

/**
 * Reads a URL or reference as Go's `url.Parse` does.
 *
 * @throws GoUrlError with Go's text.
 */
export function readGoUrl(text: string): GoUrl {
  const [rest, fragment = ''] = cut(text, '#')
  const url = within(rest, () => readRest(rest))
  if (fragment === '') return url
  const decoded = within(text, () => unescape(fragment, 'fragment'))
  return { ...url, fragment: decoded, rawFragment: escape(decoded, 'fragment') === fragment ? '' : fragment }
}

function within<T>(text: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error
    throw new GoUrlError(`parse ${quoted(text, '"', false)}: ${error.message}`, { cause: error })
  }
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

function readRest(text: string): GoUrl {
  if (/[^ -~\u0080-\uffff]/.test(text)) throw new GoUrlError('net/url: invalid control character in URL')
  if (text === '*') return { ...empty, path: '*' }
  if (text.startsWith(':')) throw new GoUrlError('missing protocol scheme')
  const match = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text)
  const scheme = match?.[1]?.toLowerCase() ?? ''
  let rest = text.slice(match?.[0].length ?? 0)
  const forceQuery = rest.endsWith('?') && rest.indexOf('?') === rest.length - 1
  const [before, rawQuery = ''] = cut(rest, '?')
  rest = before
  const start = { ...empty, scheme, rawQuery, forceQuery }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...start, opaque: rest }
    if (cut(rest, '/')[0].includes(':')) throw new GoUrlError('first path segment in URL cannot contain colon')
  }
  let authority: Pick<GoUrl, 'user' | 'host'> = { user: undefined, host: '' }
  let omitHost = false
  if ((scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2)
    const end = slash === -1 ? rest.length : slash
    authority = readAuthority(scheme, rest.slice(2, end))
    rest = rest.slice(end)
  } else if (scheme !== '' && rest.startsWith('/')) omitHost = true
  const path = unescape(rest, 'path')
  return { ...start, ...authority, omitHost, path, rawPath: escape(path, 'path') === rest ? '' : rest }
}

function readAuthority(scheme: string, authority: string): Pick<GoUrl, 'user' | 'host'> {
  const at = authority.lastIndexOf('@')
  const host = readHost(scheme, authority.slice(at + 1))
  if (at === -1) return { user: undefined, host }
  const info = authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) throw new GoUrlError('net/url: invalid userinfo')
  const [name, password] = cut(info, ':')
  const user = { name: unescape(name, 'user') }
  return { user: password === undefined ? user : { ...user, password: unescape(password, 'user') }, host }
}

function readHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) throw new GoUrlError('invalid IP-literal')
  if (bracket === 0) {
    const close = host.lastIndexOf(']')
    if (close === -1) throw new GoUrlError("missing ']' in host")
    const port = checkedPort(host.slice(close + 1))
    const inside = host.slice(1, close)
    const zone = inside.indexOf('%25')
    const address = unescape(zone === -1 ? inside : inside.slice(0, zone), 'host')
    const zoneText = zone === -1 ? '' : unescape(inside.slice(zone), 'zone')
    const kind = isIp(address)
    if (kind === 0 || zoneText === '%') throw new GoUrlError(`invalid host: ParseAddr(${quoted(`${address}${zoneText}`, '"', false)}): unable to parse IP`)
    if (kind === 4) throw new GoUrlError('invalid IP-literal')
    return `[${address}${zoneText}]${port}`
  }
  const first = host.indexOf(':')
  if (first !== -1) checkedPort(host.slice(scheme === 'http' || scheme === 'https' ? first : host.lastIndexOf(':')))
  return unescape(host, 'host')
}

function checkedPort(port: string): string {
  if (!/^(?::\d*)?$/.test(port)) throw new GoUrlError(`invalid port ${quoted(port, '"', false)} after host`)
  return port
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
  if (raw !== '' && isEscapeOf(raw, decoded, mode) && Array.from(raw).every((char) => /[!$&'()*+,;=:@[\]%]/.test(char) || plain[mode].test(char))) return raw
  return mode === 'path' && decoded === '*' ? '*' : escape(decoded, mode)
}

function isEscapeOf(raw: string, decoded: string, mode: Mode): boolean {
  try {
    return unescape(raw, mode) === decoded
  } catch (error) {
    if (error instanceof GoUrlError) return false
    throw error
  }
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function escape(text: string, mode: Mode): string {
  let out = ''
  for (const char of text) {
    if (plain[mode].test(char)) out += char
    else for (const byte of encodeUtf8(char)) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

function unescape(text: string, mode: Mode): string {
  const bytes: number[] = []
  for (let i = 0; i < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(i) ?? 0)
    if (char === '%') {
      bytes.push(escapedByte(text, i, mode))
      i += 3
      continue
    }
    if ((mode === 'host' || mode === 'zone') && char < '\u0080' && !plain[mode].test(char)) throw new GoUrlError(`invalid character ${quoted(char, '"', false)} in host name`)
    bytes.push(...encodeUtf8(char))
    i += char.length
  }
  return decodeUtf8(Uint8Array.from(bytes))
}

/** The first bytes of a text, quoted: Go cuts there even within a letter. */
function quotedBytes(text: string, count: number): string {
  let letters = ''
  let left = count
  for (const letter of text) {
    const bytes = encodeUtf8(letter)
    if (bytes.length > left) return `${quoted(letters, '"', false).slice(0, -1)}${Array.from(bytes.subarray(0, left), (byte) => `\\x${byte.toString(16)}`).join('')}"`
    letters += letter
    left -= bytes.length
  }
  return quoted(letters, '"', false)
}

function escapedByte(text: string, at: number, mode: Mode): number {
  const triple = text.slice(at, at + 3)
  const invalid = (): GoUrlError => new GoUrlError(`invalid URL escape ${quotedBytes(text.slice(at, at + 4), 3)}`)
  if (!/^%[\da-fA-F]{2}$/.test(triple)) throw invalid()
  const code = Number.parseInt(triple.slice(1), 16)
  // A host may only carry escapes of bytes beyond ASCII (RFC 6874 makes an exception for `%25`).
  if (mode === 'host' && code < 0x80 && triple !== '%25') throw invalid()
  if (mode === 'zone' && triple !== '%25' && code !== 0x20 && !plain.host.test(String.fromCharCode(code))) throw invalid()
  return code
}
