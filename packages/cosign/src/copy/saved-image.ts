import type { Descriptor, ImageStore, LocalImageStore } from '@cilock/registry'
import { CosignError } from '../error.ts'
import { tagOf } from '../find/tag.ts'

/** What `cosign save` says of an entry of a layout; names it gives to none. */
const kindAnnotation = 'kind'
const kinds = {
  image: ['dev.cosignproject.cosign/image', 'dev.cosignproject.cosign/imageIndex'],
  signature: ['dev.cosignproject.cosign/sigs'],
  attestation: ['dev.cosignproject.cosign/atts'],
} as const

/** An image in a folder, with what belongs to it. */
export interface SavedImage {
  /** Where its signatures and attestations stand under the tags that they have in registries. */
  readonly store: ImageStore
  /** The digest of its manifest or index. */
  readonly image: string
}

/**
 * A folder that `cosign save` has written, to be verified (`cosign verify --local-image`) or copied from. cosign saves what stands
 * under tags; bundles among the referrers it leaves behind.
 *
 * @throws CosignError `ERR_MALFORMED` where it holds no image, or several
 * @throws RegistryError what the layout throws
 * @example
 * const { signatures } = await verifyImage({ ...(await savedImage(await openLayout('saved'))), verifiers })
 */
export async function savedImage(layout: LocalImageStore): Promise<SavedImage> {
  const entries = await layout.manifests()
  const { digest } = only(entries, 'image', layout.name) ?? fail(layout.name, 'found none')
  const tags = new Map<string, string>()
  for (const kind of ['signature', 'attestation'] as const) {
    const entry = only(entries, kind, layout.name)
    if (entry !== undefined) tags.set(tagOf(digest, kind), entry.digest)
  }
  const store: ImageStore = {
    ...layout,
    manifest: async (tagOrDigest, options) => layout.manifest(tags.get(tagOrDigest) ?? tagOrDigest, options),
    tags: async (options) => [...new Set([...(await layout.tags(options)), ...tags.keys()])].toSorted(),
  }
  return { store, image: digest }
}

/** Two would be two answers to one question. */
function only(entries: readonly Descriptor[], kind: keyof typeof kinds, name: string): Descriptor | undefined {
  const names: readonly string[] = kinds[kind]
  const found = entries.filter(({ annotations }) => names.includes(annotations?.[kindAnnotation] ?? ''))
  return found.length > 1 ? fail(name, `found ${found.length} entries of the kind ${kind}`) : found[0]
}

function fail(name: string, found: string): never {
  throw new CosignError('ERR_MALFORMED', `${name}: expected an image as cosign save writes it, ${found}`)
}
