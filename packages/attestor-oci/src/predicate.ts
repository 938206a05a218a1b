import { bytes, digestSet, nullableArray, string, struct } from '@cilock/core/schema'
import type { DigestSet } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** One image of an archive, as `manifest.json` lists it. */
export interface OciManifest {
  /** The entry that holds the image's configuration. */
  readonly Config: string
  /** The tags that the image was saved by. */
  readonly RepoTags: readonly string[] | null
  /** The entries that hold the layers, lowest first. */
  readonly Layers: readonly string[] | null
}

/** The first image of a `docker save` archive. */
export interface OciPredicate {
  /** Of the archive itself. */
  readonly tardigest: DigestSet
  /** All images of the archive. */
  readonly manifest: readonly OciManifest[] | null
  /** The tags that the image was saved by. */
  readonly imagetags: readonly string[] | null
  /** Of the uncompressed layers, lowest first. `null` for an image without layers. */
  readonly diffids: readonly DigestSet[] | null
  /** Of the configuration, which is what `docker` calls the image id. */
  readonly imageid: DigestSet
  /** `manifest.json` as it stands in the archive, in base64. */
  readonly manifestraw: string | null
  /** Of `manifest.json`; not the digest by which a registry serves the image. */
  readonly manifestdigest: DigestSet
}

export const manifestSchema: Schema<readonly OciManifest[] | null> = nullableArray(
  struct({ Config: string(), RepoTags: nullableArray(string()), Layers: nullableArray(string()) }, { unknown: 'drop' }),
)

export const ociSchema: Schema<OciPredicate> = struct({
  tardigest: digestSet(),
  manifest: manifestSchema,
  imagetags: nullableArray(string()),
  diffids: nullableArray(digestSet()),
  imageid: digestSet(),
  manifestraw: bytes(),
  manifestdigest: digestSet(),
})
