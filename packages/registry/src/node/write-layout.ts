import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { encodeJson, isJsonObject, parseJson } from '@cilock/core'
import type { JsonObject } from '@cilock/core'
import { abortable } from '../content/abortable.ts'
import { isDigest, verified } from '../content/digest.ts'
import { readManifest } from '../content/manifest.ts'
import type { Descriptor } from '../content/manifest.ts'
import { mediaTypes } from '../content/media-type.ts'
import { RegistryError } from '../error.ts'
import { checkTag } from '../reference.ts'
import { checkReplaces, streamed } from '../store.ts'
import type { CallOptions, LocalImageStore, PutBlob, PutManifestOptions, StreamedBlob, WritableImageStore } from '../store.ts'
import { filesOf } from './layout.ts'
import { written } from './file-errors.ts'
import { namedBy, requireReplaced, tagAnnotation, withManifest, withoutManifest } from './index-entries.ts'
import { layoutStore, pathOf, readIndex } from './layout-store.ts'
import type { LayoutFiles } from './layout-store.ts'
import { temporaryFile } from './temporary-file.ts'

/** An image layout that can be written to. */
export interface WritableLayout extends LocalImageStore, WritableImageStore {}

/** How often `index.json` is written where somebody else writes at the same time. */
const attempts = 5

/**
 * An OCI image layout in a folder, read and written like a repository; it is begun where there is none. Blobs appear
 * whole or not at all, and `index.json` changes in one step; entries that another program writes in between are kept.
 *
 * @example
 * const layout = await writeLayout('image')
 * await layout.putBlob(config)
 * await layout.putManifest(manifest, { tag: 'v1' })
 * @throws RegistryError `ERR_LAYOUT_INVALID` when the folder holds something else, or cannot be written
 */
export async function writeLayout(folder: string): Promise<WritableLayout> {
  const name = basename(folder)
  await written(name, async () => begin(folder))
  const files = filesOf(folder)
  const store = await layoutStore(name, files)
  // one change of the index after another, so that none is lost
  let last: Promise<unknown> = Promise.resolve()

  const change = async (edit: (entries: readonly Descriptor[]) => readonly Descriptor[]): Promise<void> => {
    const turn = last.then(async () => changeIndex(folder, name, files, edit))
    last = turn.catch(() => undefined)
    return turn
  }

  return {
    ...store,
    putBlob: async (content, options) => putBlob(folder, name, store, streamed(content), options),
    async putManifest(bytes, options: PutManifestOptions = {}) {
      checkReplaces(options)
      const { tag, mediaType, replaces, signal } = options
      const manifest = readManifest(bytes, mediaType)
      if (tag !== undefined) checkTag(tag)
      for (const named of namedBy(manifest)) {
        if ((await files.size(pathOf(named.digest))) === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${name}: expected ${named.digest} (${named.mediaType.slice(0, 120)}) before the manifest that names it`)
      }
      await putBlob(folder, name, store, streamed(manifest.bytes), signal === undefined ? {} : { signal })
      await change((entries) => {
        if (tag !== undefined) requireReplaced(entries, tag, replaces, manifest.digest, name)
        return withManifest(entries, manifest, tag)
      })
      return manifest
    },
    deleteManifest: async (tagOrDigest) => {
      if (!isDigest(tagOrDigest)) checkTag(tagOrDigest)
      const { digest } = await store.manifest(tagOrDigest)
      await change((entries) => withoutManifest(entries, tagOrDigest, digest))
    },
  }
}

/** Writes the index, and looks whether it stands there: other programs take no turns. */
async function changeIndex(folder: string, name: string, files: LayoutFiles, edit: (entries: readonly Descriptor[]) => readonly Descriptor[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { entries, rest } = await readEntries(name, files)
    await written(name, async () => replace(folder, 'index.json', encodeJson({ ...rest, manifests: edit(entries) })))
    const { entries: after } = await readEntries(name, files)
    if (sameEntries(edit(after), after)) return
    if (attempt >= attempts) throw new RegistryError('ERR_REGISTRY_LOST', `${name}: index.json was written ${attempts} times, and somebody else's stands there`)
  }
}

async function begin(folder: string): Promise<void> {
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true })
  const files = filesOf(folder)
  // what stands there already is looked at when it is opened
  if ((await files.size('index.json')) === undefined) await replace(folder, 'index.json', encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] }))
  if ((await files.size('oci-layout')) === undefined) await replace(folder, 'oci-layout', encodeJson({ imageLayoutVersion: '1.0.0' }))
}

async function putBlob(folder: string, name: string, store: LocalImageStore, blob: StreamedBlob, { signal }: CallOptions = {}): Promise<PutBlob> {
  const { digest, size } = blob
  const path = pathOf(digest)
  const what = `${digest} in ${name}`
  if (await isWhole(store, blob, signal)) return { digest, size, how: 'present' }
  await written(name, async () => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    const temporary = await temporaryFile(folder)
    try {
      await pipeline(abortable(verified(blob.open(), digest, size, what), `writing ${what}`, signal), createWriteStream(temporary, { flags: 'r+', flush: true }))
      await rename(temporary, join(folder, path))
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  })
  return { digest, size, how: 'uploaded' }
}

/** What a program left behind half-written is written again. */
async function isWhole(store: LocalImageStore, { digest, size }: StreamedBlob, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    for await (const _ of store.stream({ digest, size }, signal === undefined ? {} : { signal }));
    return true
  } catch (error) {
    if (error instanceof RegistryError && (error.code === 'ERR_REGISTRY_NOT_FOUND' || error.code === 'ERR_REGISTRY_INTEGRITY')) return false
    throw error
  }
}

async function replace(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = await temporaryFile(folder)
  try {
    await writeFile(temporary, bytes, { flush: true })
    await rename(temporary, join(folder, path))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function sameEntries(one: readonly Descriptor[], other: readonly Descriptor[]): boolean {
  return one.length === other.length && one.every((each, at) => each.digest === other[at]?.digest && each.annotations?.[tagAnnotation] === other[at]?.annotations?.[tagAnnotation])
}

/** With all that others wrote into it, known or not. */
async function readEntries(name: string, files: LayoutFiles): Promise<{ readonly entries: readonly Descriptor[]; readonly rest: JsonObject }> {
  const { bytes, manifests } = await readIndex(name, files)
  const raw = parseJson(bytes)
  const rest = isJsonObject(raw) ? raw : {}
  const list = Array.isArray(rest['manifests']) ? rest['manifests'] : []
  return { rest, entries: manifests.map((each, at) => ({ ...each, ...(isJsonObject(list[at]) ? list[at] : {}) })) }
}
