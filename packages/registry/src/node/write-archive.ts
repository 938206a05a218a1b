import { basename } from 'node:path'
import type { TarFile } from '@cilock/archive'
import { encodeJson, encodeUtf8 } from '@cilock/core'
import { parseDigest, verified, isDigest } from '../content/digest.ts'
import { readManifest } from '../content/manifest.ts'
import type { Descriptor, Platform } from '../content/manifest.ts'
import { mediaTypes } from '../content/media-type.ts'
import { RegistryError } from '../error.ts'
import { checkTag } from '../reference.ts'
import { checkReplaces, streamed } from '../store.ts'
import type { LocalImageStore, PutBlob, StreamedBlob, WritableImageStore } from '../store.ts'
import { dockerManifest, nameAnnotation } from './docker-manifest.ts'
import { wholeName } from './docker-name.ts'
import { namedBy, requireReplaced, tagAnnotation, withManifest, withoutManifest } from './index-entries.ts'
import { layoutStore, pathOf } from './layout-store.ts'
import type { LayoutFiles } from './layout-store.ts'
import { tarWriter } from './tar-writer.ts'

/** How an archive is written. */
export interface WriteArchiveOptions {
  /** `oci`: an image layout in a tar. `docker`: with `manifest.json` beside it, as `docker save` writes it. Default: `oci`. */
  readonly form?: 'oci' | 'docker'
  /** With `docker`: which image of an index stands in `manifest.json`. Default: its only one. */
  readonly platform?: Partial<Platform>
  /** Of the whole archive. Default: 64 GiB. */
  readonly maxBytes?: number
  /** Files in the tar at most. Default: 16,384, as many as {@link openArchive} reads. */
  readonly maxEntries?: number
}

/** An archive that is being written. */
export interface WritableArchive extends LocalImageStore, WritableImageStore {
  /**
   * Ends the archive and gives it its name, in place of what had it. From then on it is only read.
   *
   * @throws RegistryError `ERR_LAYOUT_INVALID` where nothing is in it, or it cannot be written; with `docker` also
   * `ERR_MANIFEST_UNSUPPORTED` and `ERR_REGISTRY_NOT_FOUND` where no image can stand in `manifest.json` under a name
   */
  readonly close: () => Promise<void>
  /** Gives it up, and leaves nothing of it. After `close()` it does nothing. */
  readonly discard: () => Promise<void>
}

const layoutFile = encodeUtf8('{"imageLayoutVersion":"1.0.0"}')
/** `index.json`, `oci-layout`, `manifest.json` */
const fixedFiles = 3

/**
 * An archive of images that is written like a repository: an OCI image layout in a tar, or what `docker save` writes. What is
 * stored goes straight into a file beside it, held against its digest, and can be read at once; `close()` gives it its name.
 *
 * Its bytes are made of what is stored in it and in which order, and of nothing else: no time, no user, no machine. With
 * `docker` a tag is a whole name (`example.com/app:v1`, `app:v1`). Layers stay as they are, compressed or not, so that
 * manifests keep their digests.
 *
 * @example
 * const archive = await writeArchive('app.tar', { form: 'docker' })
 * await copyImage(repository, archive, 'v1', { tag: 'example.com/app:v1' })
 * await archive.close()
 * @throws RegistryError `ERR_LAYOUT_INVALID` where it cannot be written; when storing also `ERR_REGISTRY_INTEGRITY` for other
 * bytes than the digest's, `ERR_REGISTRY_NOT_FOUND` for a manifest before what it names, `ERR_LIMIT_EXCEEDED`, `ERR_ABORTED`
 */
export async function writeArchive(file: string, { form = 'oci', platform, maxBytes = 64 * 1024 ** 3, maxEntries = 16_384 }: WriteArchiveOptions = {}): Promise<WritableArchive> {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) throw new TypeError('maxBytes has to be a positive integer')
  if (!Number.isSafeInteger(maxEntries) || maxEntries <= fixedFiles) throw new TypeError(`maxEntries has to be an integer of more than ${fixedFiles}`)
  const name = basename(file)
  const [key, nameOf] = form === 'docker' ? [nameAnnotation, wholeName] : [tagAnnotation, checkTag]
  let entries: readonly Descriptor[] = []
  const tar = await tarWriter(file, { maxBytes, maxEntries: maxEntries - fixedFiles })
  const files: LayoutFiles = {
    size: tar.size,
    stream: tar.stream,
    read: async (path, max) => (path === 'index.json' ? indexOf(entries) : path === 'oci-layout' ? layoutFile : tar.read(path, max)),
  }
  const inner = await layoutStore(name, files, key)
  const store: LocalImageStore = { ...inner, manifest: async (tagOrDigest, options) => inner.manifest(isDigest(tagOrDigest) ? tagOrDigest : nameOf(tagOrDigest), options) }

  const putBlob = async ({ digest, size, open }: StreamedBlob, signal: AbortSignal | undefined): Promise<PutBlob> => {
    parseDigest(digest)
    const wasWritten = await tar.add({ name: pathOf(digest), size, content: verified(open(), digest, size, `${digest} in ${name}`) }, signal)
    return { digest, size, how: wasWritten ? 'uploaded' : 'present' }
  }

  return {
    ...store,
    putBlob: async (content, { signal } = {}) => putBlob(streamed(content), signal),
    async putManifest(bytes, put = {}) {
      checkReplaces(put)
      const { tag, mediaType, replaces, signal } = put
      const manifest = readManifest(bytes, mediaType)
      const called = tag === undefined ? undefined : nameOf(tag)
      for (const named of namedBy(manifest)) {
        if ((await tar.size(pathOf(named.digest))) === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', `${name}: expected ${named.digest} (${named.mediaType.slice(0, 120)}) before the manifest that names it`)
      }
      await putBlob(streamed(manifest.bytes), signal)
      if (called !== undefined) requireReplaced(entries, called, replaces, manifest.digest, name, key)
      entries = withManifest(entries, manifest, called, key)
      return manifest
    },
    async deleteManifest(tagOrDigest) {
      tar.requireOpen()
      const { digest } = await store.manifest(tagOrDigest)
      entries = withoutManifest(entries, isDigest(tagOrDigest) ? tagOrDigest : nameOf(tagOrDigest), digest, key)
    },
    async close() {
      tar.requireOpen()
      if (entries.length === 0) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected a manifest in the archive before it is closed, found none`)
      const last = (path: string, content: Uint8Array): TarFile => ({ name: path, size: content.length, content })
      const docker = form === 'docker' ? [last('manifest.json', await dockerManifest(store, entries, platform))] : []
      await tar.end([last('index.json', indexOf(form === 'docker' ? entries.map(withTag) : entries)), ...docker, last('oci-layout', layoutFile)])
    },
    discard: tar.discard,
  }
}

function indexOf(manifests: readonly Descriptor[]): Uint8Array {
  return encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })
}

/** Beside the whole name docker writes the tag alone, as layouts have it. */
function withTag(entry: Descriptor): Descriptor {
  const whole = entry.annotations?.[nameAnnotation]
  return whole === undefined ? entry : { ...entry, annotations: { ...entry.annotations, [tagAnnotation]: whole.slice(whole.lastIndexOf(':') + 1) } }
}
