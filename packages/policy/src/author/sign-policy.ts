import { encodeJson, signEnvelope } from '@cilock/core'
import type { Envelope, SignEnvelopeOptions } from '@cilock/core'
import { policyPayloadType } from '../document/policy.ts'
import type { PolicyDocument, witnessPolicyPayloadType } from '../document/policy.ts'

/** Which policy is signed, and by whom. */
export interface SignPolicyOptions extends Omit<SignEnvelopeOptions, 'payload' | 'payloadType'> {
  /** The document, as {@link definePolicy} gives it. */
  readonly policy: PolicyDocument
  /** Default: CI/lock's. witness reads only its own, CI/lock reads both. */
  readonly payloadType?: typeof policyPayloadType | typeof witnessPolicyPayloadType
}

/**
 * Signs a policy. The document is written as Go writes JSON; what is signed are those bytes.
 *
 * @throws whatever a signer throws, and CilockError `ERR_NO_SIGNER` … of `signEnvelope()`
 * @example
 * const signed = await signPolicy({ policy, signers: [release.signer] })
 */
export async function signPolicy({ policy, payloadType = policyPayloadType, ...options }: SignPolicyOptions): Promise<Envelope> {
  return signEnvelope({ ...options, payload: encodeJson(policy), payloadType })
}
