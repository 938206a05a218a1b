import type { Certificate } from '../certificate/certificate.ts'
import { extensionOid, usageOid } from '../certificate/oid.ts'
import type { PathErrorCode } from '../error.ts'
import { keyWeakness } from '../signature/verify-signature.ts'
import type { PathPurpose } from './purpose.ts'
import type { PathRules } from './rules.ts'

/** One thing that a certificate lacks for its place in a path. */
export interface Lack {
  readonly code: PathErrorCode
  readonly message: string
}

export interface Requirements {
  readonly at: Date
  readonly purpose: PathPurpose
  readonly rules: PathRules
}

/** RFC 5280 wants key identifiers never critical, and here they are but a hint: one that says it is, is not understood (as in Go and OpenSSL). */
const hints: ReadonlySet<string> = new Set([extensionOid.subjectKeyId, extensionOid.authorityKeyId])
const understood: ReadonlySet<string> = new Set(Object.values(extensionOid).filter((oid) => !hints.has(oid)))

/** What a leaf lacks. */
export function leafLacks(leaf: Certificate, requirements: Requirements): readonly Lack[] {
  const { purpose, rules } = requirements
  const weakness = keyWeakness(leaf.publicKey, rules)
  return [
    ...(weakness === undefined ? [] : [{ code: 'ERR_PATH_WEAK', message: weakness.message } as const]),
    ...commonLacks(leaf, requirements),
    ...(purpose === 'any' || rules.ignoreLeafKeyUsage === true ? [] : signingLacks(leaf)),
    ...(purpose === 'timeStamping' ? soleUsageLacks(leaf) : []),
  ]
}

/**
 * What an issuer lacks. `below` is the path up to it, leaf first; certificates that an authority issued to itself do not
 * count towards a path length.
 */
export function issuerLacks(issuer: Certificate, isRoot: boolean, below: readonly Certificate[], requirements: Requirements): readonly Lack[] {
  return [
    ...authorityLacks(issuer, isRoot),
    ...pathLengthLacks(issuer, below.slice(1).filter(({ selfIssued }) => !selfIssued).length),
    ...commonLacks(issuer, requirements),
  ]
}

function commonLacks(certificate: Certificate, { at, purpose }: Requirements): readonly Lack[] {
  return [...validityLacks(certificate, at), ...criticalLacks(certificate), ...usageLacks(certificate, purpose)]
}

function validityLacks({ notBefore, notAfter }: Certificate, at: Date): readonly Lack[] {
  if (at < notBefore) return [{ code: 'ERR_PATH_NOT_YET_VALID', message: `it is valid from ${notBefore.toISOString()}, and is judged at ${at.toISOString()}` }]
  if (at > notAfter) return [{ code: 'ERR_PATH_EXPIRED', message: `it was valid until ${notAfter.toISOString()}, and is judged at ${at.toISOString()}` }]
  return []
}

function criticalLacks({ extensions }: Certificate): readonly Lack[] {
  const unknown = extensions.filter(({ oid, critical }) => critical && !understood.has(oid)).map(({ oid }) => oid)
  return unknown.length === 0 ? [] : [{ code: 'ERR_PATH_CRITICAL_EXTENSION', message: `it has critical extensions that are not understood: ${unknown.slice(0, 5).join(', ')}` }]
}

function usageLacks({ extendedKeyUsage }: Certificate, purpose: PathPurpose): readonly Lack[] {
  if (purpose === 'any' || extendedKeyUsage === undefined) return []
  if (extendedKeyUsage.includes(usageOid.any) || extendedKeyUsage.includes(usageOid[purpose])) return []
  return [{ code: 'ERR_PATH_EXTENDED_KEY_USAGE', message: `expected the extended key usage ${purpose}, found ${extendedKeyUsage.slice(0, 5).join(', ')}` }]
}

function soleUsageLacks({ extendedKeyUsage = [] }: Certificate): readonly Lack[] {
  if (extendedKeyUsage.length === 1 && extendedKeyUsage[0] === usageOid.timeStamping) return []
  const found = extendedKeyUsage.length === 0 ? 'none' : extendedKeyUsage.slice(0, 5).join(', ')
  return [{ code: 'ERR_PATH_EXTENDED_KEY_USAGE', message: `expected timeStamping as the only extended key usage, found ${found}` }]
}

function signingLacks({ keyUsage }: Certificate): readonly Lack[] {
  if (keyUsage === undefined || keyUsage.includes('digitalSignature') || keyUsage.includes('contentCommitment')) return []
  return [{ code: 'ERR_PATH_KEY_USAGE', message: `expected the key usage digitalSignature, found ${keyUsage.join(', ') || 'none'}` }]
}

function authorityLacks({ version, basicConstraints, keyUsage }: Certificate, isRoot: boolean): readonly Lack[] {
  // roots from before version 3 can say nothing about themselves, and are trusted by name
  const isAuthority = basicConstraints?.ca === true || (isRoot && version < 3)
  return [
    ...(isAuthority ? [] : [{ code: 'ERR_PATH_NOT_CA', message: 'it is no certificate authority' } as const]),
    ...(keyUsage === undefined || keyUsage.includes('keyCertSign')
      ? []
      : [{ code: 'ERR_PATH_KEY_USAGE', message: `expected the key usage keyCertSign, found ${keyUsage.join(', ') || 'none'}` } as const]),
  ]
}

function pathLengthLacks({ basicConstraints }: Certificate, intermediates: number): readonly Lack[] {
  const allowed = basicConstraints?.pathLength
  return allowed === undefined || intermediates <= allowed
    ? []
    : [{ code: 'ERR_PATH_LENGTH', message: `it allows ${allowed} certificate authorities below it, found ${intermediates}` }]
}
