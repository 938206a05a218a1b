import { CilockError, isJsonObject, parseJson } from '@cilock/core'
import { checkBytes, collect, isDigest, parseDigest, verified } from '../content/digest.ts'
import { describe, readManifest } from '../content/manifest.ts'
import type { Descriptor, ImageIndex, Manifest } from '../content/manifest.ts'
import { manifestTypes, mediaTypes } from '../content/media-type.ts'
import { RegistryError } from '../error.ts'
import { digestAndSize } from '../store.ts'
import type { BlobName, CallOptions, LocalImageStore } from '../store.ts'
import { tagAnnotation } from './index-entries.ts'

/** The files of a layout, wherever they are. Paths have `/`. */
export interface LayoutFiles {
  /** Undefined: there is no such file. */
  readonly size: (path: string) => Promise<number | undefined>
  readonly read: (path: string, maxBytes: number) => Promise<Uint8Array | undefined>
  readonly stream: (path: string, signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>
}

const maxManifest = 4 * 1024 * 1024

/** image-spec v1.1, image-layout.md. What a manifest is called stands in the annotation `key`. */
export async function layoutStore(name: string, files: LayoutFiles, key: string = tagAnnotation): Promise<LocalImageStore> {
  await checkVersion(name, files)
  await readIndex(name, files)

  const load = async (digest: string, said?: string): Promise<Manifest> => {
    const found = await files.read(pathOf(digest), maxManifest)
    if (found === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${name}: no manifest ${digest}`)
    checkBytes(found, digest, undefined, `manifest ${digest} of ${name}`)
    return { ...readManifest(found, said), digest }
  }
  const stream = async function* (blob: BlobName, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { digest, size } = digestAndSize(blob)
    const path = pathOf(digest)
    if ((await files.size(path)) === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${name}: no blob ${digest}`)
    yield* verified(files.stream(path, signal), digest, size, `blob ${digest} of ${name}`)
  }
  return {
    name,
    manifests: async () => (await readIndex(name, files)).manifests,
    manifest: async (tagOrDigest) => {
      const index = await readIndex(name, files)
      if (isDigest(tagOrDigest)) return load(tagOrDigest, index.manifests.find(({ digest }) => digest === tagOrDigest)?.mediaType)
      const entry = tagged(index, tagOrDigest, name, key)
      return load(entry.digest, entry.mediaType)
    },
    stream,
    blob: async (blob, { maxBytes = 64 * 1024 * 1024, signal } = {}) => {
      const { digest } = digestAndSize(blob)
      const size = (await files.size(pathOf(digest))) ?? 0
      if (size > maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `blob ${digest} of ${name}: expected at most ${maxBytes} bytes, found ${size}`)
      return collect(stream(blob, signal === undefined ? {} : { signal }))
    },
    tags: async () => [...new Set((await readIndex(name, files)).manifests.flatMap(({ annotations }) => annotations?.[key] ?? []))].toSorted(),
    referrers: async (digest, { artifactType } = {}) => {
      parseDigest(digest)
      const found: Descriptor[] = []
      const index = await readIndex(name, files)
      for (const entry of index.manifests) {
        // a layout may list anything, and what is no manifest has no subject
        if (!manifestTypes.includes(entry.mediaType)) continue
        const manifest = await load(entry.digest, entry.mediaType)
        if (manifest.subject?.digest === digest) found.push(describe(manifest))
      }
      const fallback = index.manifests.find(({ annotations }) => annotations?.[tagAnnotation] === digest.replace(':', '-'))
      if (fallback !== undefined) {
        const list = await load(fallback.digest, fallback.mediaType)
        if (list.kind !== 'index') throw new RegistryError('ERR_MANIFEST_INVALID', `${name}: expected the index of referrers, found an image`)
        found.push(...list.manifests.filter((each) => !found.some((other) => other.digest === each.digest)))
      }
      return found.filter((each) => artifactType === undefined || each.artifactType === artifactType)
    },
  }
}

/** Read anew each time: others may write to it. */
export async function readIndex(name: string, files: Pick<LayoutFiles, 'read'>): Promise<ImageIndex> {
  const bytes = await files.read('index.json', maxManifest)
  if (bytes === undefined) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected index.json, found none`)
  const index = readManifest(bytes, mediaTypes.ociIndex)
  if (index.kind !== 'index') throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected an index in index.json`)
  return index
}

function tagged(index: ImageIndex, tag: string, name: string, key: string): Descriptor {
  const entries = index.manifests.filter(({ annotations }) => annotations?.[key] === tag)
  const [first] = entries
  if (first === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${name}: no manifest is tagged ${JSON.stringify(tag.slice(0, 300))}`)
  if (new Set(entries.map(({ digest }) => digest)).size > 1) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: several manifests are tagged ${JSON.stringify(tag.slice(0, 300))}`)
  return first
}

async function checkVersion(name: string, files: LayoutFiles): Promise<void> {
  const bytes = await files.read('oci-layout', 4096)
  if (bytes === undefined) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected a file oci-layout, found none`)
  let version: unknown
  try {
    const value = parseJson(bytes)
    version = isJsonObject(value) ? value['imageLayoutVersion'] : undefined
  } catch (error) {
    if (!CilockError.is(error)) throw error
  }
  if (version !== '1.0.0') throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected a layout of version 1.0.0`)
}

/** Where a layout keeps a blob. */
export function pathOf(digest: string): string {
  const { algorithm, hex } = parseDigest(digest)
  return `blobs/${algorithm}/${hex}`
}
