import { sha256Hex } from '@cilock/core'
import type { PredicateType } from '@cilock/core'
import { githubActionSchema } from './predicate.ts'
import type { GithubActionPredicate } from './predicate.ts'

/**
 * Reads `https://aflock.ai/attestations/github-action/v0.1`. Subject: `actionref:` by the SHA-256 of the reference.
 *
 * @throws CilockError `ERR_MALFORMED` when the predicate has another shape.
 */
export const githubActionType: PredicateType<GithubActionPredicate> = {
  name: 'github-action',
  predicateType: 'https://aflock.ai/attestations/github-action/v0.1',
  schemaOf: () => githubActionSchema,
  read(json) {
    const predicate = githubActionSchema.read(json)
    const { actionref } = predicate
    return { predicate, subjects: actionref === '' ? {} : { [`actionref:${actionref}`]: { sha256: sha256Hex(actionref) } } }
  },
}
