import { digestOf, mediaTypes } from '@cilock/registry'
import type { WritableImageStore } from '@cilock/registry'

const encoder = new TextEncoder()
export const jsonBytes = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value))

/** A small image that no tool made: one layer without compression. */
export async function pushImage(repository: WritableImageStore, tag: string, content = 'layer'): Promise<{ readonly manifest: string; readonly size: number }> {
  const layer = encoder.encode(content)
  const config = jsonBytes({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } })
  await repository.putBlob(layer)
  await repository.putBlob(config)
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: mediaTypes.ociLayer, digest: digestOf(layer), size: layer.length }],
  })
  const { digest } = await repository.putManifest(bytes, { tag })
  return { manifest: digest, size: bytes.length }
}
