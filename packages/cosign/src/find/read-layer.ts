import type { Descriptor } from '@cilock/registry'
import { CosignError } from '../error.ts'
import type { EntryPlace } from '../report.ts'
import { callOptions, unlessAborted } from './call.ts'
import type { EntryContent, FoundEntry, ListedManifest, Search } from './entry.ts'

/** One layer of a manifest. */
export function layerEntry(search: Search, { form, manifest, tag }: ListedManifest, layer: Descriptor, index: number): FoundEntry {
  const place = { form, store: search.store.name, manifest: manifest.digest, ...(tag !== undefined && { tag }), layer: index, digest: layer.digest }
  return { place, load: async () => readLayer(search, layer) }
}

/** An entry that is known to be none before it is read. */
export function failedEntry(place: EntryPlace, cause: unknown): FoundEntry {
  return { place, load: async () => ({ state: 'failed', cause }) }
}

/** Its bytes are held against its digest. */
async function readLayer({ store, limits, signal }: Search, layer: Descriptor): Promise<EntryContent> {
  if (layer.size > limits.entryBytes) {
    return { state: 'failed', cause: new CosignError('ERR_LIMIT_EXCEEDED', `expected at most ${limits.entryBytes} bytes (limits.entryBytes), found ${layer.size}`) }
  }
  try {
    const bytes = await store.blob(layer, { ...callOptions(signal), maxBytes: limits.entryBytes })
    return { state: 'read', bytes, mediaType: layer.mediaType, annotations: layer.annotations ?? {} }
  } catch (error) {
    return { state: 'failed', cause: unlessAborted(error, signal) }
  }
}
