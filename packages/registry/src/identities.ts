import { CilockError, parseJson, runningHash } from '@cilock/core'
import { array, string, struct } from '@cilock/core/schema'
import { decompressed } from './content/decompress.ts'
import type { Descriptor, ImageIndex, ImageManifest, Manifest, Platform } from './content/manifest.ts'
import { isImageConfigType, isTakenForImageConfig } from './content/media-type.ts'
import { fitsPlatform } from './content/platform.ts'
import { RegistryError } from './error.ts'
import type { CallOptions, ImageStore } from './store.ts'

/** One link of a chain: the bytes of `from` say `to` at `pointer` (RFC 6901). */
export interface IdentityLink {
  /** The digest of the bytes that say it. */
  readonly from: string
  /** The digest that they say. */
  readonly to: string
  /** Where in them. */
  readonly pointer: string
}

/** One digest that an image is known by. */
export interface ImageIdentity {
  /** `config` is what Docker and CI/lock call the image id. A `diff-id` may be shared with other images. */
  readonly kind: 'index' | 'manifest' | 'config' | 'diff-id'
  /** `sha256:…` */
  readonly digest: string
  /** Of the manifest on the way to it, where an index or the configuration says. */
  readonly platform?: Platform
  /** From what was asked for to this digest. Empty for the first itself. */
  readonly chain: readonly IdentityLink[]
  /**
   * `bytes`: its bytes were here, and have this digest. `named`: bytes that were checked name it, and its own were not read
   * (diff ids without `readLayers`).
   */
  readonly proof: 'bytes' | 'named'
}

/** Which identities are wanted. */
export interface ImageIdentitiesOptions extends CallOptions {
  /**
   * Only images for it; what is not given of it does not matter. `aarch64` is `arm64`, and so on, as for whoever pulls.
   * Default: all.
   */
  readonly platform?: Partial<Platform>
  /** Whether layers are read and decompressed, so that diff ids are computed: gzip, zstd and none. Default: false. */
  readonly readLayers?: boolean
  /** Manifests at most. Default: 256. */
  readonly maxManifests?: number
  /** Decompressed bytes of all layers at most. Default: 16 GiB. */
  readonly maxLayerBytes?: number
}

const configSchema = struct({ os: string(), architecture: string(), rootfs: struct({ diff_ids: array(string()) }) })

/** Indexes may list indexes, to this depth. */
const maxDepth = 4

/**
 * All digests that an image is known by: its index, the manifest for each platform, the configuration (which is the
 * image id) and the diff ids of its layers. Names, tags and annotations identify nothing and are not used.
 *
 * @example
 * const identities = await imageIdentities(repository('registry.example.com/team/app'), 'v1')
 * const imageIds = identities.filter(({ kind }) => kind === 'config').map(({ digest }) => digest)
 * @throws RegistryError what the store throws, `ERR_MANIFEST_INVALID`, `ERR_MANIFEST_UNSUPPORTED` for an artifact that is
 * no image, `ERR_REGISTRY_NOT_FOUND` where no image is for the platform, `ERR_LIMIT_EXCEEDED`
 */
export async function imageIdentities(store: ImageStore, tagOrDigest: string, options: ImageIdentitiesOptions = {}): Promise<readonly ImageIdentity[]> {
  const call = options.signal === undefined ? {} : { signal: options.signal }
  const walk: Walk = { store, options, call, found: [], manifests: 0, layerBytes: 0 }
  const root = await store.manifest(tagOrDigest, call)
  await visit(walk, root, [], undefined, 0)
  if (!walk.found.some(({ kind }) => kind === 'config')) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${store.name}: no image for the platform in ${root.digest}`)
  return walk.found
}

interface Walk {
  readonly store: ImageStore
  readonly options: ImageIdentitiesOptions
  readonly call: CallOptions
  readonly found: ImageIdentity[]
  manifests: number
  layerBytes: number
}

async function visit(walk: Walk, manifest: Manifest, chain: readonly IdentityLink[], platform: Platform | undefined, depth: number): Promise<void> {
  const most = walk.options.maxManifests ?? 256
  if (++walk.manifests > most) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${walk.store.name}: expected at most ${most} manifests (maxManifests), found more`)
  if (manifest.kind === 'image') await visitImage(walk, manifest, chain, platform)
  else await visitIndex(walk, manifest, chain, depth)
}

async function visitIndex(walk: Walk, index: ImageIndex, chain: readonly IdentityLink[], depth: number): Promise<void> {
  if (depth >= maxDepth) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${walk.store.name}: expected indexes at most ${maxDepth} deep, found more`)
  walk.found.push({ kind: 'index', digest: index.digest, chain, proof: 'bytes' })
  for (const [at, entry] of index.manifests.entries()) {
    if (isForNoMachine(entry) || !fitsPlatform(entry.platform, walk.options.platform)) continue
    const child = await walk.store.manifest(entry.digest, walk.call)
    if (child.bytes.length !== entry.size) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${walk.store.name}: the index says that ${entry.digest} has ${entry.size} bytes, found ${child.bytes.length}`)
    if (child.mediaType !== entry.mediaType) throw new RegistryError('ERR_MANIFEST_INVALID', `${walk.store.name}: the index calls ${entry.digest} ${entry.mediaType}, found ${child.mediaType}`)
    await visit(walk, child, [...chain, { from: index.digest, to: child.digest, pointer: `/manifests/${at}/digest` }], entry.platform, depth + 1)
  }
}

async function visitImage(walk: Walk, image: ImageManifest, chain: readonly IdentityLink[], said: Platform | undefined): Promise<void> {
  const { store, options, call, found } = walk
  const { mediaType } = image.config
  const isImage = isImageConfigType(mediaType) || (chain.length > 0 && isTakenForImageConfig(mediaType))
  if (!isImage && chain.length === 0) throw new RegistryError('ERR_MANIFEST_UNSUPPORTED', `${store.name}: expected an image, found an artifact of ${mediaType.slice(0, 120)}`)
  // beside images an index may list other things; one that is listed for a machine is what that machine gets
  if (!isImage && said === undefined) return
  const bytes = await store.blob(image.config, { ...call, maxBytes: 8 * 1024 * 1024 })
  const toConfig = [...chain, { from: image.digest, to: image.config.digest, pointer: '/config/digest' }]
  const named = (platform: Platform): void => {
    found.push({ kind: 'manifest', digest: image.digest, platform, chain, proof: 'bytes' }, { kind: 'config', digest: image.config.digest, platform, chain: toConfig, proof: 'bytes' })
  }
  if (!isImage && said !== undefined) return named(said)
  const config = readConfig(bytes, store.name, image.config.digest)
  const platform = said ?? { os: config.os, architecture: config.architecture }
  if (!fitsPlatform(platform, options.platform)) return
  const { diff_ids: diffIds } = config.rootfs
  if (diffIds.length !== image.layers.length) throw new RegistryError('ERR_MANIFEST_INVALID', `${store.name}: ${image.digest} has ${image.layers.length} layers, its configuration lists ${diffIds.length}`)
  named(platform)
  for (const [at, digest] of diffIds.entries()) {
    const layer = image.layers[at]
    if (options.readLayers === true && layer !== undefined) await checkLayer(walk, layer, digest)
    const link = { from: image.config.digest, to: digest, pointer: `/rootfs/diff_ids/${at}` }
    found.push({ kind: 'diff-id', digest, platform, chain: [...toConfig, link], proof: options.readLayers === true ? 'bytes' : 'named' })
  }
}

function readConfig(bytes: Uint8Array, name: string, digest: string): { readonly os: string; readonly architecture: string; readonly rootfs: { readonly diff_ids: readonly string[] } } {
  try {
    return configSchema.read(parseJson(bytes, { maxDepth: 64 }))
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new RegistryError('ERR_MANIFEST_INVALID', `${name}: expected the configuration of an image in ${digest}: ${error.message}`, { cause: error })
  }
}

/** BuildKit lists attestations under a platform that no machine has. That alone keeps them from being pulled, no annotation does. */
function isForNoMachine({ platform }: Descriptor): boolean {
  return platform?.os === 'unknown'
}

async function checkLayer(walk: Walk, layer: Descriptor, diffId: string): Promise<void> {
  const { store, call } = walk
  const pieces = decompressed(store.stream(layer, call), layer, store.name)
  const hash = runningHash('sha256')
  const most = walk.options.maxLayerBytes ?? 16 * 1024 ** 3
  for await (const piece of pieces) {
    walk.layerBytes += piece.length
    if (walk.layerBytes > most) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${store.name}: expected at most ${most} bytes of layers (maxLayerBytes), found more`)
    hash.update(piece)
  }
  const found = `sha256:${hash.hex()}`
  if (found !== diffId) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${store.name}: expected the layer ${layer.digest} to have the diff id ${diffId.slice(0, 140)}, found ${found}`)
}
