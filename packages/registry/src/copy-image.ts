import type { Descriptor, Manifest } from './content/manifest.ts'
import { RegistryError } from './error.ts'
import type { CallOptions, ImageStore, WritableImageStore } from './store.ts'

/** What is copied. */
export interface CopyImageOptions extends CallOptions {
  /** What it is called there. Default: nothing, it stands there by its digest. */
  readonly tag?: string
  /** Whether what names the image as its subject comes along: signatures, attestations. Default: false. */
  readonly referrers?: boolean
  /** Manifests at most. Default: 256. */
  readonly maxManifests?: number
}

/** Indexes may list indexes, to this depth. */
const maxDepth = 4

/**
 * Copies an image between stores as it is, byte for byte: the index with all that it lists, or one manifest, and their blobs,
 * each held against its digest on the way. What is there already is not sent. The manifest that was asked for comes last, so
 * that a tag never leads to half an image.
 *
 * @example
 * await copyImage(repository('registry.example.com/team/app'), await writeLayout('image'), 'v1', { tag: 'v1' })
 * @throws RegistryError what the stores throw; `ERR_LIMIT_EXCEEDED`
 */
export async function copyImage(from: ImageStore, to: WritableImageStore, tagOrDigest: string, options: CopyImageOptions = {}): Promise<Manifest> {
  const { tag, maxManifests = 256, signal, referrers = false } = options
  if (!Number.isSafeInteger(maxManifests) || maxManifests < 1) throw new TypeError('maxManifests has to be a positive integer')
  const copy: Copy = { from, to, call: signal === undefined ? {} : { signal }, referrers, maxManifests, seen: new Set() }
  const root = await from.manifest(tagOrDigest, copy.call)
  await copyTree(copy, root, tag, 0)
  return root
}

interface Copy {
  readonly from: ImageStore
  readonly to: WritableImageStore
  readonly call: CallOptions
  readonly referrers: boolean
  readonly maxManifests: number
  /** Digests of manifests. */
  readonly seen: Set<string>
}

async function copyTree(copy: Copy, manifest: Manifest, tag: string | undefined, depth: number): Promise<void> {
  const { from, to, call, seen } = copy
  seen.add(manifest.digest)
  if (seen.size > copy.maxManifests) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${from.name}: expected at most ${copy.maxManifests} manifests (maxManifests), found more`)
  if (depth > maxDepth) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${from.name}: expected at most ${maxDepth} indexes or subjects one in the other, found more`)
  if (manifest.kind === 'index') await copyListed(copy, manifest.manifests, depth)
  else for (const blob of [manifest.config, ...manifest.layers]) await copyBlob(copy, blob)
  await to.putManifest(manifest.bytes, { ...call, mediaType: manifest.mediaType, ...(tag !== undefined && { tag }) })
  if (copy.referrers) await copyListed(copy, await from.referrers(manifest.digest, call), depth)
}

async function copyListed(copy: Copy, list: readonly Descriptor[], depth: number): Promise<void> {
  for (const { digest } of list) {
    if (!copy.seen.has(digest)) await copyTree(copy, await copy.from.manifest(digest, copy.call), undefined, depth + 1)
  }
}

async function copyBlob({ from, to, call }: Copy, blob: Descriptor): Promise<void> {
  await to.putBlob({ digest: blob.digest, size: blob.size, open: () => from.stream(blob, call) }, call)
}
