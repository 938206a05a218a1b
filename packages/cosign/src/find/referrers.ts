import { inParallel } from '@cilock/http'
import type { Descriptor, ImageManifest, Manifest } from '@cilock/registry'
import { CosignError } from '../error.ts'
import { bundleMediaTypePrefix, documentMediaType, envelopeMediaType } from '../media-type.ts'
import type { CosignForm } from '../report.ts'
import { callOptions, messageOf, requestsAtOnce, unlessAborted } from './call.ts'
import type { FoundEntry, FoundPlace, Search } from './entry.ts'
import { failedEntry, layerEntry } from './read-layer.ts'

/**
 * What names the image as its subject. Neither the types nor the annotations of the list are signed, so that they choose
 * nothing: every manifest is looked into.
 */
export async function searchReferrers(search: Search): Promise<readonly FoundPlace[]> {
  const { store, digest, limits, signal } = search
  const forms = search.forms.filter((form) => form !== 'tag')
  if (forms.length === 0) return []
  try {
    const listed = await store.referrers(digest, callOptions(signal))
    if (listed.length > limits.referrers) throw new CosignError('ERR_LIMIT_EXCEEDED', `${store.name}: expected at most ${limits.referrers} referrers (limits.referrers), found ${listed.length}`)
    const looked = await inParallel(listed, { limit: requestsAtOnce }, async (each) => lookInto(search, each))
    return forms.map((form) => placeOf(search, form, looked))
  } catch (error) {
    const cause = unlessAborted(error, signal)
    return forms.map((form) => ({ report: { form, store: store.name, state: 'unreadable', message: messageOf(cause), cause }, entries: [] }))
  }
}

interface LookedInto {
  readonly digest: string
  readonly entries: readonly FoundEntry[]
}

function placeOf({ store }: Search, form: CosignForm, looked: readonly LookedInto[]): FoundPlace {
  const entries = looked.flatMap((each) => each.entries.filter(({ place }) => place.form === form))
  const others = looked.filter((each) => !each.entries.some(({ place }) => place.form === form)).map((each) => each.digest)
  return { report: { form, store: store.name, state: entries.length === 0 ? 'none' : 'found', others }, entries }
}

async function lookInto(search: Search, { digest }: Descriptor): Promise<LookedInto> {
  const { store, signal } = search
  let manifest: Manifest
  try {
    manifest = await store.manifest(digest, callOptions(signal))
  } catch (error) {
    const cause = unlessAborted(error, signal)
    // it may be of any form: it stands among the bundles, or with the others where no bundles are wanted
    const form = search.forms.includes('bundle') ? 'bundle' : 'referrer'
    return { digest, entries: [failedEntry({ form, store: store.name, manifest: digest, layer: 0 }, cause)] }
  }
  if (manifest.kind !== 'image') return { digest, entries: [] }
  return { digest, entries: entriesOf(search, manifest) }
}

function entriesOf(search: Search, manifest: ImageManifest): readonly FoundEntry[] {
  const { store, kind, forms, limits } = search
  const { layers } = manifest
  const failed = (form: CosignForm, cause: CosignError): readonly FoundEntry[] => [failedEntry({ form, store: store.name, manifest: manifest.digest, layer: 0 }, cause)]
  if (forms.includes('bundle') && layers.some(({ mediaType }) => mediaType.startsWith(bundleMediaTypePrefix))) {
    const [layer, ...rest] = layers
    if (layer === undefined || rest.length > 0) return failed('bundle', new CosignError('ERR_ENTRY_MALFORMED', `expected a manifest with one layer, the bundle, found ${layers.length}`))
    return [layerEntry(search, { form: 'bundle', manifest }, layer, 0)]
  }
  const wanted = kind === 'signature' ? documentMediaType : envelopeMediaType
  if (!forms.includes('referrer') || !layers.some(({ mediaType }) => mediaType === wanted)) return []
  if (layers.length > limits.layers) return failed('referrer', new CosignError('ERR_LIMIT_EXCEEDED', `expected at most ${limits.layers} layers (limits.layers), found ${layers.length}`))
  return layers.map((layer, index) => layerEntry(search, { form: 'referrer', manifest }, layer, index))
}
