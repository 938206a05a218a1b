import { encodeJson } from '@cilock/core'
import type { Descriptor, ImageManifest, Manifest, Platform } from '../content/manifest.ts'
import { isImageConfigType } from '../content/media-type.ts'
import { fitsPlatform } from '../content/platform.ts'
import { RegistryError } from '../error.ts'
import type { ImageStore } from '../store.ts'
import { familiarName } from './docker-name.ts'
import { pathOf } from './layout-store.ts'

/** Where containerd and docker look for the whole name of an image. */
export const nameAnnotation = 'io.containerd.image.name'

/**
 * `manifest.json` as `docker save` writes it beside a layout: configuration, names and layers of every image at the top.
 * What is no image (signatures, attestations) stands in the layout alone, unless somebody gave it a name.
 *
 * @throws RegistryError `ERR_MANIFEST_UNSUPPORTED` for what has a name and is no image, and for an index that holds several
 * for the platform; `ERR_REGISTRY_NOT_FOUND` where it holds none
 */
export async function dockerManifest(store: ImageStore, entries: readonly Descriptor[], platform: Partial<Platform> | undefined): Promise<Uint8Array> {
  const images = new Map<string, { readonly image: ImageManifest; readonly names: string[] }>()
  for (const { digest, annotations } of entries) {
    const name = annotations?.[nameAnnotation]
    const image = await imageOf(store, await store.manifest(digest), name, platform)
    if (image === undefined) continue
    const found = images.get(image.digest) ?? { image, names: [] }
    if (name !== undefined) found.names.push(familiarName(name))
    images.set(image.digest, found)
  }
  return encodeJson(
    [...images.values()].map(({ image: { config, layers }, names }) => ({ Config: pathOf(config.digest), RepoTags: names.length === 0 ? null : names, Layers: layers.map(({ digest }) => pathOf(digest)) })),
  )
}

async function imageOf(store: ImageStore, manifest: Manifest, name: string | undefined, platform: Partial<Platform> | undefined): Promise<ImageManifest | undefined> {
  if (manifest.kind === 'image') {
    if (isImageConfigType(manifest.config.mediaType)) return manifest
    if (name === undefined) return undefined
    throw new RegistryError('ERR_MANIFEST_UNSUPPORTED', `${store.name}: expected an image under ${name}, found an artifact of ${manifest.config.mediaType.slice(0, 120)}`)
  }
  const found: ImageManifest[] = []
  for (const entry of manifest.manifests) {
    if (entry.platform?.os === 'unknown' || !fitsPlatform(entry.platform, platform)) continue
    const child = await store.manifest(entry.digest)
    if (child.kind === 'image' && isImageConfigType(child.config.mediaType)) found.push(child)
  }
  const [first, ...more] = found
  if (more.length > 0) throw new RegistryError('ERR_MANIFEST_UNSUPPORTED', `${store.name}: expected one image for ${name ?? manifest.digest} in docker's form, found ${found.length}: say for which platform`)
  if (first === undefined && name !== undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${store.name}: no image for the platform in ${name}`)
  return first
}
