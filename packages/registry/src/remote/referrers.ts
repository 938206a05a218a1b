import { readManifest } from '../content/manifest.ts'
import type { Descriptor, ImageIndex } from '../content/manifest.ts'
import { parseDigest } from '../content/digest.ts'
import { bareType, mediaTypes } from '../content/media-type.ts'
import { isNotFound, RegistryError } from '../error.ts'
import type { ReferrersOptions } from '../store.ts'
import { nextPage, PageCount } from './pages.ts'
import { fetchManifest } from './read.ts'
import type { Place } from './read.ts'
import { statusError } from './status-error.ts'

/** The tag under which clients list referrers where a registry does not (distribution-spec, "Referrers Tag Schema"). */
export function fallbackTag(digest: string): string {
  const { algorithm, hex } = parseDigest(digest)
  return `${algorithm}-${hex}`.slice(0, 128)
}

/** What names a manifest as its subject, from the registry's own list and from the fallback tag. */
export async function listReferrers(place: Place, digest: string, { artifactType, signal }: ReferrersOptions = {}): Promise<readonly Descriptor[]> {
  const listed = await fromApi(place, digest, artifactType, signal)
  // written by clients that met another registry, or this one in an older version
  const tagged = (await fromTag(place, digest, signal))?.manifests ?? []
  const all = new Map<string, Descriptor>()
  for (const each of [...(listed ?? []), ...tagged]) if (!all.has(each.digest)) all.set(each.digest, each)
  return [...all.values()].filter((each) => artifactType === undefined || each.artifactType === artifactType)
}

/** Undefined: the registry has no such list. */
async function fromApi({ connection, repository, name }: Place, digest: string, artifactType: string | undefined, signal: AbortSignal | undefined): Promise<readonly Descriptor[] | undefined> {
  parseDigest(digest)
  const what = `referrers of ${digest} in ${name}`
  const found: Descriptor[] = []
  const pages = new PageCount(what)
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`
  for (let path: string | undefined = `${repository.repository}/referrers/${digest}${query}`; path !== undefined; ) {
    pages.enter(path)
    const response = await connection.send(repository, { method: 'GET', to: path, actions: 'pull', headers: { accept: mediaTypes.ociIndex }, signal })
    const isIndex = bareType(response.headers.get('content-type')) === mediaTypes.ociIndex
    if ([400, 404, 405, 406].includes(response.status) || (response.status === 200 && !isIndex)) {
      await response.cancel()
      if (found.length > 0) throw new RegistryError('ERR_REGISTRY_RESPONSE', `${what}: a page of the list is not there (${response.status})`)
      return undefined
    }
    if (response.status !== 200) throw await statusError(response, what)
    const page = readManifest(await response.bytes(connection.limits.listBytes), mediaTypes.ociIndex)
    if (page.kind === 'index') found.push(...page.manifests)
    if (found.length > connection.limits.listEntries) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${what}: expected at most ${connection.limits.listEntries} (limits.listEntries), found more`)
    path = nextPage(response, connection.url, what)
  }
  return found
}

/** Undefined: nobody has listed any. */
export async function fromTag(place: Place, digest: string, signal: AbortSignal | undefined): Promise<ImageIndex | undefined> {
  const tag = fallbackTag(digest)
  try {
    const manifest = await fetchManifest(place, tag, signal)
    if (manifest.kind !== 'index') throw new RegistryError('ERR_MANIFEST_INVALID', `${place.name}:${tag}: expected the index of referrers, found an image`)
    return manifest
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
