import { CilockError, encodePae, SignatureError, verifyEnvelope } from '@cilock/core'
import type { Envelope, EnvelopeSignature, SignerIdentity, VerifiedEnvelope, Verifier } from '@cilock/core'
import { CosignError } from '../error.ts'
import { notVouchedFor } from './not-vouched-for.ts'

/**
 * Who made a signature over bytes: each key once. What a verifier throws counts as not vouching.
 *
 * @throws CosignError `ERR_SIGNATURE_INVALID`, `ERR_KEYLESS_UNSUPPORTED`
 */
export async function signersOfMessage(message: Uint8Array, signature: EnvelopeSignature, verifiers: readonly Verifier[]): Promise<readonly SignerIdentity[]> {
  const signers = new Map<string, SignerIdentity>()
  let cause: unknown
  for (const verifier of verifiers) {
    try {
      const identity = await verifier.verify(message, signature)
      if (identity !== undefined) signers.set(identity.fingerprint ?? identity.keyid, identity)
    } catch (error) {
      cause ??= error
    }
  }
  if (signers.size > 0) return [...signers.values()]
  throw await notVouchedFor(message, [signature], verifiers, cause)
}

/**
 * An envelope that one of the verifiers vouches for, and that holds an in-toto statement.
 *
 * @throws CosignError `ERR_SIGNATURE_INVALID`, `ERR_SIGNATURE_MISSING`, `ERR_KEYLESS_UNSUPPORTED`, `ERR_PAYLOAD_TYPE`, `ERR_LIMIT_EXCEEDED`
 */
export async function verifySignedEnvelope(envelope: Envelope, verifiers: readonly Verifier[]): Promise<VerifiedEnvelope> {
  try {
    return await verifyEnvelope(envelope, verifiers)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    if (error instanceof SignatureError && error.code === 'ERR_SIGNATURE_INVALID') {
      throw await notVouchedFor(encodePae(envelope.payloadType, envelope.payload), envelope.signatures, verifiers, error.cause)
    }
    if (error.code === 'ERR_SIGNATURE_MISSING' || error.code === 'ERR_PAYLOAD_TYPE' || error.code === 'ERR_LIMIT_EXCEEDED') throw new CosignError(error.code, error.message, { cause: error })
    throw error
  }
}
