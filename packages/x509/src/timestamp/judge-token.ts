import { DerReader, Tag } from '@cilock/der'
import type { Certificate } from '../certificate/certificate.ts'
import { describeCertificate } from '../certificate/describe.ts'
import { extensionOid } from '../certificate/oid.ts'
import type { TimestampErrorCode } from '../error.ts'
import type { CertificatePath, PathFailure, PathOptions } from '../path/path.ts'
import { findPath } from '../path/validate-path.ts'
import { digest, equalBytes } from '../signature/digest.ts'
import { signatureFault, weaknessOf } from '../signature/verify-signature.ts'
import { hasName, type AuthorityName } from './authority-name.ts'
import type { CmsSigner, SignedData } from './cms.ts'
import { namesSigner } from './signing-certificate.ts'
import type { TimestampToken, WholeToken } from './token.ts'
import type { TimestampAuthority, TimestampRefusal, TimestampRules, TrustedTimestamp, VerifyTimestampsOptions } from './timestamp.ts'

export type TokenJudgement = { readonly trusted: readonly Omit<TrustedTimestamp, 'index'>[] } | { readonly refusal: Omit<TimestampRefusal, 'index'> }

const contentTypeOid = '1.2.840.113549.1.9.3'
const messageDigestOid = '1.2.840.113549.1.9.4'
const defaultTolerance = 5 * 60 * 1000

/** Judges one token that was read: what it is over, who signed it, and which authorities trust the signer at its time. */
export async function judgeToken({ token, authorityName, data }: WholeToken, options: VerifyTimestampsOptions): Promise<TokenJudgement> {
  const { rules = {}, authorities, message } = options
  const early = (await imprintRefusal(token, message)) ?? futureRefusal(token, rules)
  if (early !== undefined) return early
  const [signer, ...others] = data.signers
  if (signer === undefined || others.length > 0) return refuse('ERR_TIMESTAMP_SIGNER', `expected one signer, found ${data.signers.length}`)
  const contradiction = await attributesRefusal(signer, data)
  if (contradiction !== undefined) return contradiction
  const known = authorities.flatMap(({ roots, intermediates = [] }) => [...intermediates, ...roots])
  const candidates = signersIn([...data.certificates, ...known], signer)
  if (candidates.length === 0) return refuse('ERR_TIMESTAMP_SIGNER', 'the certificate that signed is neither in the token nor with an authority')
  // several certificates may have the name: the one that the token was signed by is wanted
  let refusal: TokenJudgement | undefined
  for (const certificate of candidates) {
    const judgement = (await signatureRefusal(signer, certificate, options)) ?? nameRefusal(certificate, authorityName) ?? (await trust(token, certificate, options))
    if ('trusted' in judgement) return judgement
    refusal ??= judgement
  }
  return refusal ?? refuse('ERR_TIMESTAMP_SIGNER', 'the certificate that signed is nowhere')
}

/** By time alone: whoever is asked for it has a clock. */
function futureRefusal({ time }: TimestampToken, { now, clockTolerance = defaultTolerance }: TimestampRules): TokenJudgement | undefined {
  if (now === undefined || time.getTime() <= now.getTime() + clockTolerance) return undefined
  return refuse('ERR_TIMESTAMP_FUTURE', `expected a time up to ${now.toISOString()}, found ${time.toISOString()}`)
}

async function imprintRefusal({ imprint }: TimestampToken, message: Uint8Array): Promise<TokenJudgement | undefined> {
  const { hash } = imprint
  if (hash !== 'sha256' && hash !== 'sha384' && hash !== 'sha512') return refuse('ERR_TIMESTAMP_WEAK', `expected an imprint by SHA-256, SHA-384 or SHA-512, found ${hash}`)
  const expected = await digest(hash, message)
  return expected !== undefined && equalBytes(expected, imprint.digest) ? undefined : refuse('ERR_TIMESTAMP_IMPRINT', 'the timestamp was made over other bytes')
}

/** The signed attributes have to name the content's type and its digest (RFC 5652, section 5.4). */
async function attributesRefusal({ attributes, hash }: CmsSigner, { content, contentType }: SignedData): Promise<TokenJudgement | undefined> {
  if (hash === 'md5' || hash === 'sha1') return refuse('ERR_TIMESTAMP_WEAK', `expected a signature over SHA-256, SHA-384 or SHA-512, found one over ${hash}`)
  const type = attributes.get(contentTypeOid)
  if (type === undefined || new DerReader(type.full).oidText() !== contentType) return refuse('ERR_TIMESTAMP_ATTRIBUTES', 'the signed attributes do not name the type of the content')
  const value = attributes.get(messageDigestOid)
  const expected = await digest(hash, content)
  if (value?.tag !== Tag.octetString || expected === undefined || !equalBytes(expected, value.content)) {
    return refuse('ERR_TIMESTAMP_ATTRIBUTES', 'the signed attributes do not have the digest of the content')
  }
  return undefined
}

function signersIn(certificates: readonly Certificate[], { id }: CmsSigner): readonly Certificate[] {
  const seen = new Set<string>()
  return certificates.filter((certificate) => {
    const fits =
      'subjectKeyId' in id
        ? certificate.subjectKeyId !== undefined && equalBytes(id.subjectKeyId, bytesOf(certificate.subjectKeyId))
        : equalBytes(id.issuer, certificate.issuer.der) && id.serialNumber === BigInt(`0x${certificate.serialNumber}`)
    const text = certificate.publicKey.fingerprint + certificate.serialNumber + certificate.issuer.key
    if (!fits || seen.has(text)) return false
    seen.add(text)
    return true
  })
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

async function signatureRefusal(signer: CmsSigner, certificate: Certificate, { rules = {}, onSignatureCheck }: VerifyTimestampsOptions): Promise<TokenJudgement | undefined> {
  const { algorithm, signed, signature, hash } = signer
  if ('hash' in algorithm && algorithm.hash !== hash) {
    return refuse('ERR_TIMESTAMP_SIGNATURE', `expected one hash for the content and the signature, found ${hash} and ${algorithm.hash}`, certificate)
  }
  const weakness = weaknessOf(algorithm, certificate.publicKey, rules)
  if (weakness !== undefined) return refuse('ERR_TIMESTAMP_WEAK', weakness.message, certificate)
  onSignatureCheck?.()
  const fault = await signatureFault(algorithm, certificate.publicKey, signed, signature)
  if (fault !== undefined) return refuse('ERR_TIMESTAMP_SIGNATURE', `${describeCertificate(certificate)}: ${fault.message}`, certificate)
  const named = await namesSigner(signer, certificate)
  if (named === true || (named === undefined && rules.requireSigningCertificate === false)) return undefined
  const found = named === undefined ? 'a token that names none' : 'one that names another'
  return refuse('ERR_TIMESTAMP_SIGNING_CERTIFICATE', `expected a token that names ${describeCertificate(certificate)}, found ${found}`, certificate)
}

/** Whoever names the authority in a token has to name the one that signed (RFC 3161, section 2.4.2). */
function nameRefusal(certificate: Certificate, name: AuthorityName | undefined): TokenJudgement | undefined {
  if (name === undefined || hasName(certificate, name)) return undefined
  return refuse('ERR_TIMESTAMP_SIGNING_CERTIFICATE', `expected a token that calls its authority by a name of ${describeCertificate(certificate)}, found another`, certificate)
}

/** Every authority that the signer's certificate leads to. */
async function trust(token: TimestampToken, certificate: Certificate, { authorities, rules = {}, limits, onSignatureCheck }: VerifyTimestampsOptions): Promise<TokenJudgement> {
  if (rules.requireCriticalUsage === true && certificate.extensions.find(({ oid }) => oid === extensionOid.extendedKeyUsage)?.critical !== true) {
    return refuse('ERR_TIMESTAMP_UNTRUSTED', `${describeCertificate(certificate)}: expected the extended key usage to be critical`, certificate)
  }
  const { time, serialNumber, policy } = token
  const trusted: Omit<TrustedTimestamp, 'index'>[] = []
  const failures: { readonly authority: string; readonly failure: PathFailure }[] = []
  for (const authority of authorities) {
    const path = await pathTo(authority, token, { leaf: certificate, rules, onSignatureCheck, ...(limits !== undefined && { limits }) })
    if ('chain' in path) trusted.push({ time, authority: authority.id, chain: path.chain, serialNumber, policy })
    else failures.push({ authority: authority.id, failure: path })
  }
  if (trusted.length > 0) return { trusted }
  const [first] = failures
  const message = first === undefined ? 'no authorities are trusted' : `'${first.authority}' does not vouch for the signer: ${first.failure.message}`
  return { refusal: { code: 'ERR_TIMESTAMP_UNTRUSTED', message, signer: certificate, failures } }
}

async function pathTo(
  { roots, intermediates = [] }: TimestampAuthority,
  { time, certificates }: TimestampToken,
  search: Pick<PathOptions, 'leaf' | 'rules' | 'limits' | 'onSignatureCheck'>,
): Promise<CertificatePath | PathFailure> {
  const result = await findPath({ ...search, roots, intermediates: [...intermediates, ...certificates], at: time, purpose: 'timeStamping' })
  return result.valid ? result.path : result.failure
}

function refuse(code: TimestampErrorCode, message: string, signer?: Certificate): TokenJudgement {
  return { refusal: { code, message, ...(signer !== undefined && { signer }) } }
}
