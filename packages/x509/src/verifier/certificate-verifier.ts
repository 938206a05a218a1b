import { CilockError } from '@cilock/core'
import type { EnvelopeSignature, SignerIdentity } from '@cilock/core'
import type { Certificate } from '../certificate/certificate.ts'
import { cachedReader } from '../certificate/certificate-cache.ts'
import { describeCertificate } from '../certificate/describe.ts'
import { parsePemCertificate, readCertificate } from '../certificate/parse-certificate.ts'
import type { X509ErrorCode } from '../error.ts'
import { findPath } from '../path/validate-path.ts'
import { distinctTimestamps, judgeTimestamps } from '../timestamp/verify-timestamps.ts'
import type { TimestampRefusal, TrustedTimestamp } from '../timestamp/timestamp.ts'
import type { BundlePath, CertificateCheck, CertificateIdentity, CertificateRefusal, TrustedTime } from './certificate-identity.ts'
import { settingsOf, type Settings } from './settings.ts'
import type { CertificateCheckOptions, CertificateVerifier, CertificateVerifierOptions } from './options.ts'

/**
 * A verifier of signatures that come with a certificate, for `verifyEnvelope()` or a policy. For each signature: its key
 * made the signature; authorities say when; at that time the certificate leads to a root.
 *
 * Evidence may carry several timestamps, of which some lie outside of the certificate's validity: those at whose time the
 * certificate holds count, each authority once.
 *
 * @throws TypeError for wrong arguments
 * @example
 * ```ts
 * const verifier = certificateVerifier({
 *   bundles: [{ id: 'fulcio', roots: parseCertificates(rootsPem) }],
 *   timestampAuthorities: [{ id: 'tsa', roots: parseCertificates(tsaPem) }],
 * })
 * const { signers } = await verifyEnvelope(envelope, [verifier])
 * ```
 */
export function certificateVerifier(options: CertificateVerifierOptions): CertificateVerifier {
  return verifierOver(settingsOf(options), { pem: cachedReader(parsePemCertificate), der: cachedReader(readCertificate) })
}

/** Readers of certificates, which know those that they read before. */
interface Readers {
  readonly pem: (bytes: Uint8Array) => Certificate
  readonly der: (bytes: Uint8Array) => Certificate
}

function verifierOver(settings: Settings, readers: Readers): CertificateVerifier {
  const check = async (message: Uint8Array, signature: EnvelopeSignature, { onSignatureCheck }: CertificateCheckOptions = {}): Promise<CertificateCheck> => {
    if (signature.certificate === undefined || signature.certificate.length === 0) return { state: 'absent' }
    const certificate = attempt(() => readers.pem(signature.certificate ?? new Uint8Array()))
    if (certificate instanceof CilockError) return refused('ERR_CERTIFICATE_MALFORMED', `the certificate beside the signature cannot be read: ${certificate.message}`)
    const signer = await signerOf(certificate, message, signature.sig, settings)
    if (typeof signer === 'string') return refused('ERR_CERTIFICATE_SIGNATURE', `${describeCertificate(certificate)}: ${signer}`, { certificate })
    const intermediates = [...settings.intermediates, ...(settings.useEmbedded ? embedded(signature, readers.pem) : [])]
    const signed: Signed = { certificate, signer, intermediates, onSignatureCheck }
    return settings.authorities.length === 0
      ? judgeAtFallback(signed, settings)
      : judgeAtTimestamps(signed, settings, await judgeTimestamps(signature.timestamps ?? [], { ...timestampOptions(settings, signature.sig), onSignatureCheck }, readers.der))
  }
  return {
    check,
    verify: async (message, signature) => {
      const judged = await check(message, signature)
      return judged.state === 'verified' ? judged.identity : undefined
    },
    at: (now) => {
      if (!(now instanceof Date) || Number.isNaN(now.getTime())) throw new TypeError('now has to be a valid date')
      return verifierOver({ ...settings, timestampRules: { ...settings.timestampRules, now } }, readers)
    },
  }
}

/** A signature that was made by the key of its certificate. */
interface Signed {
  readonly certificate: Certificate
  readonly signer: SignerIdentity
  readonly intermediates: readonly Certificate[]
  readonly onSignatureCheck: (() => void) | undefined
}

async function judgeAtFallback(signed: Signed, settings: Settings): Promise<CertificateCheck> {
  const { certificate } = signed
  const time = settings.fallbackTime
  if (time === undefined) return refused('ERR_TIMESTAMP_MISSING', 'no timestamp authorities are given, so there is no time at which to judge the certificate', { certificate })
  const { paths, failures } = await pathsAt(time, signed, settings)
  if (paths.length === 0) return noPath(certificate, failures, [])
  return { state: 'verified', identity: identityOf(signed, paths, { kind: 'fallback', time }), timestamps: [] }
}

async function judgeAtTimestamps(
  signed: Signed,
  settings: Settings,
  { trusted, refused: timestamps }: { readonly trusted: readonly TrustedTimestamp[]; readonly refused: readonly TimestampRefusal[] },
): Promise<CertificateCheck> {
  const { certificate } = signed
  if (trusted.length === 0) {
    const [first] = timestamps
    if (first === undefined) return refused('ERR_TIMESTAMP_MISSING', 'expected a timestamp beside the signature, found none', { certificate })
    return refused(first.code, `no timestamp beside the signature is trusted: ${first.message}`, { certificate, timestamps })
  }
  const holding: TrustedTimestamp[] = []
  const failures: CertificateRefusal['failures'][number][] = []
  let earliest: readonly BundlePath[] = []
  const judgedTimes = new Map<number, readonly BundlePath[]>()
  for (const timestamp of trusted) {
    const at = timestamp.time.getTime()
    let paths = judgedTimes.get(at)
    if (paths === undefined) {
      const judged = await pathsAt(timestamp.time, signed, settings)
      paths = judged.paths
      failures.push(...judged.failures)
      judgedTimes.set(at, paths)
    }
    if (paths.length === 0) continue
    if (holding.length === 0) earliest = paths
    holding.push(timestamp)
  }
  if (holding.length === 0) return noPath(certificate, failures, timestamps)
  const distinct = distinctTimestamps(holding)
  const [first] = distinct
  if (first === undefined || distinct.length < settings.requiredTimestamps) {
    const message = `expected ${settings.requiredTimestamps} timestamp authorities that vouch for the time, found ${distinct.length}`
    return refused('ERR_TIMESTAMP_THRESHOLD', message, { certificate, timestamps })
  }
  return { state: 'verified', identity: identityOf(signed, earliest, { kind: 'timestamp', time: first.time, timestamps: distinct }), timestamps }
}

/** A path to each bundle that the certificate leads to at a time. */
async function pathsAt(
  at: Date,
  { certificate: leaf, intermediates, onSignatureCheck }: Signed,
  { bundles, purpose, rules, limits }: Settings,
): Promise<{ readonly paths: readonly BundlePath[]; readonly failures: CertificateRefusal['failures'] }> {
  const paths: BundlePath[] = []
  const failures: CertificateRefusal['failures'][number][] = []
  for (const { id, roots } of bundles) {
    const result = await findPath({ leaf, intermediates, roots, at, purpose, rules, limits, onSignatureCheck })
    if (result.valid) paths.push({ bundle: id, ...result.path })
    else failures.push({ bundle: id, at, failure: result.failure })
  }
  return { paths, failures }
}

function timestampOptions({ authorities, timestampRules, limits }: Settings, message: Uint8Array): Parameters<typeof judgeTimestamps>[1] {
  return { message, authorities, rules: timestampRules, limits }
}

/** Who signed, as core names keys, or what is wrong. */
async function signerOf({ publicKey }: Certificate, message: Uint8Array, sig: Uint8Array, { keyVerifier }: Settings): Promise<SignerIdentity | string> {
  try {
    const verifier = await keyVerifier(publicKey)
    return (await verifier.verify(message, { keyid: '', sig })) ?? 'its key did not make the signature'
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return `its key cannot be used: ${error.message}`
  }
}

function embedded({ intermediates = [] }: EnvelopeSignature, read: (pem: Uint8Array) => Certificate): readonly Certificate[] {
  return intermediates.flatMap((pem) => {
    const certificate = attempt(() => read(pem))
    return certificate instanceof CilockError ? [] : [certificate]
  })
}

function attempt(read: () => Certificate): Certificate | CilockError {
  try {
    return read()
  } catch (error) {
    if (CilockError.is(error)) return error
    throw error
  }
}

function identityOf({ certificate, signer: { keyid, fingerprint } }: Signed, paths: readonly BundlePath[], time: TrustedTime): CertificateIdentity {
  return { keyid, fingerprint: fingerprint ?? certificate.publicKey.fingerprint, certificate, paths, time }
}

function noPath(certificate: Certificate, failures: CertificateRefusal['failures'], timestamps: readonly TimestampRefusal[]): CertificateCheck {
  const [first] = failures
  const message = first === undefined ? 'no roots are trusted' : `no path to '${first.bundle}' at ${first.at.toISOString()}: ${first.failure.message}`
  return refused('ERR_CERTIFICATE_PATH', message, { certificate, failures, timestamps })
}

function refused(code: X509ErrorCode, message: string, rest: Partial<CertificateRefusal> = {}): CertificateCheck {
  return { state: 'refused', refusal: { code, message, timestamps: [], failures: [], ...rest } }
}
