import { contextTag, DerReader, Tag, type DerElement } from '@cilock/der'
import type { Certificate } from '../certificate/certificate.ts'
import { readName } from '../certificate/read-name.ts'
import { readHashAlgorithm } from '../certificate/read-signature-algorithm.ts'
import type { SignatureHash } from '../certificate/signature-algorithm.ts'
import { digest, equalBytes } from '../signature/digest.ts'
import { malformedToken, needPart, type CmsSigner } from './cms.ts'

const signingCertificate = '1.2.840.113549.1.9.16.2.12'
const signingCertificateV2 = '1.2.840.113549.1.9.16.2.47'

/** A certificate as a token names it: by digest, and by issuer and serial number where it says so. */
interface CertificateId {
  readonly hash: SignatureHash
  readonly digest: Uint8Array
  readonly issuer?: string
  readonly serialNumber?: bigint
}

/**
 * Whether the token names its signer's certificate: undefined where it names none (RFC 2634, RFC 5035). Both forms are
 * held against it where both are there. SHA-1 in the older form is no weakness of its own: the certificate is judged by a
 * path anyway.
 *
 * @throws CilockError `ERR_TIMESTAMP_MALFORMED`
 */
export async function namesSigner({ attributes }: CmsSigner, certificate: Certificate): Promise<boolean | undefined> {
  const ids = [attributes.get(signingCertificate), attributes.get(signingCertificateV2)].flatMap((value, index) =>
    value === undefined ? [] : [readFirst(value, index === 1)],
  )
  if (ids.length === 0) return undefined
  for (const id of ids) {
    const found = await digest(id.hash, certificate.der)
    if (found === undefined || !equalBytes(found, id.digest)) return false
    if (id.issuer !== undefined && id.issuer !== certificate.issuer.key) return false
    if (id.serialNumber !== undefined && id.serialNumber !== BigInt(`0x${certificate.serialNumber}`)) return false
  }
  return true
}

/** The first one is the signer's; others, of its issuers, are read for their form: which path is taken is no word of the token's. */
function readFirst({ full }: DerElement, isV2: boolean): CertificateId {
  const attribute = needPart(new DerReader(full).enter(Tag.sequence), 'the signing certificate')
  const list = needPart(attribute.enter(Tag.sequence), 'the signing certificate')
  const first = readCertificateId(list, isV2)
  while (!list.empty) readCertificateId(list, isV2)
  if (!attribute.empty) readPolicies(needPart(attribute.enter(Tag.sequence), 'the policies of the signing certificate'))
  if (!attribute.empty) throw malformedToken('the end of the signing certificate')
  return first
}

function readPolicies(list: DerReader): void {
  while (!list.empty) {
    const policy = needPart(list.enter(Tag.sequence), 'a policy of the signing certificate')
    needPart(policy.oidText(), 'a policy of the signing certificate')
    if (!policy.empty) needPart(policy.element(Tag.sequence), 'the qualifiers of a policy of the signing certificate')
    if (!policy.empty) throw malformedToken('the end of a policy of the signing certificate')
  }
}

function readCertificateId(list: DerReader, isV2: boolean): CertificateId {
  const id = needPart(list.enter(Tag.sequence), 'the signing certificate')
  const algorithm = isV2 ? id.read(Tag.sequence) : undefined
  const hash = isV2 ? (algorithm === undefined ? 'sha256' : readHashAlgorithm(algorithm)) : 'sha1'
  const named = { hash: needPart(hash, 'a known hash of the signing certificate'), digest: needPart(id.read(Tag.octetString), 'the digest of the signing certificate') }
  if (id.empty) return named
  const names = needPart(id.enter(Tag.sequence), 'the issuer of the signing certificate')
  const general = needPart(names.enter(Tag.sequence), 'the issuer of the signing certificate')
  const directory = needPart(general.enter(contextTag(4, true)), 'the issuer of the signing certificate')
  const issuer = readName(directory, 'the issuer of the signing certificate').key
  const serialNumber = needPart(names.integer(), 'the serial number of the signing certificate')
  // one name, and nothing behind any part: what one reader passes over another would compare
  if (!directory.empty || !general.empty || !names.empty || !id.empty) throw malformedToken('the end of the signing certificate')
  return { ...named, issuer, serialNumber }
}
