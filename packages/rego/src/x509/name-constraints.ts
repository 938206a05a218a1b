import { parseIp } from '../url/ip.ts'
import type { GoUrl } from '../url/go-url.ts'
import type { Certificate } from './certificate.ts'
import type { IpRange, NameConstraints } from './extensions.ts'
import { isDomainName, parseMailbox, type Mailbox } from './names.ts'

/** Whether all alternative names of a chain (leaf first) respect the name constraints above them (RFC 5280 4.2.1.10). */
export function respectsNameConstraints(chain: readonly Certificate[]): boolean {
  return chain.every((certificate, i) => {
    const { names } = certificate.fields
    const above = chain.slice(i + 1).filter(({ fields }) => fields.permitted !== undefined)
    if (names === undefined || above.length === 0) return true
    const hosts = names.uris.map(constraintHost)
    const mailboxes = names.emails.map((email) => parseMailbox(email))
    return above.every(({ fields }) => {
      const { permitted, excluded } = fields
      if (permitted === undefined || excluded === undefined) return true
      return (
        names.ips.every((ip) => allowed(permitted.ips, excluded.ips, (range) => inRange(range, ip))) &&
        names.dns.every((name) => isDomainName(name, false) && domainAllowed(permitted.dns, excluded.dns, name)) &&
        hosts.every((host) => host !== undefined && isDomainName(host, false) && domainAllowed(permitted.uris, excluded.uris, host)) &&
        mailboxes.every((mailbox) => mailbox !== undefined && mailboxAllowed(permitted, excluded, mailbox))
      )
    })
  })
}

function allowed<T>(permitted: readonly T[], excluded: readonly T[], matches: (constraint: T) => boolean): boolean {
  return (permitted.length === 0 || permitted.some(matches)) && !excluded.some(matches)
}

function domainAllowed(permitted: readonly string[], excluded: readonly string[], name: string): boolean {
  const permits = permitted.length === 0 || permitted.some((constraint) => hasSuffix(constraint, name))
  // A wildcard could stand for an excluded name one label deep.
  const excludes = (constraint: string): boolean => {
    if (hasSuffix(constraint, name)) return true
    const parent = constraint.indexOf('.')
    return name.startsWith('*.') && parent !== -1 && constraint.slice(parent).toLowerCase() === name.slice(1).toLowerCase()
  }
  return permits && !excluded.some(excludes)
}

function mailboxAllowed(permitted: NameConstraints, excluded: NameConstraints, mailbox: Mailbox): boolean {
  if (!isDomainName(mailbox.domain, false)) return false
  const domain = mailbox.domain.toLowerCase()
  return allowed(permitted.emails, excluded.emails, (constraint) => {
    if (!constraint.includes('@')) return hasSuffix(constraint, domain)
    const exact = parseMailbox(constraint)
    return exact !== undefined && exact.local === mailbox.local && exact.domain.toLowerCase() === domain
  })
}

/** `name` ends with the labels of `constraint`; with a leading dot, it must have more. */
function hasSuffix(constraint: string, name: string): boolean {
  if (constraint === '') return true
  const [suffix, text] = [constraint.toLowerCase(), name.toLowerCase()]
  if (!text.endsWith(suffix)) return false
  return suffix.startsWith('.') || text.length === suffix.length || text[text.length - suffix.length - 1] === '.'
}

function inRange({ ip, mask }: IpRange, address: Uint8Array): boolean {
  return ip.length === address.length && ip.every((byte, i) => (byte & (mask[i] ?? 0)) === ((address[i] ?? 0) & (mask[i] ?? 0)))
}

/** The host of a URI that constraints can be held against: no port, and no IP address. */
function constraintHost({ host }: GoUrl): string | undefined {
  const name = host.toLowerCase().replace(/:\d*$/, '')
  return name === '' || name.startsWith('[') || name.includes(':') || parseIp(name) !== undefined ? undefined : name
}
