import type { EvidenceOptions, PolicyOptions } from './options.ts'

type Unchecked<T> = { readonly [K in keyof T]?: unknown }

/**
 * Refuses wrong arguments before anything is looked at. A type checker finds most of them, but not every caller has one, and
 * a verdict about the wrong thing would hide the mistake.
 */
export function checkPolicyOptions({ policy, policyVerifiers, types }: Unchecked<PolicyOptions>): void {
  if (!has(policy, 'payload') || !(policy.payload instanceof Uint8Array) || !has(policy, 'signatures') || !Array.isArray(policy.signatures)) {
    throw new TypeError('evaluate: `policy` is not an envelope as `parseEnvelope` gives it')
  }
  if (!Array.isArray(policyVerifiers)) throw new TypeError('evaluate: `policyVerifiers` is not an array')
  if (policyVerifiers.length === 0) throw new TypeError('evaluate: `policyVerifiers` is empty, so no policy could be trusted')
  if (!Array.isArray(types)) throw new TypeError('evaluate: `types` is not an array')
}

/** The same for what one verification is about. */
export function checkEvidenceOptions({ subjects, source, now, clockSkew = 0, input, signal }: Unchecked<EvidenceOptions>): void {
  if (!Array.isArray(subjects)) throw new TypeError('evaluate: `subjects` is not an array')
  if (subjects.length === 0) throw new TypeError('evaluate: `subjects` is empty, so there is nothing that evidence could be about')
  if (!has(source, 'search') || typeof source.search !== 'function') throw new TypeError('evaluate: `source` has no `search`')
  if (!(now instanceof Date) || Number.isNaN(now.getTime())) throw new TypeError('evaluate: `now` is not a valid time')
  if (typeof clockSkew !== 'number' || !Number.isFinite(clockSkew) || clockSkew < 0) throw new TypeError('evaluate: `clockSkew` is not a number of seconds from 0 on')
  if (signal !== undefined && !(has(signal, 'aborted') && typeof signal.aborted === 'boolean')) throw new TypeError('evaluate: `signal` is not an AbortSignal')
  if (input === undefined) return
  if (!isRecord(input)) throw new TypeError('evaluate: `input` is not an object of objects by attestation type')
  for (const [type, keys] of Object.entries(input)) if (!isRecord(keys)) throw new TypeError(`evaluate: \`input\` of ${JSON.stringify(type)} is not an object`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function has<K extends string>(value: unknown, key: K): value is Readonly<Record<K, unknown>> {
  return typeof value === 'object' && value !== null && key in value
}
