import { CilockError, type CoreErrorCode } from '../error.ts'
import { inTotoPayloadType, type Envelope } from './envelope.ts'
import { checkLimits, limitsOf, type EnvelopeLimits } from './limits.ts'
import { encodePae } from './pae.ts'
import type { SignerIdentity, Verifier, VerifySignatureOptions } from './signer.ts'
import { markVerified, type Verified } from './verified.ts'

/** What one verifier said about one signature. */
export interface SignatureCheck {
  /** Index of the signature in the envelope. */
  readonly signature: number
  /** Index of the verifier in the list given. */
  readonly verifier: number
  /** Who signed; absent when the verifier does not vouch for the signature. */
  readonly identity?: SignerIdentity
  /** What the verifier threw, which counts as not vouching. */
  readonly error?: unknown
}

/** Too few signatures verified. Carries every check, so that a report can say why. */
export class SignatureError extends CilockError<CoreErrorCode> {
  override readonly name: string = 'SignatureError'
  /** What came of each signature. */
  readonly checks: readonly SignatureCheck[]

  constructor(code: CoreErrorCode, message: string, checks: readonly SignatureCheck[], options?: ErrorOptions) {
    super(code, message, options)
    this.checks = checks
  }
}

/** An envelope that is verified, and who signed it: each key once. */
export type VerifiedEnvelope = Verified<Envelope & { readonly signers: readonly SignerIdentity[] }>

/** How many have to have signed, and bounds on the envelope. */
export interface VerifyEnvelopeOptions extends VerifySignatureOptions {
  /** How many distinct keys have to vouch for the envelope. Default: 1. */
  readonly threshold?: number
  /** The payload types that the caller understands. Default: `application/vnd.in-toto+json` alone. */
  readonly payloadTypes?: readonly string[]
  /** Bounds on the envelope. Default: those of `EnvelopeLimits`. */
  readonly limits?: EnvelopeLimits
}

/**
 * Tries every verifier on every signature and gives each outcome, by signature, then by verifier. Nothing is decided
 * here; a signature that no one vouches for is no error.
 *
 * @throws CilockError `ERR_LIMIT_EXCEEDED`
 */
export async function checkSignatures(
  envelope: Envelope,
  verifiers: readonly Verifier[],
  options: { readonly limits?: EnvelopeLimits } = {},
): Promise<readonly SignatureCheck[]> {
  return checkMessage(encodePae(envelope.payloadType, envelope.payload), envelope, verifiers, options.limits)
}

/**
 * Verifies an envelope. What returns is verified: at least `threshold` distinct keys signed this payload type and these
 * payload bytes. A key counts once, however often it signed and however many verifiers know it; key ids written in the
 * envelope decide nothing.
 *
 * @throws SignatureError `ERR_SIGNATURE_MISSING` (the envelope has none), `ERR_SIGNATURE_INVALID` (no verifier vouches
 * for one), `ERR_SIGNATURE_THRESHOLD` (too few keys)
 * @throws CilockError `ERR_PAYLOAD_TYPE`, `ERR_LIMIT_EXCEEDED`
 * @example
 * const verified = await verifyEnvelope(parseEnvelope(text), [await importVerifier(publicKeyPem)])
 */
export async function verifyEnvelope(
  envelope: Envelope,
  verifiers: readonly Verifier[],
  { threshold = 1, payloadTypes = [inTotoPayloadType], limits, meanwhile = false }: VerifyEnvelopeOptions = {},
): Promise<VerifiedEnvelope> {
  if (!Number.isSafeInteger(threshold) || threshold < 1) throw new TypeError(`threshold has to be a positive integer, not ${String(threshold)}`)
  if (!Array.isArray(verifiers)) throw new TypeError('verifyEnvelope: expected a list of verifiers')
  const { payloadType, payload } = envelope
  const signatures = [...envelope.signatures]
  const message = encodePae(payloadType, payload)
  const checks = await checkMessage(message, { payload, payloadType, signatures }, verifiers, limits, { meanwhile })
  const signers = distinctSigners(checks)
  if (signers.length < threshold) throw tooFew(signers, threshold, signatures.length, verifiers.length, checks)
  if (!payloadTypes.includes(payloadType)) {
    const expected = payloadTypes.map((type) => JSON.stringify(type)).join(' or ')
    throw new CilockError('ERR_PAYLOAD_TYPE', `expected a payload of type ${expected}, found ${JSON.stringify(payloadType)}`)
  }
  // the payload is a view on the very bytes that were checked
  return markVerified({ payload: message.subarray(message.length - payload.length), payloadType, signatures, signers })
}

async function checkMessage(
  message: Uint8Array,
  envelope: Envelope,
  verifiers: readonly Verifier[],
  limits: EnvelopeLimits | undefined,
  how: VerifySignatureOptions = {},
): Promise<readonly SignatureCheck[]> {
  checkLimits(envelope, limitsOf(limits))
  const checks: SignatureCheck[] = []
  for (const [index, signature] of envelope.signatures.entries()) {
    for (const [number, verifier] of verifiers.entries()) {
      const pair = { signature: index, verifier: number }
      try {
        const identity = await verifier.verify(message, signature, how)
        checks.push(identity === undefined ? pair : { ...pair, identity })
      } catch (error) {
        checks.push({ ...pair, error })
      }
    }
  }
  return checks
}

/** Each key once: equal by the key itself or by its id, so that no pair of verifiers can make two of one. */
function distinctSigners(checks: readonly SignatureCheck[]): readonly SignerIdentity[] {
  const seen = new Set<string>()
  const signers: SignerIdentity[] = []
  for (const { identity } of checks) {
    if (identity === undefined) continue
    const names = [`keyid ${identity.keyid}`, ...(identity.fingerprint === undefined ? [] : [`fingerprint ${identity.fingerprint}`])]
    if (!names.some((name) => seen.has(name))) signers.push(identity)
    for (const name of names) seen.add(name)
  }
  return signers
}

function tooFew(
  signers: readonly SignerIdentity[],
  threshold: number,
  signatures: number,
  verifiers: number,
  checks: readonly SignatureCheck[],
): SignatureError {
  if (signatures === 0) return new SignatureError('ERR_SIGNATURE_MISSING', 'the envelope has no signatures', checks)
  const failed = checks.find(({ error }) => error !== undefined)
  const options = failed === undefined ? {} : { cause: failed.error }
  if (signers.length === 0) {
    const message = `none of ${verifiers} verifiers vouches for one of ${signatures} signatures`
    return new SignatureError('ERR_SIGNATURE_INVALID', message, checks, options)
  }
  const message = `expected signatures of ${threshold} distinct keys, found ${signers.length}`
  return new SignatureError('ERR_SIGNATURE_THRESHOLD', message, checks, options)
}
