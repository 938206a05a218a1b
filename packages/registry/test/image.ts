import { digestOf, mediaTypes } from '@cilock/registry'
import type { WritableImageStore } from '@cilock/registry'

const encoder = new TextEncoder()
export const jsonBytes = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value))

/** A small image that no tool made: one layer without compression. */
export async function pushImage(repository: WritableImageStore, tag?: string, architecture = 'amd64'): Promise<{ readonly manifest: string; readonly config: string; readonly layer: string; readonly size: number }> {
  const layer = encoder.encode(`layer for ${architecture}`)
  const config = jsonBytes({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } })
  await repository.putBlob(layer)
  await repository.putBlob(config)
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: mediaTypes.ociLayer, digest: digestOf(layer), size: layer.length }],
  })
  const { digest } = await repository.putManifest(bytes, tag === undefined ? {} : { tag })
  return { manifest: digest, config: digestOf(config), layer: digestOf(layer), size: bytes.length }
}

/** Something attached to a manifest. */
export async function pushReferrer(repository: WritableImageStore, subject: { readonly manifest: string; readonly size: number }, artifactType: string, text: string): Promise<string> {
  const content = encoder.encode(text)
  const empty = encoder.encode('{}')
  await repository.putBlob(content)
  await repository.putBlob(empty)
  const { digest } = await repository.putManifest(
    jsonBytes({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType,
      config: { mediaType: mediaTypes.ociEmpty, digest: digestOf(empty), size: empty.length },
      layers: [{ mediaType: 'text/plain', digest: digestOf(content), size: content.length }],
      subject: { mediaType: mediaTypes.ociManifest, digest: subject.manifest, size: subject.size },
    }),
  )
  return digest
}
