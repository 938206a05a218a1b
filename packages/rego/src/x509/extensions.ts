import { builtinError } from '../builtins/operands.ts'
import { bitAt, contextTag, DerReader, oidText, Tag } from '../der/reader.ts'
import { formatIp, parseIp } from '../url/ip.ts'
import { parseGoUrl, type GoUrl } from '../url/go-url.ts'
import { quote } from '../value/format.ts'
import { latin1 } from './name.ts'
import { isDomainName, parseMailbox } from './names.ts'
import { authorityInfoAccessOid, caIssuersOid, extendedKeyUsages, ocspOid } from './oids.ts'

export interface Extension {
  readonly id: readonly number[]
  readonly oid: string
  readonly critical: boolean
  readonly value: Uint8Array
}

export interface IpRange {
  readonly ip: Uint8Array
  readonly mask: Uint8Array
}

export interface AlternativeNames {
  dns: string[]
  emails: string[]
  ips: Uint8Array[]
  uris: GoUrl[]
}

export interface NameConstraints {
  dns: string[]
  emails: string[]
  ips: IpRange[]
  uris: string[]
}

/** What the extensions of a certificate say; fields that Go leaves at zero are left out. */
export interface ExtensionFields {
  keyUsage: number
  basicConstraints?: { readonly isCa: boolean; readonly maxPathLength: number }
  names?: AlternativeNames
  permitted?: NameConstraints
  excluded?: NameConstraints
  permittedDnsCritical: boolean
  crlDistributionPoints: string[]
  authorityKeyId?: Uint8Array
  subjectKeyId?: Uint8Array
  requireExplicitPolicy?: number
  inhibitPolicyMapping?: number
  inhibitAnyPolicy?: number
  extendedKeyUsage?: { readonly known: readonly number[]; readonly unknown: readonly (readonly number[])[] }
  policies?: readonly string[]
  /** The policies whose arcs all fit Go's `asn1.ObjectIdentifier`. */
  policyIdentifiers?: readonly (readonly number[])[]
  policyMappings: { readonly issuer: string; readonly subject: string }[]
  ocspServers: string[]
  issuingCertificateUrls: string[]
  unhandledCritical: (readonly number[])[]
}

export function readExtension(content: Uint8Array): Extension {
  const der = new DerReader(content)
  const id = der.oid()
  if (id === undefined) throw builtinError('x509: malformed extension OID field')
  const critical = der.peek(Tag.boolean) ? der.boolean() : false
  if (critical === undefined) throw builtinError('x509: malformed extension critical field')
  const value = der.read(Tag.octetString)
  if (value === undefined) throw builtinError('x509: malformed extension value field')
  return { id, oid: id.join('.'), critical, value }
}

/** Reads the extensions that Go's parser knows; the unknown ones that are critical are listed. */
export function readExtensions(extensions: readonly Extension[]): ExtensionFields {
  const fields: ExtensionFields = {
    keyUsage: 0,
    permittedDnsCritical: false,
    crlDistributionPoints: [],
    policyMappings: [],
    ocspServers: [],
    issuingCertificateUrls: [],
    unhandledCritical: [],
  }
  for (const extension of extensions) {
    const handled = readers[extension.oid]?.(fields, extension) ?? false
    if (extension.critical && !handled) fields.unhandledCritical.push(extension.id)
  }
  return fields
}

/** Each gives whether it has dealt with the extension. */
const readers: Readonly<Record<string, ((fields: ExtensionFields, extension: Extension) => boolean) | undefined>> = {
  '2.5.29.15': (fields, { value }) => {
    const bits = new DerReader(value).bitString()
    if (bits === undefined) throw builtinError('x509: invalid key usage')
    for (let i = 0; i < 9; i++) if (bitAt(bits, i)) fields.keyUsage |= 1 << i
    return true
  },
  '2.5.29.19': (fields, { value }) => {
    const der = sequence(value, 'x509: invalid basic constraints')
    const isCa = der.peek(Tag.boolean) ? der.boolean() : false
    const maxPathLength = der.peek(Tag.integer) ? der.integer() : -1n
    if (isCa === undefined || maxPathLength === undefined || maxPathLength < -1n || maxPathLength >= 2n ** 63n) {
      throw builtinError('x509: invalid basic constraints')
    }
    fields.basicConstraints = { isCa, maxPathLength: Number(maxPathLength) }
    return true
  },
  '2.5.29.17': (fields, { value }) => {
    fields.names = readAlternativeNames(value)
    return Object.values(fields.names).some((list: readonly unknown[]) => list.length > 0)
  },
  '2.5.29.30': readNameConstraints,
  '2.5.29.31': (fields, { value }) => {
    const points = sequence(value, 'x509: invalid CRL distribution points')
    while (!points.empty) {
      const point = points.enter(Tag.sequence)
      if (point === undefined) throw builtinError('x509: invalid CRL distribution point')
      if (!point.peek(contextTag(0, true))) continue
      const names = point.enter(contextTag(0, true))?.enter(contextTag(0, true))
      if (names === undefined) throw builtinError('x509: invalid CRL distribution point')
      while (names.peek(contextTag(6))) {
        const uri = names.read(contextTag(6))
        if (uri === undefined) throw builtinError('x509: invalid CRL distribution point')
        fields.crlDistributionPoints.push(goString(uri))
      }
    }
    return true
  },
  '2.5.29.35': (fields, { value, critical }) => {
    // RFC 5280 4.2.1.1: must not be critical.
    if (critical) throw builtinError('x509: authority key identifier incorrectly marked critical')
    const der = sequence(value, 'x509: invalid authority key identifier')
    if (!der.peek(contextTag(0))) return true
    const id = der.read(contextTag(0))
    if (id === undefined) throw builtinError('x509: invalid authority key identifier')
    fields.authorityKeyId = id
    return true
  },
  '2.5.29.36': (fields, { value }) => {
    const der = sequence(value, 'x509: invalid policy constraints extension')
    const integer = (tag: number): number | undefined => {
      if (!der.peek(tag)) return undefined
      const found = der.integer(tag)
      if (found === undefined || !Number.isSafeInteger(Number(found))) throw builtinError('x509: invalid policy constraints extension')
      return Number(found)
    }
    const explicit = integer(contextTag(0))
    const mapping = integer(contextTag(1))
    if (explicit !== undefined) fields.requireExplicitPolicy = explicit
    if (mapping !== undefined) fields.inhibitPolicyMapping = mapping
    return true
  },
  '2.5.29.37': (fields, { value }) => {
    const der = sequence(value, 'x509: invalid extended key usages')
    const known: number[] = []
    const unknown: (readonly number[])[] = []
    while (!der.empty) {
      const oid = der.oid()
      if (oid === undefined) throw builtinError('x509: invalid extended key usages')
      const usage = extendedKeyUsages[oid.join('.')]
      if (usage === undefined) unknown.push(oid)
      else known.push(usage)
    }
    fields.extendedKeyUsage = { known, unknown }
    return true
  },
  '2.5.29.14': (fields, { value, critical }) => {
    // RFC 5280 4.2.1.2: must not be critical.
    if (critical) throw builtinError('x509: subject key identifier incorrectly marked critical')
    const id = new DerReader(value).read(Tag.octetString)
    if (id === undefined) throw builtinError('x509: invalid subject key identifier')
    fields.subjectKeyId = id
    return true
  },
  '2.5.29.32': (fields, { value }) => {
    const message = 'x509: invalid certificate policies'
    const der = sequence(value, message)
    const policies: string[] = []
    const identifiers: (readonly number[])[] = []
    while (!der.empty) {
      const content = der.enter(Tag.sequence)?.read(Tag.oid)
      const oid = content === undefined ? undefined : oidText(content)
      if (oid === undefined || policies.includes(oid)) throw builtinError(message)
      policies.push(oid)
      const arcs = oid.split('.').map(Number)
      if (arcs.every((arc) => arc < 2 ** 31)) identifiers.push(arcs)
    }
    fields.policies = policies
    fields.policyIdentifiers = identifiers
    return true
  },
  '2.5.29.33': (fields, { value }) => {
    const der = sequence(value, 'x509: invalid policy mappings extension')
    while (!der.empty) {
      const pair = der.enter(Tag.sequence)
      const [issuer, subject] = [pair?.read(Tag.oid), pair?.read(Tag.oid)].map((content) => (content === undefined ? undefined : oidText(content)))
      if (issuer === undefined || subject === undefined) throw builtinError('x509: invalid policy mappings extension')
      fields.policyMappings.push({ issuer, subject })
    }
    return true
  },
  '2.5.29.54': (fields, { value }) => {
    const skip = new DerReader(value).integer()
    if (skip === undefined || !Number.isSafeInteger(Number(skip))) throw builtinError('x509: invalid inhibit any policy extension')
    fields.inhibitAnyPolicy = Number(skip)
    return true
  },
  [authorityInfoAccessOid]: (fields, { value, critical }) => {
    // RFC 5280 4.2.2.1: must not be critical.
    if (critical) throw builtinError('x509: authority info access incorrectly marked critical')
    const message = 'x509: invalid authority info access'
    const der = sequence(value, message)
    while (!der.empty) {
      const access = der.enter(Tag.sequence)
      const method = access?.oid()?.join('.')
      if (access === undefined || method === undefined) throw builtinError(message)
      if (!access.peek(contextTag(6))) continue
      const uri = access.read(contextTag(6))
      if (uri === undefined) throw builtinError(message)
      if (method === ocspOid) fields.ocspServers.push(goString(uri))
      if (method === caIssuersOid) fields.issuingCertificateUrls.push(goString(uri))
    }
    return true
  },
}

/** Reads a SubjectAltName extension. */
export function readAlternativeNames(value: Uint8Array): AlternativeNames {
  const names: AlternativeNames = { dns: [], emails: [], ips: [], uris: [] }
  const der = sequence(value, 'x509: invalid subject alternative names')
  while (!der.empty) {
    const element = der.any()
    if (element === undefined) throw builtinError('x509: invalid subject alternative name')
    const { tag, content } = element
    if (tag === contextTag(1)) names.emails.push(ia5(content, 'x509: SAN rfc822Name is malformed'))
    else if (tag === contextTag(2)) names.dns.push(ia5(content, 'x509: SAN dNSName is malformed'))
    else if (tag === contextTag(6)) names.uris.push(readUri(ia5(content, 'x509: SAN uniformResourceIdentifier is malformed')))
    else if (tag === contextTag(7)) {
      if (content.length !== 4 && content.length !== 16) throw builtinError(`x509: cannot parse IP address of length ${content.length}`)
      names.ips.push(content)
    }
  }
  return names
}

function readUri(text: string): GoUrl {
  const uri = parseGoUrl(text)
  if (uri === undefined) throw builtinError(`x509: cannot parse URI ${quote(text)}: invalid URL`)
  if (uri.host !== '' && !isDomainName(uri.host, false)) throw builtinError(`x509: cannot parse URI ${quote(text)}: invalid domain`)
  return uri
}

function readNameConstraints(fields: ExtensionFields, { value, critical }: Extension): boolean {
  const outer = new DerReader(value)
  const der = outer.enter(Tag.sequence)
  const malformed = builtinError('x509: invalid NameConstraints extension')
  if (der === undefined || !outer.empty) throw malformed
  const subtrees = (tag: number): Uint8Array | undefined => {
    if (!der.peek(tag)) return undefined
    const content = der.read(tag)
    if (content === undefined) throw malformed
    return content
  }
  const permitted = subtrees(contextTag(0, true)) ?? new Uint8Array()
  const excluded = subtrees(contextTag(1, true)) ?? new Uint8Array()
  if (!der.empty) throw malformed
  // RFC 5280 4.2.1.10: at least one of the two must be present.
  if (permitted.length === 0 && excluded.length === 0) throw builtinError('x509: empty name constraints extension')
  const [allowed, allHandled] = readSubtrees(permitted)
  const [denied, alsoHandled] = readSubtrees(excluded)
  fields.permitted = allowed
  fields.excluded = denied
  fields.permittedDnsCritical = critical
  return allHandled && alsoHandled
}

function readSubtrees(content: Uint8Array): readonly [NameConstraints, boolean] {
  const out: NameConstraints = { dns: [], emails: [], ips: [], uris: [] }
  let handled = true
  const der = new DerReader(content)
  while (!der.empty) {
    const element = der.enter(Tag.sequence)?.any()
    if (element === undefined) throw builtinError('x509: invalid NameConstraints extension')
    const text = (): string => ia5(element.content, 'x509: invalid constraint value: not an IA5String')
    if (element.tag === contextTag(2)) out.dns.push(domainConstraint(text(), 'dnsName'))
    else if (element.tag === contextTag(1)) out.emails.push(emailConstraint(text()))
    else if (element.tag === contextTag(7)) out.ips.push(ipConstraint(element.content))
    else if (element.tag === contextTag(6)) {
      const domain = text()
      if (parseIp(domain) !== undefined) throw builtinError(`x509: failed to parse URI constraint ${quote(domain)}: cannot be IP address`)
      out.uris.push(domainConstraint(domain, 'URI'))
    } else handled = false
  }
  return [out, handled]
}

function domainConstraint(domain: string, kind: string): string {
  if (!isDomainName(domain, true)) throw builtinError(`x509: failed to parse ${kind} constraint ${quote(domain)}`)
  return domain
}

function emailConstraint(constraint: string): string {
  const valid = constraint.includes('@') ? parseMailbox(constraint) !== undefined : isDomainName(constraint, true)
  if (!valid) throw builtinError(`x509: failed to parse rfc822Name constraint ${quote(constraint)}`)
  return constraint
}

function ipConstraint(content: Uint8Array): IpRange {
  const half = content.length / 2
  if (half !== 4 && half !== 16) throw builtinError(`x509: IP constraint contained value of length ${content.length}`)
  const range = { ip: content.subarray(0, half), mask: content.subarray(half) }
  const bits = Array.from(range.mask, (byte) => byte.toString(2).padStart(8, '0')).join('')
  if (!/^1*0*$/.test(bits)) throw builtinError(`x509: IP constraint contained invalid mask ${formatIp(range.mask)}`)
  return range
}

function sequence(value: Uint8Array, message: string): DerReader {
  const der = new DerReader(value).enter(Tag.sequence)
  if (der === undefined) throw builtinError(message)
  return der
}

function ia5(content: Uint8Array, message: string): string {
  if (content.some((byte) => byte > 127)) throw builtinError(message)
  return latin1(content)
}

function goString(content: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(content)
}
