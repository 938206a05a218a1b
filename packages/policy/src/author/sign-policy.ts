import { encodeJson, signEnvelope } from '@cilock/core'
import type { Envelope, SignEnvelopeOptions } from '@cilock/core'
import { aFunction, argument, aText, listOf, object, oneOf, optional } from '../argument.ts'
import { policyPayloadType, witnessPolicyPayloadType } from '../document/policy.ts'
import type { PolicyDocument } from '../document/policy.ts'

/** Which policy is signed, and by whom. */
export interface SignPolicyOptions extends Omit<SignEnvelopeOptions, 'payload' | 'payloadType'> {
  /** The document, as {@link definePolicy} gives it. */
  readonly policy: PolicyDocument
  /** Default: CI/lock's. witness reads only its own, CI/lock reads both. */
  readonly payloadType?: typeof policyPayloadType | typeof witnessPolicyPayloadType
}

const signOptions = object({ policy: object({}), signers: listOf(object({ keyid: aText, sign: aFunction }, 'a signer')), payloadType: optional(oneOf(policyPayloadType, witnessPolicyPayloadType)) })

/**
 * Signs a policy. The document is written as Go writes JSON; what is signed are those bytes.
 *
 * @throws TypeError for wrong arguments
 * @throws whatever a signer throws, and CilockError `ERR_NO_SIGNER` … of `signEnvelope()`
 * @example
 * const signed = await signPolicy({ policy, signers: [release.signer] })
 */
export async function signPolicy(given: SignPolicyOptions): Promise<Envelope> {
  signOptions(given, argument('signPolicy', 'options'))
  const { policy, payloadType = policyPayloadType, ...options } = given
  return signEnvelope({ ...options, payload: encodeJson(policy), payloadType })
}
