import { digestOf, putReferrer } from '@cilock/registry'
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
  const { digest: manifest } = await putReferrer({
    store,
    subject: { mediaType: image.mediaType, digest: image.digest, size: image.bytes.length },
    artifactType: bundleMediaType,
    layers: [{ mediaType: bundleMediaType, content: bundle }],
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
      ...(now !== undefined && { 'org.opencontainers.image.created': `${now.toISOString().slice(0, 19)}Z` }),
    },
    ...callOptions(signal),
  })
  return { digest: image.digest, state: 'written', place: { form: 'bundle', store: store.name, manifest, layer: 0, digest: digestOf(bundle) } }
}
