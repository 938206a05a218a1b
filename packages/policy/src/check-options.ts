import { aFunction, aText, aTime, argument, bytes, either, expected, isObject, listOf, mapOf, object, optional, refuse } from './argument.ts'
import type { Expect } from './argument.ts'
import { limitsOf } from './limits.ts'
import { rulesOf } from './verify-rules.ts'

/** A clock that is wrong by more than a day is no skew, and a policy that has expired is to be noticed. In seconds. */
const mostSkew = 24 * 60 * 60

const always: Expect = () => undefined
const envelopeForm: Expect = object({ payload: bytes, payloadType: aText, signatures: listOf(object({ keyid: aText, sig: bytes, certificate: optional(bytes), intermediates: optional(listOf(bytes)), timestamps: optional(listOf(object({ data: bytes, type: aText }))) })) })

/** An envelope as it is held in memory; what `JSON.parse` gives has a payload too, but not the bytes that were signed. */
export const anEnvelope: Expect = (value, at) => {
  if (!isObject(value) || !(value['payload'] instanceof Uint8Array) || !Array.isArray(value['signatures'])) refuse(at, 'is not an envelope as `parseEnvelope` gives it')
  envelopeForm(value, at)
}

/** Something that tells whether a signature is its own. */
export const aVerifier: Expect = object({ verify: aFunction }, 'a verifier')

/** A verifier by a raw key. */
export const aPublicKey: Expect = (value, at) => {
  aVerifier(value, at)
  object({ keyid: aText, publicKeyPem: aText })(value, at)
}

/** The reader of a type. */
export const aType: Expect = object({ name: aText, predicateType: aText, aliases: optional(listOf(aText)), read: aFunction, schemaOf: optional(aFunction) }, 'a predicate type')

const aSubject: Expect = either(
  { looks: (value) => typeof value === 'string', is: aText },
  { looks: () => true, is: (value, at) => (isObject(value) ? mapOf(aText)(value, at) : refuse(at, 'is neither a digest as text nor a set of digests')) },
)

const policyOptions: Expect = object({
  policy: anEnvelope,
  policyVerifiers: (value, at) => {
    listOf(aVerifier)(value, at)
    if (Array.isArray(value) && value.length === 0) refuse(at, 'is empty, so no policy could be trusted')
  },
  types: listOf(aType),
  limits: optional(object({})),
  rules: optional(either({ looks: (value) => typeof value === 'string', is: always }, { looks: () => true, is: object({}, 'a preset or an object of rules') })),
})

const evidenceOptions: Expect = object({
  subjects: (value, at) => {
    listOf(aSubject)(value, at)
    if (Array.isArray(value) && value.length === 0) refuse(at, 'is empty, so there is nothing that evidence could be about')
  },
  source: (value, at) => {
    if (!isObject(value) || typeof value['search'] !== 'function') refuse(at, 'has no `search`')
  },
  now: aTime,
  clockSkew: optional(expected(`a number of seconds from 0 to ${mostSkew}, a day`, (value) => typeof value === 'number' && value >= 0 && value <= mostSkew)),
  input: optional(mapOf(object({}))),
  onStatement: optional(aFunction),
  signal: optional(expected('an AbortSignal', (value) => isObject(value) && typeof value['aborted'] === 'boolean' && typeof value['addEventListener'] === 'function')),
})

/**
 * Refuses wrong arguments before anything is looked at: a verdict about the wrong thing would hide the mistake.
 *
 * @throws TypeError that names the argument.
 */
export function checkPolicyOptions(options: unknown): void {
  policyOptions(options, argument('evaluate', 'options'))
  if (!isObject(options)) return
  limitsOf(options['limits'] as Parameters<typeof limitsOf>[0])
  rulesOf(options['rules'] as Parameters<typeof rulesOf>[0])
}

/** The same for what one verification is about. */
export function checkEvidenceOptions(options: unknown): void {
  evidenceOptions(options, argument('evaluate', 'options'))
}

