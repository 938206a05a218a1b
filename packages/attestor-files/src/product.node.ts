import { digestSetsEqual } from '@cilock/core'
import type { AttestContext, Attestor, Evidence, Product } from '@cilock/core'
import { compileGlob } from '@cilock/glob'
import { sniffMimeType } from './mime/sniff.ts'
import { productEvidence, productType, witnessProductV01 } from './product-type.ts'
import type { ProductPredicate, ProductV01 } from './product-type.ts'
import type { FileContent } from './read-file.node.ts'
import { dirHashGlobs, recordFiles, sortedByPath } from './record.node.ts'
import { writeTree } from './tree-predicate.ts'
import type { FoundFile } from './walk.node.ts'

/** Which files are products, and how they are recorded. */
export interface ProductOptions {
  /**
   * Which files are products, by their path from the working directory; `*` takes `/` too. In witness's v0.1 the globs
   * choose the subjects alone. Default: `*`.
   */
  readonly includeGlob?: string
  /** Which of those are not. Default: none. */
  readonly excludeGlob?: string
  /**
   * Globs of directories to record as one digest. Only witness's v0.1 can hold one; in CI/lock's v0.3 a directory that
   * matches is refused with `ERR_DIRHASH_UNSUPPORTED`. Default: none.
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
      const isChosen = (path: string): boolean => !exclude.match(path) && include.match(path)
      const isWitness = context.dialect === 'witness'
      const files = await recordFiles<Product>(context, {
        isWanted: isWitness ? () => true : isChosen,
        dirHashGlobs: globs,
        recordOf(file, content) {
          if (isUntouched(file, content, context)) return undefined
          return { mime_type: content.head === undefined ? 'unknown' : sniffMimeType(content.head()), digest: content.digests }
        },
      })
      if (isWitness) return witnessEvidence(sortedByPath(Object.fromEntries(files)), isChosen)
      const digests = files.map(([path, { digest }]) => [path, digest] as const)
      return productEvidence(writeTree('products', digests), Object.fromEntries(files))
    },
  }
}

/** The globs choose which products witness speaks about; the predicate has all of them. */
function witnessEvidence(products: ProductV01, isChosen: (path: string) => boolean): Evidence<ProductV01> {
  const chosen = Object.entries(products).filter(([path]) => isChosen(path))
  const subjects = Object.fromEntries(chosen.map(([path, { digest }]) => [`file:${path}`, digest]))
  return { predicateType: witnessProductV01, predicate: products, subjects, products }
}

/**
 * Whether a file is a material that the command left alone. A file that was written to since the command began is a
 * product even with the same content; what is found through a link is judged by its content alone, as in CI/lock. witness
 * goes by content alone, and takes a directory that is one digest for a product always.
 */
function isUntouched({ path, isLinked, isDirectory }: FoundFile, { digests, modifiedMs }: FileContent, { materials, executeStart, dialect }: AttestContext): boolean {
  if (isDirectory === true) return false
  const before = Object.hasOwn(materials, path) ? materials[path] : undefined
  if (before === undefined || !digestSetsEqual(before, digests)) return false
  return dialect === 'witness' || isLinked || executeStart === undefined || modifiedMs < executeStart.getTime()
}
