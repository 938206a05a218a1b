import type { VerifyOptions } from './options.ts'

/**
 * Refuses wrong arguments before anything is looked at. A type checker finds most of them, but not every caller has one, and
 * a verdict about the wrong thing would hide the mistake.
 */
export function checkOptions({ policy, policyVerifiers, subjects, source, types, now }: { readonly [K in keyof VerifyOptions]: unknown }): void {
  if (!has(policy, 'payload') || !(policy.payload instanceof Uint8Array) || !has(policy, 'signatures') || !Array.isArray(policy.signatures)) {
    throw new TypeError('evaluate: `policy` is not an envelope as `parseEnvelope` gives it')
  }
  if (!Array.isArray(policyVerifiers)) throw new TypeError('evaluate: `policyVerifiers` is not an array')
  if (policyVerifiers.length === 0) throw new TypeError('evaluate: `policyVerifiers` is empty, so no policy could be trusted')
  if (!Array.isArray(subjects)) throw new TypeError('evaluate: `subjects` is not an array')
  if (subjects.length === 0) throw new TypeError('evaluate: `subjects` is empty, so there is nothing that evidence could be about')
  if (!has(source, 'search') || typeof source.search !== 'function') throw new TypeError('evaluate: `source` has no `search`')
  if (!Array.isArray(types)) throw new TypeError('evaluate: `types` is not an array')
  if (!(now instanceof Date) || Number.isNaN(now.getTime())) throw new TypeError('evaluate: `now` is not a valid time')
}

function has<K extends string>(value: unknown, key: K): value is Readonly<Record<K, unknown>> {
  return typeof value === 'object' && value !== null && key in value
}
