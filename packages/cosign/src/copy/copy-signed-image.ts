import { copyImage } from '@cilock/registry'
import type { CallOptions, ImageStore, Manifest, WritableImageStore } from '@cilock/registry'
import { callOptions, isNotFound } from '../find/call.ts'

/** What is copied, and where to. */
export interface CopySignedImageOptions extends CallOptions {
  /** Where the image is: a repository, a layout, an archive, or what `savedImage()` gives. */
  readonly from: ImageStore
  /** Where it is to be. */
  readonly to: WritableImageStore
  /** Its tag or digest. */
  readonly image: string
  /** What it is called there. Default: nothing, it stands there by its digest. */
  readonly tag?: string
  /** Manifests at most, those of signatures included. Default: 256. */
  readonly maxManifests?: number
}

/** What cosign keeps under tags beside a manifest. */
const suffixes = ['sig', 'att', 'sbom'] as const

/**
 * Copies an image with all that cosign has put beside it and its platforms' manifests: bundles and whatever else names them as
 * its subject, and the tags of signatures, attestations and SBOMs. The image's own tag comes last, so that whoever sees it
 * finds its signatures. What stands under such a tag there already is replaced.
 *
 * @throws RegistryError what the stores throw; `ERR_LIMIT_EXCEEDED`
 * @example
 * await copySignedImage({ from: repository('registry.example.com/team/app'), to: repository('mirror.example.com/team/app'), image: 'v1', tag: 'v1' })
 */
export async function copySignedImage({ from, to, image, tag, maxManifests, signal }: CopySignedImageOptions): Promise<Manifest> {
  const call = callOptions(signal)
  const bound = { ...call, ...(maxManifests !== undefined && { maxManifests }) }
  const manifest = await copyImage(from, to, image, { ...bound, referrers: true })
  for (const digest of await digestsOf(from, manifest, call)) {
    for (const suffix of suffixes) {
      const name = `${digest.replace(':', '-')}.${suffix}`
      if (await isThere(from, name, call)) await copyImage(from, to, name, { ...bound, tag: name })
    }
  }
  if (tag !== undefined) await to.putManifest(manifest.bytes, { ...call, mediaType: manifest.mediaType, tag })
  return manifest
}

/** Of it and of all that it lists. It was copied, so that it has an end. */
async function digestsOf(from: ImageStore, manifest: Manifest, call: CallOptions): Promise<ReadonlySet<string>> {
  const digests = new Set([manifest.digest])
  if (manifest.kind === 'image') return digests
  for (const { digest } of manifest.manifests) for (const each of await digestsOf(from, await from.manifest(digest, call), call)) digests.add(each)
  return digests
}

async function isThere(store: ImageStore, tag: string, call: CallOptions): Promise<boolean> {
  try {
    await store.manifest(tag, call)
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}
