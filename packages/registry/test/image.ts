import { mediaTypes, putReferrer } from '@cilock/registry'
import type { WritableImageStore } from '@cilock/registry'
import type { PushedImage } from '@cilock/registry/testing'

const encoder = new TextEncoder()
export const jsonBytes = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value))

/** A note beside an image. */
export async function pushReferrer(store: WritableImageStore, { manifest, size }: Pick<PushedImage, 'manifest' | 'size'>, artifactType: string, text: string): Promise<string> {
  const subject = { mediaType: mediaTypes.ociManifest, digest: manifest, size }
  return (await putReferrer({ store, subject, artifactType, layers: [{ mediaType: 'text/plain', content: encoder.encode(text) }] })).digest
}
