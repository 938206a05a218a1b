import { isNotFound, RegistryError } from '../error.ts'
import type { Descriptor, Manifest } from '../content/manifest.ts'
import type { LocalImageStore } from '../store.ts'
import type { DockerImage } from './docker-store.ts'

const maxManifests = 1024

/**
 * Newer versions of `docker save` write both forms into one archive. Some readers take the one, some the other: so what
 * docker's form calls an image has to be one in the layout too.
 */
export async function refuseDisagreement(name: string, layout: LocalImageStore, images: readonly DockerImage[]): Promise<void> {
  const configs = new Set<string>()
  const seen = new Set<string>()
  const visit = async (entries: readonly Descriptor[]): Promise<void> => {
    for (const { digest } of entries) {
      if (seen.has(digest)) continue
      seen.add(digest)
      if (seen.size > maxManifests) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${name}: expected at most ${maxManifests} manifests, found more`)
      const manifest = await load(layout, digest)
      if (manifest?.kind === 'index') await visit(manifest.manifests)
      else if (manifest !== undefined) configs.add(manifest.config.digest)
    }
  }
  await visit(await layout.manifests())
  for (const { manifest } of images) {
    if (manifest.kind === 'image' && !configs.has(manifest.config.digest)) {
      throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected manifest.json and index.json to hold the same images, found ${manifest.config.digest} in manifest.json alone`)
    }
  }
}

/** An index may list what was not saved: other platforms. */
async function load(layout: LocalImageStore, digest: string): Promise<Manifest | undefined> {
  try {
    return await layout.manifest(digest)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
