import { encodeJson, encodeUtf8 } from '@cilock/core'
import { digestOf, mediaTypes } from '@cilock/registry'
import type { Manifest } from '@cilock/registry'
import { callOptions } from '../find/call.ts'
import { bundleMediaType } from '../media-type.ts'
import type { WritableStore } from '../options.ts'
import type { Attached } from './options.ts'

/** What is written, and beside what. */
export interface NewBundle {
  readonly store: WritableStore
  /** Of the image. */
  readonly manifest: Manifest
  readonly bundle: Uint8Array
  readonly predicateType: string
  readonly now: Date | undefined
  readonly signal: AbortSignal | undefined
}

/** Puts a bundle among the referrers of an image, as cosign does: each time one more. */
export async function putBundle({ store, manifest: image, bundle, predicateType, now, signal }: NewBundle): Promise<Attached> {
  const options = callOptions(signal)
  const empty = encodeUtf8('{}')
  await store.putBlob(empty, options)
  await store.putBlob(bundle, options)
  const digest = digestOf(bundle)
  const { digest: manifest } = await store.putManifest(
    encodeJson({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType: bundleMediaType,
      config: { mediaType: mediaTypes.ociEmpty, digest: digestOf(empty), size: empty.length },
      layers: [{ mediaType: bundleMediaType, digest, size: bundle.length }],
      subject: { mediaType: image.mediaType, digest: image.digest, size: image.bytes.length },
      annotations: {
        'dev.sigstore.bundle.content': 'dsse-envelope',
        'dev.sigstore.bundle.predicateType': predicateType,
        ...(now !== undefined && { 'org.opencontainers.image.created': `${now.toISOString().slice(0, 19)}Z` }),
      },
    }),
    options,
  )
  return { digest: image.digest, state: 'written', place: { form: 'bundle', store: store.name, manifest, layer: 0, digest } }
}
