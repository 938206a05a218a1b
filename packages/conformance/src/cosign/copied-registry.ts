import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { registryClient } from '@cilock/registry'
import type { RegistryClient } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'

interface State {
  readonly host: string
  readonly referrersApi: boolean
  readonly repositories: Readonly<
    Record<string, { readonly tags: Readonly<Record<string, string>>; readonly manifests: Readonly<Record<string, { readonly mediaType: string }>>; readonly blobs: Readonly<Record<string, unknown>> }>
  >
}

/** A registry that holds what a recorded one held, and takes more. */
export async function copiedRegistry(folder: string, state: string): Promise<RegistryClient> {
  const { host, referrersApi, repositories } = JSON.parse(readFileSync(join(folder, state, 'registry.json'), 'utf8')) as State
  const client = registryClient({ fetch: memoryRegistry({ host, referrers: referrersApi }).fetch })
  for (const [name, { tags, manifests, blobs }] of Object.entries(repositories)) {
    const repository = client.repository(`${host}/${name}`)
    const bytesOf = (digest: string): Uint8Array => new Uint8Array(readFileSync(join(folder, state, 'layout', name, 'blobs', digest.replace(':', '/'))))
    for (const digest of Object.keys(blobs)) await repository.putBlob(bytesOf(digest))
    // an index after what it lists
    const ordered = Object.entries(manifests).toSorted(([, a], [, b]) => Number(isIndex(a.mediaType)) - Number(isIndex(b.mediaType)))
    for (const [digest, { mediaType }] of ordered) await repository.putManifest(bytesOf(digest), { mediaType })
    for (const [tag, digest] of Object.entries(tags)) await repository.putManifest(bytesOf(digest), { tag, mediaType: manifests[digest]?.mediaType ?? '' })
  }
  return client
}

function isIndex(mediaType: string): boolean {
  return /index|list/.test(mediaType)
}
