import { encodeBase64 } from '../encoding/base64-bytes.ts'
import { formatGoUrl, type GoUrl } from '../url/go-url.ts'
import { formatIp } from '../url/ip.ts'
import { numberFromBigInt } from '../value/number.ts'
import type { JsonObject, Value } from '../value/value.ts'
import type { Certificate } from './certificate.ts'
import type { AlternativeNames, Extension, IpRange } from './extensions.ts'
import { keyAlgorithmNumbers, keyOids } from './oids.ts'
import type { PublicKey, SubjectPublicKeyInfo } from './public-key.ts'

/** A Go slice in JSON: `null` when empty, as the parser leaves it nil then. */
export function slice(list: readonly Value[] | undefined): Value {
  return list === undefined || list.length === 0 ? null : list
}

/** What `json.Marshal` makes of Go's `x509.Certificate`. */
export function certificateJson(certificate: Certificate): JsonObject {
  const { fields } = certificate
  const { permitted, excluded } = fields
  return {
    Raw: encodeBase64(certificate.raw),
    RawTBSCertificate: encodeBase64(certificate.rawTbs),
    RawSubjectPublicKeyInfo: encodeBase64(certificate.publicKeyInfo.raw),
    RawSubject: encodeBase64(certificate.rawSubject),
    RawIssuer: encodeBase64(certificate.rawIssuer),
    Signature: encodeBase64(certificate.signature),
    SignatureAlgorithm: certificate.signatureAlgorithm.number,
    ...publicKeyFields(certificate.publicKeyInfo),
    Version: certificate.version,
    SerialNumber: numberFromBigInt(certificate.serialNumber),
    Issuer: certificate.issuer,
    Subject: certificate.subject,
    NotBefore: certificate.notBefore.text,
    NotAfter: certificate.notAfter.text,
    KeyUsage: fields.keyUsage,
    Extensions: slice(certificate.extensions.map(extensionJson)),
    ExtraExtensions: null,
    UnhandledCriticalExtensions: slice(fields.unhandledCritical),
    ExtKeyUsage: slice(fields.extendedKeyUsage?.known),
    UnknownExtKeyUsage: slice(fields.extendedKeyUsage?.unknown),
    BasicConstraintsValid: fields.basicConstraints !== undefined,
    IsCA: fields.basicConstraints?.isCa ?? false,
    MaxPathLen: fields.basicConstraints?.maxPathLength ?? 0,
    MaxPathLenZero: fields.basicConstraints?.maxPathLength === 0,
    SubjectKeyId: bytes(fields.subjectKeyId),
    AuthorityKeyId: bytes(fields.authorityKeyId),
    OCSPServer: slice(fields.ocspServers),
    IssuingCertificateURL: slice(fields.issuingCertificateUrls),
    ...alternativeNamesJson(fields.names),
    PermittedDNSDomainsCritical: fields.permittedDnsCritical,
    PermittedDNSDomains: slice(permitted?.dns),
    ExcludedDNSDomains: slice(excluded?.dns),
    PermittedIPRanges: slice(permitted?.ips.map(rangeJson)),
    ExcludedIPRanges: slice(excluded?.ips.map(rangeJson)),
    PermittedEmailAddresses: slice(permitted?.emails),
    ExcludedEmailAddresses: slice(excluded?.emails),
    PermittedURIDomains: slice(permitted?.uris),
    ExcludedURIDomains: slice(excluded?.uris),
    CRLDistributionPoints: slice(fields.crlDistributionPoints),
    PolicyIdentifiers: fields.policyIdentifiers ?? null,
    Policies: slice(fields.policies),
    InhibitAnyPolicy: fields.inhibitAnyPolicy ?? 0,
    InhibitAnyPolicyZero: fields.inhibitAnyPolicy === 0,
    InhibitPolicyMapping: fields.inhibitPolicyMapping ?? 0,
    InhibitPolicyMappingZero: fields.inhibitPolicyMapping === 0,
    RequireExplicitPolicy: fields.requireExplicitPolicy ?? 0,
    RequireExplicitPolicyZero: fields.requireExplicitPolicy === 0,
    PolicyMappings: slice(fields.policyMappings.map(({ issuer, subject }) => ({ IssuerDomainPolicy: issuer, SubjectDomainPolicy: subject }))),
  }
}

/** The same with OPA's own `URIStrings`. */
export function certificateWithUriStrings(certificate: Certificate): JsonObject {
  return { ...certificateJson(certificate), URIStrings: slice(certificate.fields.names?.uris.map(formatGoUrl)) }
}

export function publicKeyFields(info: SubjectPublicKeyInfo): JsonObject {
  const kind = keyOids[info.algorithm.oid]
  const known = kind !== undefined && kind !== 'x25519'
  return {
    PublicKeyAlgorithm: known ? keyAlgorithmNumbers[kind] : 0,
    PublicKey: known && info.key !== undefined ? publicKeyJson(info.key) : null,
  }
}

/** Go's public keys in JSON. A curve prints as `{}`, since its fields are private. */
export function publicKeyJson(key: PublicKey): Value {
  switch (key.kind) {
    case 'rsa':
      return { N: numberFromBigInt(key.n), E: numberFromBigInt(key.e) }
    case 'ec':
      return { Curve: {}, X: numberFromBigInt(key.x), Y: numberFromBigInt(key.y) }
    case 'ed25519':
      return encodeBase64(key.bytes)
    case 'x25519':
      return {}
    case 'dsa':
      return { P: numberFromBigInt(key.p), Q: numberFromBigInt(key.q), G: numberFromBigInt(key.g), Y: numberFromBigInt(key.y) }
  }
}

export function extensionJson(extension: Extension): JsonObject {
  return { Id: extension.id, Critical: extension.critical, Value: encodeBase64(extension.value) }
}

export function alternativeNamesJson(names: AlternativeNames | undefined): JsonObject {
  return {
    DNSNames: slice(names?.dns),
    EmailAddresses: slice(names?.emails),
    IPAddresses: slice(names?.ips.map(formatIp)),
    URIs: slice(names?.uris.map(urlJson)),
  }
}

function urlJson(url: GoUrl): JsonObject {
  return {
    Scheme: url.scheme,
    Opaque: url.opaque,
    User: url.user === undefined ? null : {},
    Host: url.host,
    Path: url.path,
    Fragment: url.fragment,
    RawQuery: url.rawQuery,
    RawPath: url.rawPath,
    RawFragment: url.rawFragment,
    ForceQuery: url.forceQuery,
    OmitHost: url.omitHost,
  }
}

function rangeJson({ ip, mask }: IpRange): JsonObject {
  return { IP: formatIp(ip), Mask: encodeBase64(mask) }
}

function bytes(value: Uint8Array | undefined): Value {
  return value === undefined ? null : encodeBase64(value)
}
