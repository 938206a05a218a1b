import type { Manifest } from '@cilock/registry'
import { CosignError } from '../error.ts'
import { callOptions, isNotFound, messageOf, unlessAborted } from './call.ts'
import type { EntryKind, FoundPlace, Search } from './entry.ts'
import { layerEntry } from './read-layer.ts'

/** The tag under which cosign keeps what belongs to a manifest. */
export function tagOf(digest: string, kind: EntryKind): string {
  return `${digest.replace(':', '-')}.${kind === 'signature' ? 'sig' : 'att'}`
}

/** What stands under the tag of an image: each layer is an entry. */
export async function searchTag(search: Search): Promise<FoundPlace> {
  const { store, kind, digest, limits, signal } = search
  const tag = tagOf(digest, kind)
  const form = 'tag'
  const base = { form, store: store.name } as const
  let manifest: Manifest
  try {
    manifest = await store.manifest(tag, callOptions(signal))
    if (manifest.kind !== 'image') throw new CosignError('ERR_COSIGN_TAG', `${store.name}:${tag}: expected a manifest with ${kind}s, found an index`)
    if (manifest.layers.length > limits.layers) throw new CosignError('ERR_LIMIT_EXCEEDED', `${store.name}:${tag}: expected at most ${limits.layers} ${kind}s (limits.layers), found ${manifest.layers.length}`)
  } catch (error) {
    if (isNotFound(error)) return { report: { ...base, state: 'none', others: [] }, entries: [] }
    const cause = unlessAborted(error, signal)
    return { report: { ...base, state: 'unreadable', message: messageOf(cause), cause }, entries: [] }
  }
  const found = { form, manifest, tag } as const
  const entries = manifest.layers.map((layer, index) => layerEntry(search, found, layer, index))
  return { report: { ...base, state: entries.length === 0 ? 'none' : 'found', others: [] }, entries }
}
