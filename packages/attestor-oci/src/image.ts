import { CilockError, encodeBase64, hashBytes, parseJson } from '@cilock/core'
import { array, string, struct } from '@cilock/core/schema'
import type { DigestSet } from '@cilock/core'
import type { Archive, FileEntry } from './archive.ts'
import type { OciErrorCode } from './error.ts'
import { manifestSchema } from './predicate.ts'
import type { OciManifest, OciPredicate } from './predicate.ts'

export const manifestName = 'manifest.json'

const configSchema = struct({ rootfs: struct({ diff_ids: array(string()) }) })

/**
 * The first image of an archive, as evidence: its layers in the order of the manifest, held against the configuration.
 *
 * @throws CilockError of {@link OciErrorCode}, or `ERR_MALFORMED` when `manifest.json` or the configuration is no strict
 * JSON of its shape.
 */
export function imageOf(archive: Archive, tardigest: DigestSet, hashes: readonly string[]): OciPredicate {
  const manifestraw = contentOf(archive, manifestName)
  const manifest = within(manifestName, () => manifestSchema.read(parseJson(manifestraw)))
  const image = manifest?.[0]
  if (image === undefined) throw refuse('ERR_OCI_MANIFEST_MISSING', `expected an image in ${manifestName}, found an empty list`)
  const config = contentOf(archive, image.Config)
  const layers = (image.Layers ?? []).map((name) => layerOf(archive, name))
  checkDiffIds(image, config, layers)
  return {
    tardigest,
    manifest,
    imagetags: image.RepoTags,
    // as Go, whose list stays nil without layers
    diffids: layers.length === 0 ? null : layers.map(({ digest }) => digest),
    imageid: hashBytes(config, hashes),
    manifestraw: encodeBase64(manifestraw),
    manifestdigest: hashBytes(manifestraw, hashes),
  }
}

interface Layer {
  readonly name: string
  readonly digest: DigestSet
  readonly diffId: string
  readonly suspect?: string
}

function layerOf(archive: Archive, name: string): Layer {
  const entry = archive.file(name)
  if (entry.failure !== undefined) throw new CilockError(entry.failure.code, `layer ${name}: ${entry.failure.message}`, { cause: entry.failure })
  checkName(name, entry)
  return { name, digest: entry.digest ?? {}, diffId: entry.diffId ?? entry.sha256, ...(entry.suspect === undefined ? {} : { suspect: entry.suspect }) }
}

function contentOf(archive: Archive, name: string): Uint8Array {
  const entry = archive.file(name)
  checkName(name, entry)
  if (entry.content === undefined) throw refuse('ERR_OCI_ENTRY_INVALID', `expected JSON of at most ${maxJson} bytes at ${name}, found something else`)
  return entry.content
}

/** How many bytes `manifest.json` and a configuration may have. */
export const maxJson: number = 8 * 1024 * 1024

/** In the newer form of `docker save` an entry's name is its digest. */
function checkName(name: string, { sha256 }: FileEntry): void {
  const [, said] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? []
  if (said !== undefined && said !== sha256) throw refuse('ERR_OCI_DIGEST_MISMATCH', `expected content of its digest at ${name}, found ${sha256}`)
}

/** The image id covers the configuration, and the configuration covers the layers, if they are compared. */
function checkDiffIds(image: OciManifest, config: Uint8Array, layers: readonly Layer[]): void {
  const said = within(image.Config, () => configSchema.read(parseJson(config))).rootfs.diff_ids
  if (said.length !== layers.length) {
    throw refuse('ERR_OCI_DIFF_ID_MISMATCH', `expected the ${said.length} layers that ${image.Config} lists, found ${layers.length} in ${manifestName}`)
  }
  for (const [index, { name, diffId, suspect }] of layers.entries()) {
    if (said[index] === `sha256:${diffId}`) continue
    const hint = suspect === undefined ? '' : ` (it looks like ${suspect}, which no layer is compressed with)`
    throw refuse('ERR_OCI_DIFF_ID_MISMATCH', `expected layer ${index} (${name}) of the diff id ${String(said[index]).slice(0, 80)}, found sha256:${diffId}${hint}`)
  }
}

function within<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new CilockError(error.code, `${name}: ${error.message}`, { cause: error })
  }
}

function refuse(code: OciErrorCode, message: string): CilockError<OciErrorCode> {
  return new CilockError(code, message)
}
