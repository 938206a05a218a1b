import { digestSetsEqual } from '@cilock/core'
import type { AttestContext, Attestor, Product } from '@cilock/core'
import { compileGlob } from '@cilock/glob'
import { sniffMimeType } from './mime/sniff.ts'
import { productEvidence, productType } from './product-type.ts'
import type { ProductPredicate } from './product-type.ts'
import type { FileContent } from './read-file.node.ts'
import { addOnce, dirHashGlobs, recordFiles } from './record.node.ts'
import { writeTree } from './tree-predicate.ts'
import type { FoundFile } from './walk.node.ts'

export interface ProductOptions {
  /** Which files are products, by their path from the working directory; `*` takes `/` too. Default: `*`. */
  readonly includeGlob?: string
  /** Which of those are not. Default: none. */
  readonly excludeGlob?: string
  /**
   * Globs of directories to record as one digest. v0.3 cannot hold one: a directory that matches is refused with
   * `ERR_DIRHASH_UNSUPPORTED`. Default: none.
   */
  readonly dirHashGlobs?: readonly string[]
}

/**
 * Records the files that the command made or changed: those below the working directory that are not among the
 * materials with the same digests, and those that were written to since the command began.
 *
 * Its `attest` throws CilockError `ERR_FILE_UNREADABLE`, `ERR_FILE_CHANGED` (a file was written to or vanished
 * meanwhile), `ERR_SYMLINK_LOOP`, `ERR_DIRHASH_UNSUPPORTED`, `ERR_SHA256_REQUIRED`, `ERR_EVIDENCE_INVALID` (two files
 * that are written with one path), `ERR_LIMIT_EXCEEDED` (more than 2^20 contents), `ERR_ABORTED`.
 *
 * @throws GlobError `ERR_GLOB_INVALID` at once for a pattern that is no glob.
 *
 * @example
 * ```ts
 * import { product } from '@cilock/attestor-files'
 *
 * product({ includeGlob: '{docker-metadata.json,image.tar}' })
 * ```
 */
export function product(options: ProductOptions = {}): Attestor<ProductPredicate> {
  const include = compileGlob(options.includeGlob ?? '*')
  const exclude = compileGlob(options.excludeGlob ?? '')
  const globs = dirHashGlobs(options.dirHashGlobs)
  return {
    ...productType,
    runType: 'product',
    async attest(context) {
      const files = new Map<string, Product>()
      await recordFiles(context, {
        isWanted: (path) => !exclude.match(path) && include.match(path),
        dirHashGlobs: globs,
        onFile(file, content) {
          if (isUntouched(file, content, context)) return
          addOnce(files, file.path, { mime_type: sniffMimeType(content.head), digest: content.digests })
        },
      })
      const digests = Array.from(files, ([path, { digest }]) => [path, digest] as const)
      return productEvidence(writeTree('products', digests), Object.fromEntries(files))
    },
  }
}

/**
 * Whether a file is a material that the command left alone. A file that was written to since the command began is a
 * product even with the same content; what is found through a link is judged by its content alone, as in CI/lock.
 */
function isUntouched({ path, isLinked }: FoundFile, { digests, modifiedMs }: FileContent, { materials, executeStart }: AttestContext): boolean {
  const before = Object.hasOwn(materials, path) ? materials[path] : undefined
  if (before === undefined || !digestSetsEqual(before, digests)) return false
  return isLinked || executeStart === undefined || modifiedMs < executeStart.getTime()
}
