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
 * (where clouds keep their metadata), loopback, unspecified, multicast, also as IPv6 carries those of IPv4. `URL` has brought
 * addresses into their common form. Names are not resolved: one that leads into a private network is taken for a public one.
 */
export function isInnerAddress(host: string): boolean {
  // a name that ends at the root is the same name
  const hostname = host.endsWith('.') ? host.slice(0, -1) : host
  if (isLoopback(hostname)) return true
  const bytes = ipv4(hostname)
  if (bytes !== undefined) return isInnerIpv4(bytes)
  return hostname.startsWith('[') && isInnerIpv6(groupsOf(hostname.slice(1, -1)))
}

function ipv4(hostname: string): readonly number[] | undefined {
  const parts = hostname.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part)) ? parts.map(Number) : undefined
}

/** @see https://www.iana.org/assignments/iana-ipv4-special-registry */
function isInnerIpv4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true
  if (a === 100) return b >= 64 && b < 128
  if (a === 169) return b === 254
  if (a === 172) return b >= 16 && b < 32
  if (a === 192) return b === 168 || (b === 0 && c === 0)
  return a === 198 && (b === 18 || b === 19)
}

/** The eight numbers of an address, whose longest run of zeros `URL` writes as `::`. */
function groupsOf(address: string): readonly number[] {
  const [front = '', back] = address.split('::')
  const numbers = (part: string): readonly number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [first, last] = [numbers(front), numbers(back ?? '')]
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
}

/** @see https://www.iana.org/assignments/iana-ipv6-special-registry */
function isInnerIpv6(groups: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0] = groups
  // unique local; link-local, site-local; multicast
  if ((a & 0xfe00) === 0xfc00 || a >= 0xfe80) return true
  // a translator of the network's own; Teredo, whose addresses are disguised
  if ((a === 0x64 && b === 0xff9b && c === 1) || (a === 0x2001 && b === 0)) return true
  if (a === 0x2002) return isInnerIpv4(bytesOf(b, c))
  const carriesIpv4 = groups.slice(0, 4).every((group) => group === 0) || (a === 0x64 && b === 0xff9b)
  return carriesIpv4 && isInnerIpv4(bytesOf(groups[6] ?? 0, groups[7] ?? 0))
}

function bytesOf(high: number, low: number): readonly number[] {
  return [high >> 8, high & 255, low >> 8, low & 255]
}
