import { HttpError } from './error.ts'

/** Refuses what must not be asked: another scheme, credentials in the URL, plain http to another machine. */
export function checkUrl(url: URL, method: string, allowInsecure: boolean): void {
  if (url.username !== '' || url.password !== '') throw new HttpError('ERR_HTTP_URL', method, url, 'the URL holds credentials; hand them in as a header')
  if (url.protocol === 'https:') return
  if (url.protocol !== 'http:') throw new HttpError('ERR_HTTP_URL', method, url, `expected https, found ${url.protocol.slice(0, -1)}`)
  if (!allowInsecure && !isLoopback(url.hostname)) throw new HttpError('ERR_HTTP_URL', method, url, 'expected https; http is used to this machine alone unless it is allowed')
}

/** Whether a host is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
}

/**
 * Whether a host is an address that a server elsewhere has no business to send us to: private networks, link-local
 * (where clouds keep their metadata), loopback, unspecified, multicast. `URL` has brought IPv4 into its common form.
 * Names are not resolved, which another answer a moment later would make worthless: a name that leads into a private network gets no
 * further than the handshake of TLS, since nobody there has a certificate for it, and plain http to other machines is refused.
 */
export function isInnerAddress(hostname: string): boolean {
  if (isLoopback(hostname)) return true
  const bytes = ipv4(hostname)
  if (bytes !== undefined) return isInnerIpv4(bytes)
  if (!hostname.startsWith('[')) return false
  const address = hostname.slice(1, -1).toLowerCase()
  const mapped = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)
  if (mapped !== null) {
    const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)]
    return isInnerIpv4([high >> 8, high & 255, low >> 8, low & 255])
  }
  return /^(::1?$|f[cd]|fe[89a-f]|ff)/.test(address)
}

function ipv4(hostname: string): readonly number[] | undefined {
  const parts = hostname.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part)) ? parts.map(Number) : undefined
}

function isInnerIpv4([a = 0, b = 0]: readonly number[]): boolean {
  return a === 0 || a === 10 || a === 127 || (a === 100 && b >= 64 && b < 128) || (a === 169 && b === 254) || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || a >= 224
}
