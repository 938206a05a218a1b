import { join } from 'node:path'
import { openArchive } from '@cilock/registry/node'
import type { Repository } from '@cilock/registry'
import { images } from './workspace.ts'

/** Pushes an image from its archive, as `docker push` would, and gives the digest of its manifest. */
export async function push(store: Repository, tag: string, from: string = images.built): Promise<string> {
  const archive = await openArchive(join(from, 'image.tar'))
  const [name = ''] = await archive.tags()
  const image = await archive.manifest(name)
  if (image.kind !== 'image') throw new TypeError(`${from} holds one image`)
  for (const part of [image.config, ...image.layers]) await store.putBlob(await archive.blob(part))
  return (await store.putManifest(image.bytes, { tag })).digest
}
