import type { PredicateType } from '@cilock/core'
import { environmentSchema } from './predicate.ts'
import type { EnvironmentPredicate } from './predicate.ts'

export type { EnvironmentPredicate } from './predicate.ts'

/**
 * Reads `https://aflock.ai/attestations/environment/v0.1` and its witness form. It speaks about no subjects.
 *
 * @throws CilockError `ERR_MALFORMED` when the predicate has another shape.
 */
export const environmentType: PredicateType<EnvironmentPredicate> = {
  name: 'environment',
  predicateType: 'https://aflock.ai/attestations/environment/v0.1',
  aliases: ['https://witness.dev/attestations/environment/v0.1'],
  schemaOf: () => environmentSchema,
  read: (predicate) => ({ predicate: environmentSchema.read(predicate) }),
}
