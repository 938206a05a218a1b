import type { PredicateType } from '@cilock/core'
import { dockerSchema } from './predicate.ts'
import type { DockerPredicate } from './predicate.ts'
import { dockerSubjects } from './subjects.ts'

export { parseBuildxMetadata } from './buildx-metadata.ts'
export type { BuildxBuild, BuildxMaterial, BuildxPlatform, BuildxProvenance } from './buildx-metadata.ts'
export type { DockerMaterial, DockerPredicate, DockerProduct } from './predicate.ts'

/**
 * Reads `https://aflock.ai/attestations/docker/v0.1` and its witness form: the images that a step built, what they are
 * called and what went into them.
 *
 * @throws CilockError `ERR_MALFORMED` when the predicate has another shape.
 */
export const dockerType: PredicateType<DockerPredicate> = {
  name: 'docker',
  predicateType: 'https://aflock.ai/attestations/docker/v0.1',
  aliases: ['https://witness.dev/attestations/docker/v0.1'],
  schemaOf: () => dockerSchema,
  read(value) {
    const predicate = dockerSchema.read(value)
    return { predicate, subjects: dockerSubjects(predicate) }
  },
}
