import { encodeBase64, encodeUtf8 } from '@cilock/core'
import type { KeyVerifier, PredicateType } from '@cilock/core'
import type { PolicyDocument, StepDocument } from '@cilock/policy'

/** A step of a policy, by what matters about it. */
export interface StepOptions<Key = Pick<KeyVerifier, 'keyid' | 'publicKeyPem'>> {
  /** Whose signature is enough: public keys. */
  readonly by: readonly Key[]
  /** What its collection has to hold: types, or URIs. */
  readonly attestations: readonly (PredicateType | string)[]
  /** Steps whose artifacts are this step's materials. */
  readonly artifactsFrom?: readonly string[]
  /** Members of the document as they stand on the wire, which win over what is made here. */
  readonly document?: Partial<StepDocument>
}

/** What a policy asks for, and until when. */
export interface PolicyOptions<Key = Pick<KeyVerifier, 'keyid' | 'publicKeyPem'>> {
  /** By name. */
  readonly steps: Readonly<Record<string, StepOptions<Key>>>
  /** Until when it holds. */
  readonly expires: Date
}

/**
 * A policy document: every key that a step names stands among its public keys. Encode it as JSON and sign those bytes, or
 * let `world().policy()` do so.
 *
 * @throws RangeError when `expires` is no time.
 */
export function policyOf({ steps, expires }: PolicyOptions): PolicyDocument {
  const keys = Object.values(steps).flatMap(({ by }) => by)
  return {
    expires: expires.toISOString(),
    publickeys: Object.fromEntries(keys.map(({ keyid, publicKeyPem }) => [keyid, { keyid, key: encodeBase64(encodeUtf8(publicKeyPem)) }])),
    steps: Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, stepOf(name, step)])),
  }
}

function stepOf(name: string, { by, attestations, artifactsFrom, document }: StepOptions): StepDocument {
  return {
    name,
    functionaries: by.map(({ keyid }) => ({ type: 'publickey', publickeyid: keyid })),
    attestations: attestations.map((type) => ({ type: typeof type === 'string' ? type : type.predicateType })),
    ...(artifactsFrom !== undefined && { artifactsFrom }),
    ...document,
  }
}
