import type { IpRange } from '../certificate/name-constraints.ts'

/**
 * Whether a DNS name is a constraint's name or has more labels in front; with a dot in front, it needs to have more. A
 * wildcard in the first label stands for names that an exclusion may mean, so it is excluded with each of them.
 */
export function dnsInSubtree(name: string, constraint: string, excluding: boolean): boolean | undefined {
  const [text, base] = [withoutEnd(name), withoutEnd(constraint)]
  if (!isHost(text.replace(/^\*\./, '')) || !isBase(base)) return undefined
  if (base === '' || base === text || (base.startsWith('.') ? text.endsWith(base) : text.endsWith(`.${base}`))) return true
  const dot = base.replace(/^\./, '').indexOf('.')
  return excluding && text.startsWith('*.') && dot >= 0 && base.replace(/^\./, '').slice(dot) === text.slice(1)
}

/** A mailbox, all of a host (`example.com`), or all below a domain (`.example.com`). */
export function emailInSubtree(email: string, constraint: string): boolean | undefined {
  const mailbox = split(email)
  if (mailbox === undefined) return undefined
  if (constraint.includes('@')) {
    const wanted = split(constraint)
    return wanted === undefined ? undefined : wanted.host === mailbox.host && wanted.local === mailbox.local
  }
  return hostInSubtree(mailbox.host, constraint)
}

/** A URI by its host. One without a host name, or with an address in its place, cannot be compared. */
export function uriInSubtree(uri: string, constraint: string): boolean | undefined {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#\\]*)/.exec(uri)?.[1]
  const host = withoutEnd((authority ?? '').replace(/^.*@/, '').replace(/:\d*$/, ''))
  // a last label of digits alone is an address for those who read URLs
  if (!isHost(host) || /(^|\.)\d+$/.test(host) || !/[a-z]/.test(host)) return undefined
  return hostInSubtree(host, constraint)
}

/** Never equal where one is IPv4 and the other IPv6. */
export function ipInRange(address: Uint8Array, range: IpRange): boolean {
  return address.length === range.address.length && address.every((byte, index) => ((byte ^ (range.address[index] ?? 0)) & (range.mask[index] ?? 0)) === 0)
}

/** RFC 5280, section 4.2.1.10: without a dot in front the constraint names one host, with it all hosts below. */
function hostInSubtree(host: string, constraint: string): boolean | undefined {
  const base = withoutEnd(constraint)
  if (!isBase(base)) return undefined
  return base === '' || (base.startsWith('.') ? host.endsWith(base) : host === base)
}

/** Hosts are compared in lower case and without the dot that may stand at the end. */
function withoutEnd(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

/** A constraint that is no name cannot be compared with: it excludes everything and permits nothing. */
function isBase(base: string): boolean {
  return base === '' || isHost(base.replace(/^\./, ''))
}

function isHost(text: string): boolean {
  return /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(text) && text.length <= 253
}

/** The local part may be quoted, so the last @ counts; a part that is quoted is compared by its text. */
function split(email: string): { readonly local: string; readonly host: string } | undefined {
  const at = email.lastIndexOf('@')
  const [local, host] = [email.slice(0, at), withoutEnd(email.slice(at + 1))]
  if (at < 1 || !isHost(host)) return undefined
  // a quoted local part can say the same in several ways: it cannot be compared
  return /^[^\s"\\@]+$/.test(local) ? { local, host } : undefined
}
