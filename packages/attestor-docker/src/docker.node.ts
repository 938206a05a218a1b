import { CilockError, compareUtf8 } from '@cilock/core'
import type { Attestor } from '@cilock/core'
import { readProduct } from '@cilock/core/node'
import { parseBuildxMetadata } from './buildx-metadata.ts'
import type { BuildxBuild } from './buildx-metadata.ts'
import type { DockerErrorCode } from './error.ts'
import { dockerPredicate } from './docker-predicate.ts'
import type { DockerPredicate } from './predicate.ts'
import { dockerType } from './type.ts'

/** Where buildx's metadata is. */
export interface DockerOptions {
  /** How many bytes a JSON product may have; a larger one is an error, since it cannot be looked into. Default: 64 MiB. */
  readonly maxBytes?: number
}

/** Stands in every metadata file that names an image. */
const marker = 'containerimage.digest'

/**
 * Records the images that the step built, from the metadata files that `docker buildx build --metadata-file` and `docker
 * buildx bake --metadata-file` leave among its products: every JSON product is looked into.
 *
 * @throws CilockError (from `attest`) `ERR_DOCKER_METADATA_MISSING` when no product is such a file, `ERR_MALFORMED` when
 * one is but cannot be read, `ERR_FILE_CHANGED` when a file is no longer what the product stage hashed,
 * `ERR_FILE_UNREADABLE`, `ERR_LIMIT_EXCEEDED`, `ERR_ABORTED`.
 *
 * @example
 * ```ts
 * import { docker } from '@cilock/attestor-docker'
 * import { commandRun } from '@cilock/attestor-command-run'
 * import { product } from '@cilock/attestor-files'
 *
 * const command = ['docker', 'buildx', 'build', '--metadata-file', 'docker-metadata.json', '.']
 * await attest({ ...processContext(), step: 'build', attestors: [commandRun({ command }), product(), docker()], signers })
 * ```
 */
export function docker(options: DockerOptions = {}): Attestor<DockerPredicate> {
  const { maxBytes = 64 * 1024 * 1024 } = options
  return {
    ...dockerType,
    runType: 'postproduct',
    async attest(context) {
      const builds: BuildxBuild[] = []
      const paths = Object.keys(context.products).filter((path) => isJson(context.products[path]?.mime_type ?? ''))
      for (const path of paths.toSorted(compareUtf8)) {
        for (const build of readBuilds(path, await readProduct(context, path, { maxBytes }))) builds.push(build)
      }
      if (builds.length === 0) {
        throw new CilockError<DockerErrorCode>(
          'ERR_DOCKER_METADATA_MISSING',
          `expected a buildx metadata file with ${marker} among the products, found none in ${paths.length} of JSON (${Object.keys(context.products).length} in all)`,
        )
      }
      return dockerType.read(dockerPredicate(builds), dockerType.predicateType)
    },
  }
}

/** A product may be any JSON, or look like it: only one that names an image has to be read without fault. */
function readBuilds(path: string, content: Uint8Array): readonly BuildxBuild[] {
  try {
    return parseBuildxMetadata(content)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    if (!new TextDecoder('latin1').decode(content).includes(marker)) return []
    throw new CilockError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}

function isJson(mimeType: string): boolean {
  return mimeType.split(';', 1)[0] === 'application/json'
}
