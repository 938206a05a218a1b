import { encodeBase64, encodeUtf8, sha256Hex } from '@cilock/core'
import type { DigestSet } from '@cilock/core'

/** A saved image, as an oci attestation speaks of it. */
export interface SavedImage {
  /** The digest of its configuration, `sha256:<hex>`. */
  readonly imageId: string
  /** Digests of its layers before they are compressed, `sha256:<hex>`. Default: none are said. */
  readonly diffIds?: readonly string[]
  /** Default: `['app:1']`. */
  readonly tags?: readonly string[]
}

/** What an oci attestation says of it. */
export interface SavedImagePredicate {
  /** Of the archive that the image was saved in. */
  readonly tardigest: DigestSet
  /** Its entries, of which none are said. */
  readonly manifest: null
  /** Names of the image. */
  readonly imagetags: readonly string[]
  /** Of its layers before they are compressed; null: not said. */
  readonly diffids: readonly DigestSet[] | null
  /** Of its configuration. */
  readonly imageid: DigestSet
  /** The bytes of the archive's `manifest.json`, base64. */
  readonly manifestraw: string
  /** Of those bytes. */
  readonly manifestdigest: DigestSet
}

/**
 * The predicate of an oci attestation (`https://aflock.ai/attestations/oci/v0.1`) about an image that no tool saved: its
 * archive is said to be of a digest that stands for the image's.
 *
 * @example
 * const envelope = await collectionOf({ step: 'build', evidence: [evidenceOf(ociType, savedImage({ imageId }))], signers: [signer] })
 */
export function savedImage({ imageId, diffIds, tags = ['app:1'] }: SavedImage): SavedImagePredicate {
  const manifest = encodeUtf8('[]')
  return {
    tardigest: { sha256: sha256Hex(`tar of ${imageId} as ${tags.join(', ')}`) },
    manifest: null,
    imagetags: tags,
    diffids: diffIds?.map((digest) => ({ sha256: hexOf(digest) })) ?? null,
    imageid: { sha256: hexOf(imageId) },
    manifestraw: encodeBase64(manifest),
    manifestdigest: { sha256: sha256Hex(manifest) },
  }
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '')
}
