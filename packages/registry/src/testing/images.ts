import { encodeJson, encodeUtf8 } from '@cilock/core'
import { digestOf } from '../content/digest.ts'
import type { Platform } from '../content/manifest.ts'
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

/** What an index says of an image: a `PushedImage`, and what is to be said otherwise. */
export interface ListedImage extends Pick<PushedImage, 'manifest' | 'size' | 'architecture'> {
  /** Default: `linux` and its `architecture`. `null`: the index says none. */
  readonly platform?: Platform | null
  /** Default: none. */
  readonly annotations?: Readonly<Record<string, string>>
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
 * Stores an index of images, in the order given, and gives its digest, `sha256:<hex>`. What it says of them is not held
 * against them, so that an index can lie.
 *
 * @throws RegistryError as `putManifest` does
 * @example
 * const index = await pushIndex(store, [await pushImage(store), await pushImage(store, undefined, { architecture: 'arm64' })], 'v1')
 */
export async function pushIndex(store: WritableImageStore, images: readonly ListedImage[], tag?: string): Promise<string> {
  const manifests = images.map(({ manifest, size, architecture, platform = { os: 'linux', architecture }, annotations }) => ({
    mediaType: mediaTypes.ociManifest,
    digest: manifest,
    size,
    ...(platform !== null && { platform }),
    ...(annotations !== undefined && { annotations }),
  }))
  return (await store.putManifest(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), tag === undefined ? {} : { tag })).digest
}
