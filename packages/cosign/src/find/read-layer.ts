import type { Descriptor } from '@cilock/registry'
import { CosignError } from '../error.ts'
import { callOptions, unlessAborted } from './call.ts'
import type { FoundEntry, ListedManifest, Search } from './entry.ts'

/** One layer, its bytes held against its digest. */
export async function readLayer({ store, limits, signal }: Search, { form, manifest, tag }: ListedManifest, layer: Descriptor, index: number): Promise<FoundEntry> {
  const place = { form, store: store.name, manifest: manifest.digest, ...(tag !== undefined && { tag }), layer: index, digest: layer.digest }
  if (layer.size > limits.entryBytes) {
    return { place, content: { state: 'failed', cause: new CosignError('ERR_LIMIT_EXCEEDED', `expected at most ${limits.entryBytes} bytes (limits.entryBytes), found ${layer.size}`) } }
  }
  try {
    const bytes = await store.blob(layer, { ...callOptions(signal), maxBytes: limits.entryBytes })
    return { place, content: { state: 'read', bytes, mediaType: layer.mediaType, annotations: layer.annotations ?? {} } }
  } catch (error) {
    return { place, content: { state: 'failed', cause: unlessAborted(error, signal) } }
  }
}
