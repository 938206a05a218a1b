import { CilockError, encodeJson, parseJson, runningHash } from '@cilock/core'
import { array, nullable, optional, string, struct } from '@cilock/core/schema'
import { collect, isDigest, parseDigest, verified } from '../content/digest.ts'
import { describe, readManifest } from '../content/manifest.ts'
import type { Descriptor, Manifest } from '../content/manifest.ts'
import { mediaTypes } from '../content/media-type.ts'
import { RegistryError } from '../error.ts'
import { digestAndSize } from '../store.ts'
import type { BlobName, CallOptions, LocalImageStore } from '../store.ts'
import type { ArchiveFiles } from './archive-files.ts'
import { isSameName } from './docker-name.ts'

/** One image of a docker archive, with the manifest that was made for it. */
export interface DockerImage {
  readonly tags: readonly string[]
  readonly manifest: Manifest
  /** Where its blobs stand. */
  readonly paths: ReadonlyMap<string, string>
}

const manifestSchema = array(
  struct({ Config: string(), RepoTags: optional(nullable(array(string()))), Layers: optional(nullable(array(string()))) }, { unknown: 'drop' }),
)

const maxManifest = 4 * 1024 * 1024

/** `manifest.json` as `docker save` writes it; all that it names is hashed, since names say nothing. */
export async function readDockerImages(name: string, files: ArchiveFiles, signal: AbortSignal | undefined): Promise<readonly DockerImage[]> {
  const bytes = await files.read('manifest.json', maxManifest)
  const entries = read(bytes ?? new Uint8Array(), name)
  if (entries.length === 0) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected an image in manifest.json, found an empty list`)
  const known = new Map<string, Descriptor>()
  const describeFile = async (path: string, config: boolean): Promise<Descriptor> => {
    const found = known.get(path) ?? (await descriptorOf(path, config, name, files, signal))
    known.set(path, found)
    return found
  }
  const images: DockerImage[] = []
  for (const { Config, RepoTags, Layers } of entries) {
    const config = await describeFile(Config, true)
    const layers: Descriptor[] = []
    for (const path of Layers ?? []) layers.push(await describeFile(path, false))
    const paths = new Map([[config.digest, Config], ...layers.map(({ digest }, at) => [digest, Layers?.[at] ?? ''] as const)])
    const manifest = readManifest(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.dockerManifest, config, layers }))
    images.push({ tags: RepoTags ?? [], manifest, paths })
  }
  return images
}

function read(bytes: Uint8Array, name: string): ReturnType<typeof manifestSchema.read> {
  try {
    return manifestSchema.read(parseJson(bytes, { maxDepth: 16 }))
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected manifest.json as docker save writes it: ${error.message}`, { cause: error })
  }
}

async function descriptorOf(path: string, isConfig: boolean, name: string, files: ArchiveFiles, signal: AbortSignal | undefined): Promise<Descriptor> {
  const part = files.find(path)
  if (part === undefined) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: manifest.json names ${JSON.stringify(path.slice(0, 200))}, which is not in the archive`)
  const hash = runningHash('sha256')
  let start: Uint8Array = new Uint8Array()
  for await (const piece of files.stream(path, signal)) {
    if (start.length < 4) start = Buffer.concat([start, piece.subarray(0, 4)])
    hash.update(piece)
  }
  const digest = `sha256:${hash.hex()}`
  const [, said] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path) ?? []
  if (said !== undefined && digest !== `sha256:${said}`) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${name}: expected content of its digest at ${path}, found that of ${digest}`)
  return { mediaType: isConfig ? mediaTypes.dockerConfig : `${mediaTypes.dockerLayer}${compressionOf(start)}`, digest, size: part.size }
}

function compressionOf([first, second]: Uint8Array): '' | '.gzip' | '.zstd' {
  if (first === 0x1f && second === 0x8b) return '.gzip'
  return first === 0x28 && second === 0xb5 ? '.zstd' : ''
}

/** Those images as a store. */
export function dockerStore(name: string, files: ArchiveFiles, images: readonly DockerImage[]): LocalImageStore {
  const stream = async function* (blob: BlobName, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { digest, size } = digestAndSize(blob)
    parseDigest(digest)
    const path = images.map(({ paths }) => paths.get(digest)).find((each) => each !== undefined)
    if (path === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${name}: no blob ${digest}`)
    yield* verified(files.stream(path, signal), digest, size, `blob ${digest} of ${name}`)
  }
  return {
    name,
    manifests: async () => images.map(({ manifest }) => describe(manifest)),
    manifest: async (tagOrDigest) => {
      const found = images.filter(({ tags, manifest }) => (isDigest(tagOrDigest) ? manifest.digest === tagOrDigest : tags.some((tag) => isSameName(tag, tagOrDigest))))
      const [first] = found
      if (first === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${name}: no image is called ${JSON.stringify(tagOrDigest.slice(0, 300))}`)
      if (found.some(({ manifest }) => manifest.digest !== first.manifest.digest)) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: several images are called ${JSON.stringify(tagOrDigest.slice(0, 300))}`)
      return first.manifest
    },
    stream,
    blob: async (blob, { maxBytes = 64 * 1024 * 1024, signal } = {}) => {
      const { digest } = digestAndSize(blob)
      const path = images.map(({ paths }) => paths.get(digest)).find((each) => each !== undefined)
      const size = path === undefined ? 0 : ((await files.size(path)) ?? 0)
      if (size > maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `blob ${digest} of ${name}: expected at most ${maxBytes} bytes, found ${size}`)
      return collect(stream(blob, signal === undefined ? {} : { signal }))
    },
    tags: async () => [...new Set(images.flatMap(({ tags }) => tags))].toSorted(),
    referrers: async (digest) => {
      parseDigest(digest)
      return []
    },
  }
}
