import { CilockError, compareUtf8 } from '@cilock/core'
import type { AttestContext, Attestor } from '@cilock/core'
import { streamProduct } from '@cilock/core/node'
import type { Archive } from './archive.ts'
import { ownCode } from './error.ts'
import type { OciErrorCode } from './error.ts'
import { imageOf, manifestName } from './image.ts'
import { ociSchema } from './predicate.ts'
import type { OciPredicate } from './predicate.ts'
import { readArchive } from './read-archive.node.ts'
import type { ArchiveLimits } from './read-archive.node.ts'
import { ociType } from './type.ts'

/** Bounds on what is unpacked. */
export interface OciOptions extends ArchiveLimits {
  /** The product that is the archive. Default: the first tar among the products, by name, that has a `manifest.json`. */
  readonly file?: string
}

/**
 * Records the container image in an archive that `docker save` (or `buildx --output type=docker`, `skopeo copy … docker-archive:`,
 * `buildah push … docker-archive:`) left among the products: the image id, the tags, and the diff id of each layer, held
 * against the image's configuration. The archive is read once, and hashed as it is read.
 *
 * @throws CilockError (from `attest`) of {@link OciErrorCode}; `ERR_MALFORMED` when `manifest.json` or the configuration is
 * no strict JSON of its shape, `ERR_FILE_CHANGED` when the archive is no longer what the product stage hashed,
 * `ERR_FILE_UNREADABLE`, `ERR_LIMIT_EXCEEDED`, `ERR_ABORTED`.
 * @throws TypeError for a limit that is no positive number.
 *
 * @example
 * ```ts
 * import { oci } from '@cilock/attestor-oci'
 * import { commandRun } from '@cilock/attestor-command-run'
 * import { product } from '@cilock/attestor-files'
 *
 * const command = ['docker', 'save', '--output', 'image.tar', 'app:1']
 * await attest({ ...processContext(), step: 'save', attestors: [commandRun({ command }), product(), oci()], signers })
 * ```
 */
export function oci(options: OciOptions = {}): Attestor<OciPredicate> {
  const { maxEntries = 16_384, maxUncompressedBytes = 64 * 1024 ** 3, maxRatio = 2_000 } = options
  const limits = { maxEntries, maxUncompressedBytes, maxRatio, ratioFloor: 1024 ** 3 }
  for (const [name, limit] of Object.entries(limits)) {
    if (!(limit > 0)) throw new TypeError(`${name} has to be a positive number`)
  }
  return {
    ...ociType,
    runType: 'postproduct',
    async attest(context) {
      const failures: CilockError[] = []
      for (const path of candidates(context, options.file)) {
        try {
          const archive = await readArchive(streamProduct(context, path), context.hashes, limits)
          if (!archive.has(manifestName)) throw noImage(archive)
          const tardigest = context.products[path]?.digest ?? {}
          return ociType.read(ociSchema.read(imageOf(archive, tardigest, context.hashes)), ociType.predicateType)
        } catch (error) {
          const failure = withPath(path, error)
          // a tar that is no archive of images is passed over, whatever else it is
          if (!passedOver.includes(failure.code)) throw failure
          failures.push(failure)
        }
      }
      throw nearest(failures)
    },
  }
}

function candidates({ products }: AttestContext, file: string | undefined): readonly string[] {
  if (file !== undefined) {
    if (!Object.hasOwn(products, file)) throw refuse('ERR_OCI_TAR_MISSING', `expected the product ${file}, found none of this name`)
    return [file]
  }
  const paths = Object.keys(products)
  const tars = paths.filter((path) => products[path]?.mime_type.split(';', 1)[0] === 'application/x-tar')
  if (tars.length === 0) throw refuse('ERR_OCI_TAR_MISSING', `expected a tar among the products (not compressed), found none in ${paths.length}`)
  return tars.toSorted(compareUtf8)
}

function noImage(archive: Archive): CilockError {
  if (archive.has('oci-layout') || archive.has('./oci-layout')) {
    return refuse(
      'ERR_OCI_LAYOUT',
      `expected an archive as docker save writes it (with ${manifestName}), found an OCI image layout: write it with --output type=docker, or copy it to a docker-archive`,
    )
  }
  const other = archive.has(`./${manifestName}`) ? `, which stands there as ./${manifestName}` : ''
  return refuse('ERR_OCI_MANIFEST_MISSING', `expected ${manifestName} in the tar${other}, found none`)
}

function withPath(path: string, error: unknown): CilockError {
  if (!CilockError.is(error)) throw error
  // errors of files name their file
  return /^ERR_(FILE_|ABORTED)/.test(error.code) ? error : new CilockError(ownCode(error.code), `${path}: ${error.message}`, { cause: error })
}

/** Of several tars that hold no image, the one that comes nearest to it is spoken of. */
const passedOver: readonly string[] = ['ERR_OCI_LAYOUT', 'ERR_OCI_TAR_INVALID', 'ERR_OCI_MANIFEST_MISSING'] satisfies OciErrorCode[]

function nearest(failures: readonly CilockError[]): CilockError {
  const [first] = failures.toSorted((a, b) => passedOver.indexOf(a.code) - passedOver.indexOf(b.code))
  return first ?? refuse('ERR_OCI_TAR_MISSING', 'expected a tar among the products, found none')
}

function refuse(code: OciErrorCode, message: string): CilockError<OciErrorCode> {
  return new CilockError(code, message)
}
