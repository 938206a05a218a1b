import { array, digestSet, map, string, struct } from '@cilock/core/schema'
import type { DigestSet } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** Something that went into an image: a base image, a source, a downloaded file. */
export interface DockerMaterial {
  /** What it is and where it came from: a package URL, or a URL. */
  readonly uri: string
  /** The platform that it was used for, `linux/amd64`; empty where buildx does not tell. */
  readonly architecture: string
  /** `sha256`, or `sha1` for a git commit; empty where buildx gives none. */
  readonly digest: DigestSet
}

/** One image, or one index of images. */
export interface DockerProduct {
  /** By platform. */
  readonly materials: Readonly<Record<string, readonly DockerMaterial[]>>
  /** The names it was tagged with. */
  readonly imagereferences: readonly string[]
  /** The digest of the manifest or index, as a registry shows it. */
  readonly imagedigest: DigestSet
}

/** What buildx said it built. */
export interface DockerPredicate {
  /** By the hexadecimal SHA-256 of the image's manifest or index. */
  readonly products: Readonly<Record<string, DockerProduct>>
}

export const dockerSchema: Schema<DockerPredicate> = struct({
  products: map(
    struct({
      materials: map(array(struct({ uri: string(), architecture: string(), digest: digestSet() }))),
      imagereferences: array(string()),
      imagedigest: digestSet(),
    }),
  ),
})
