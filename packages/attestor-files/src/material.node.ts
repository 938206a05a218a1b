import type { Attestor, DigestSet } from '@cilock/core'
import { materialEvidence, materialType, witnessMaterialV01 } from './material-type.ts'
import type { MaterialPredicate } from './material-type.ts'
import { dirHashGlobs, recordFiles, sortedByPath } from './record.node.ts'
import { writeTree } from './tree-predicate.ts'

/** How files are recorded before the command. */
export interface MaterialOptions {
  /**
   * Globs of directories to record as one digest. Only witness's v0.1 can hold one; in CI/lock's v0.3 a directory that
   * matches is refused with `ERR_DIRHASH_UNSUPPORTED`. Default: none.
   */
  readonly dirHashGlobs?: readonly string[]
}

/**
 * Records every file below the working directory before the command runs.
 *
 * Its `attest` throws CilockError `ERR_FILE_UNREADABLE`, `ERR_FILE_CHANGED` (a file was written to or vanished
 * meanwhile), `ERR_SYMLINK_LOOP`, `ERR_DIRHASH_UNSUPPORTED`, `ERR_SHA256_REQUIRED`, `ERR_EVIDENCE_INVALID` (two files
 * that are written with one path), `ERR_LIMIT_EXCEEDED` (more than 2^20 contents), `ERR_ABORTED`.
 *
 * @throws GlobError `ERR_GLOB_INVALID` at once for a pattern that is no glob.
 *
 * @example
 * ```ts
 * import { attest } from '@cilock/core'
 * import { processContext } from '@cilock/core/node'
 * import { material, product } from '@cilock/attestor-files'
 *
 * await attest({ ...processContext(), step: 'build', attestors: [material(), product()], signer })
 * ```
 */
export function material(options: MaterialOptions = {}): Attestor<MaterialPredicate> {
  const globs = dirHashGlobs(options.dirHashGlobs)
  return {
    ...materialType,
    runType: 'material',
    async attest(context) {
      const files = await recordFiles<DigestSet>(context, {
        isWanted: () => true,
        dirHashGlobs: globs,
        recordOf: (_file, { digests }) => digests,
      })
      const materials = Object.fromEntries(files)
      // go-witness says nothing about single materials.
      if (context.dialect === 'witness') return { predicateType: witnessMaterialV01, predicate: sortedByPath(materials), materials }
      return materialEvidence(writeTree('materials', files), materials)
    },
  }
}
