import { sha256Hex } from '@cilock/core'
import type { PredicateType } from '@cilock/core'
import { githubSchema } from './predicate.ts'
import type { GithubPredicate } from './predicate.ts'

/**
 * Reads `https://aflock.ai/attestations/github/v0.1` and its witness form. Subjects: `pipelineurl:` and `projecturl:` by
 * the SHA-256 of their text; back-reference: the pipeline.
 *
 * @throws CilockError `ERR_MALFORMED` when the predicate has another shape.
 */
export const githubType: PredicateType<GithubPredicate> = {
  name: 'github',
  predicateType: 'https://aflock.ai/attestations/github/v0.1',
  aliases: ['https://witness.dev/attestations/github/v0.1'],
  schemaOf: () => githubSchema,
  read(json) {
    const predicate = githubSchema.read(json)
    const pipeline = { [`pipelineurl:${predicate.pipelineurl}`]: { sha256: sha256Hex(predicate.pipelineurl) } }
    const project = { [`projecturl:${predicate.projecturl}`]: { sha256: sha256Hex(predicate.projecturl) } }
    return { predicate, subjects: { ...pipeline, ...project }, backRefs: pipeline }
  },
}
