import { basename } from 'node:path'
import { RegistryError } from '../error.ts'
import type { CallOptions, LocalImageStore } from '../store.ts'
import { archiveFiles } from './archive-files.ts'
import { dockerStore, readDockerImages } from './docker-store.ts'
import { layoutStore } from './layout-store.ts'
import { refuseDisagreement } from './two-forms.ts'

/** How an archive is read. */
export interface OpenArchiveOptions extends CallOptions {
  /** Files in the tar at most. Default: 16,384. */
  readonly maxEntries?: number
  /** Default: `oci` where there is an image layout in it, else `docker`. */
  readonly form?: 'oci' | 'docker'
}

/**
 * An archive of images, read like a repository: an OCI image layout in a tar, or what `docker save` writes, in its older
 * and newer form. It is passed over once; content is read where it stands and held against its digest each time.
 *
 * An archive in docker's form alone has no manifests: one is made here for each image, of Docker's schema 2, about its
 * configuration and layers as they are. Its configuration and diff ids are those that everybody has; its digest is not.
 * Tags are the whole names (`example.com/app:v1`).
 *
 * @example
 * const identities = await imageIdentities(await openArchive('image.tar'), 'example.com/app:v1')
 * @throws RegistryError `ERR_LAYOUT_INVALID` when it is no such archive, is compressed or broken, when the two forms in it
 * hold different images, or an entry that is needed stands there twice; `ERR_LIMIT_EXCEEDED`, `ERR_ABORTED`
 */
export async function openArchive(file: string, { maxEntries = 16_384, form, signal }: OpenArchiveOptions = {}): Promise<LocalImageStore> {
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) throw new TypeError('maxEntries has to be a positive integer')
  const name = basename(file)
  const files = await archiveFiles(file, name, maxEntries, signal)
  const has = { oci: files.find('oci-layout') !== undefined, docker: files.find('manifest.json') !== undefined }
  const chosen = form ?? (has.oci ? 'oci' : 'docker')
  if (!has[chosen]) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected ${chosen === 'oci' ? 'an image layout (oci-layout)' : form === undefined ? 'oci-layout or manifest.json' : 'manifest.json'} in the archive, found none`)
  const images = has.docker ? await readDockerImages(name, files, signal) : []
  if (has.oci && has.docker) await refuseDisagreement(name, await layoutStore(name, files), images)
  return chosen === 'oci' ? layoutStore(name, files) : dockerStore(name, files, images)
}
