import { CilockError, encodeJson } from '@cilock/core'
import { digestOf, mediaTypes } from '@cilock/registry'
import type { Descriptor, ImageManifest, PutManifestOptions } from '@cilock/registry'
import { CosignError } from '../error.ts'
import { callOptions, isNotFound } from '../find/call.ts'
import type { EntryKind } from '../find/entry.ts'
import { tagOf } from '../find/tag.ts'
import type { WritableStore } from '../options.ts'
import type { Attached } from './options.ts'

/** What is added to what stands under a tag. */
export interface NewLayer {
  readonly store: WritableStore
  readonly kind: EntryKind
  /** Of the image. */
  readonly digest: string
  readonly content: Uint8Array
  readonly mediaType: string
  readonly annotations: Readonly<Record<string, string>>
  /** Whether a layer that is there says the same, so that nothing has to be written. */
  readonly isSame: (layer: Descriptor) => Promise<boolean>
  readonly signal: AbortSignal | undefined
}

/** Of writers that move in step one gets through each time. */
const attempts = 24
/** More are not read by cosign. */
const maxLayers = 1000

/**
 * Adds a layer to the manifest of a tag, over what was read and nothing else where the registry takes such a condition. Many
 * take none, so that two who write at the same time may take each other's layer away: what is there is looked at right
 * before and after, and whatever was seen and is missing is added again.
 *
 * @throws CosignError `ERR_COSIGN_TAG`, `ERR_COSIGN_LOST`
 */
export async function appendLayer(added: NewLayer): Promise<Attached> {
  const { store, digest, kind, content, mediaType, annotations, signal } = added
  const tag = tagOf(digest, kind)
  const options = callOptions(signal)
  const layer: Descriptor = { mediaType, digest: digestOf(content), size: content.length, annotations }
  let seen: TagContent = await layersOf(store, tag, signal)
  for (const [index, each] of seen.layers.entries()) {
    if (await added.isSame(each)) return { digest, state: 'already-there', place: placeOf(store, seen.manifest?.digest ?? '', tag, index, each.digest) }
  }
  await store.putBlob(content, options)
  let isConditional = true
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const wanted = union(seen.layers, [layer])
    if (wanted.length > maxLayers) throw new CosignError('ERR_COSIGN_TAG', `${store.name}:${tag}: expected room for one more of ${maxLayers} ${kind}s, found none`)
    const manifest = await put(store, tag, wanted, { signal, ...(isConditional && { replaces: seen.manifest ?? null }) })
    const after = await layersOf(store, tag, signal)
    // turned down although nobody has changed anything: such a registry takes the condition for something else
    if (manifest === undefined && after.manifest?.digest === seen.manifest?.digest) isConditional = false
    if (wanted.every((each) => after.layers.some((other) => isEqual(each, other)))) {
      const index = after.layers.findIndex((each) => isEqual(each, layer))
      return { digest, state: 'written', place: placeOf(store, after.manifest?.digest ?? '', tag, index, layer.digest) }
    }
    seen = { layers: union(after.layers, seen.layers), manifest: after.manifest }
  }
  throw new CosignError('ERR_COSIGN_LOST', `${store.name}:${tag}: a ${kind} was added ${attempts} times, and is not there: somebody else writes there all the time, or the registry keeps nothing`)
}

interface TagContent {
  readonly layers: ImageManifest['layers']
  /** Absent: there is none. */
  readonly manifest?: ImageManifest | undefined
}

async function layersOf(store: WritableStore, tag: string, signal: AbortSignal | undefined): Promise<TagContent> {
  try {
    const manifest = await store.manifest(tag, callOptions(signal))
    if (manifest.kind !== 'image') throw new CosignError('ERR_COSIGN_TAG', `${store.name}:${tag}: expected a manifest to which a layer can be added, found an index`)
    return { layers: manifest.layers, manifest }
  } catch (error) {
    if (isNotFound(error)) return { layers: [] }
    throw error
  }
}

/** An ordinary image whose layers are the signatures: that is what registries took when cosign began. Undefined: somebody was faster. */
async function put(store: WritableStore, tag: string, layers: readonly Descriptor[], { signal, ...condition }: { readonly signal: AbortSignal | undefined } & Pick<PutManifestOptions, 'replaces'>): Promise<string | undefined> {
  const options = callOptions(signal)
  const config = encodeJson({
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
    config: {},
  })
  await store.putBlob(config, options)
  const bytes = encodeJson({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
    layers: layers.map(({ mediaType, digest, size, annotations }) => ({ mediaType, digest, size, ...(annotations !== undefined && { annotations }) })),
  })
  try {
    return (await store.putManifest(bytes, { ...options, ...condition, tag })).digest
  } catch (error) {
    if (condition.replaces !== undefined && CilockError.is(error) && error.code === 'ERR_REGISTRY_CONFLICT') return undefined
    throw error
  }
}

function union(layers: readonly Descriptor[], more: readonly Descriptor[]): readonly Descriptor[] {
  return [...layers, ...more.filter((each) => !layers.some((other) => isEqual(each, other)))]
}

function isEqual(a: Descriptor, b: Descriptor): boolean {
  const [ours, theirs] = [a.annotations ?? {}, b.annotations ?? {}]
  const names = Object.keys(ours)
  return a.digest === b.digest && a.mediaType === b.mediaType && names.length === Object.keys(theirs).length && names.every((name) => ours[name] === theirs[name])
}

function placeOf(store: WritableStore, manifest: string, tag: string, layer: number, digest: string): Attached['place'] {
  return { form: 'tag', store: store.name, manifest, tag, layer, digest }
}
