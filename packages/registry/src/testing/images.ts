import { encodeJson, encodeUtf8 } from '@cilock/core'
import { digestOf } from '../content/digest.ts'
import { mediaTypes } from '../content/media-type.ts'
import type { WritableImageStore } from '../store.ts'

/** What a small image is of. */
export interface ImageContent {
  /** Of its platform, whose system is `linux`. Default: `amd64`. */
  readonly architecture?: string
  /** What its layer begins with. Default: `layer`. */
  readonly content?: string
}

/** An image that was made for a test. Digests are `sha256:<hex>`. */
export interface PushedImage {
  /** Of its manifest. */
  readonly manifest: string
  /** Of its manifest, in bytes. */
  readonly size: number
  /** Of its configuration: the image id. */
  readonly config: string
  /** Of its one layer, which is not compressed: its diff id too. */
  readonly layer: string
  /** Of its platform. */
  readonly architecture: string
}

/**
 * Makes a small image that no tool made, of one layer without compression, and stores it. The same content gives the same bytes.
 *
 * @throws RegistryError as `putBlob` and `putManifest` do
 * @example
 * const { manifest, config } = await pushImage(store, 'v1')
 */
export async function pushImage(store: WritableImageStore, tag?: string, { architecture = 'amd64', content = 'layer' }: ImageContent = {}): Promise<PushedImage> {
  const layer = encodeUtf8(`${content} for ${architecture}`)
  const config = encodeJson({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } })
  for (const blob of [layer, config]) await store.putBlob(blob)
  const bytes = encodeJson({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: mediaTypes.ociLayer, digest: digestOf(layer), size: layer.length }],
  })
  const { digest } = await store.putManifest(bytes, tag === undefined ? {} : { tag })
  return { manifest: digest, size: bytes.length, config: digestOf(config), layer: digestOf(layer), architecture }
}

/**
 * Stores an index of images, each for its platform, and gives its digest.
 *
 * @throws RegistryError as `putManifest` does
 */
export async function pushIndex(store: WritableImageStore, images: readonly PushedImage[], tag?: string): Promise<string> {
  const manifests = images.map(({ manifest, size, architecture }) => ({ mediaType: mediaTypes.ociManifest, digest: manifest, size, platform: { os: 'linux', architecture } }))
  return (await store.putManifest(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), tag === undefined ? {} : { tag })).digest
}
