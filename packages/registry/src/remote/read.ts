import { CilockError, isJsonObject, parseJson } from '@cilock/core'
import type { HttpResponse } from '@cilock/http'
import { checkBytes, collect, isDigest, parseDigest, verified } from '../content/digest.ts'
import { readManifest } from '../content/manifest.ts'
import type { Manifest } from '../content/manifest.ts'
import { bareType, isSchema1Type, manifestTypes } from '../content/media-type.ts'
import { RegistryError } from '../error.ts'
import { checkTag } from '../reference.ts'
import type { RepositoryName } from '../reference.ts'
import { digestAndSize } from '../store.ts'
import type { BlobName, BlobOptions, CallOptions } from '../store.ts'
import { keepEtag } from './condition.ts'
import type { Connection } from './connection.ts'
import { nextPage, PageCount } from './pages.ts'
import { statusError } from './status-error.ts'

/** One repository of one registry. */
export interface Place {
  readonly connection: Connection
  readonly repository: RepositoryName
  /** For messages. */
  readonly name: string
}

export async function readRemoteManifest(place: Place, tagOrDigest: string, { signal }: CallOptions = {}): Promise<Manifest> {
  return fetchManifest(place, tagOrDigest, signal)
}

export async function fetchManifest({ connection, repository, name }: Place, tagOrDigest: string, signal: AbortSignal | undefined): Promise<Manifest> {
  const isByDigest = isName(tagOrDigest)
  const what = `manifest ${tagOrDigest} of ${name}`
  const response = await connection.send(repository, { method: 'GET', to: `${repository.repository}/manifests/${tagOrDigest}`, actions: 'pull', headers: { accept: manifestTypes.join(', ') }, signal })
  if (response.status !== 200) throw await statusError(response, what)
  const type = bareType(response.headers.get('content-type'))
  if (type === 'text/html') {
    await response.cancel()
    throw new RegistryError('ERR_REGISTRY_RESPONSE', `${what}: expected a manifest, found HTML`, { status: 200 })
  }
  if (type !== undefined && isSchema1Type(type)) {
    await response.cancel()
    throw new RegistryError('ERR_MANIFEST_UNSUPPORTED', `${what}: expected a manifest of OCI or Docker schema 2, found Docker schema 1`)
  }
  const bytes = await response.bytes(connection.limits.manifestBytes)
  if (isByDigest) checkBytes(bytes, tagOrDigest, undefined, what)
  const manifest = readManifest(bytes, type)
  const said = response.headers.get('docker-content-digest')
  if (said !== null && isDigest(said)) checkBytes(bytes, said, undefined, `${what}, by Docker-Content-Digest`)
  return keepEtag(isByDigest && manifest.digest !== tagOrDigest ? { ...manifest, digest: tagOrDigest } : manifest, response.headers.get('etag'))
}

export async function* streamRemoteBlob({ connection, repository, name }: Place, blob: BlobName, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
  const { digest, size } = digestAndSize(blob)
  parseDigest(digest)
  const what = `blob ${digest} of ${name}`
  // registries keep blobs elsewhere, and send there with a URL that is its own permission
  const response = await connection.send(repository, { method: 'GET', to: `${repository.repository}/blobs/${digest}`, actions: 'pull', redirect: 'anywhere-without-credentials', signal })
  if (response.status !== 200) throw await statusError(response, what)
  const announced = response.headers.get('content-length')
  if (size !== undefined && announced !== null && response.headers.get('content-encoding') === null && announced !== String(size)) {
    await response.cancel()
    throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: expected ${size} bytes, found an answer of ${announced.slice(0, 20)}`)
  }
  yield* verified(response.stream(size ?? connection.limits.blobBytes), digest, size, what)
}

export async function readRemoteBlob(place: Place, blob: BlobName, { maxBytes = 64 * 1024 * 1024, signal }: BlobOptions = {}): Promise<Uint8Array> {
  const { digest, size } = digestAndSize(blob)
  const what = `blob ${digest} of ${place.name}`
  if (size !== undefined && size > maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${what}: expected at most ${maxBytes} bytes, found ${size}`)
  return collect(atMost(streamRemoteBlob(place, blob, signal === undefined ? {} : { signal }), maxBytes, what))
}

/** Whether it is there, and how long it is. */
export async function headRemoteBlob({ connection, repository, name }: Place, digest: string, { signal }: CallOptions = {}): Promise<number | undefined> {
  parseDigest(digest)
  const response = await connection.send(repository, { method: 'HEAD', to: `${repository.repository}/blobs/${digest}`, actions: 'pull', redirect: 'anywhere-without-credentials', signal })
  if (response.status === 404) {
    await response.cancel()
    return undefined
  }
  if (response.status !== 200) throw await statusError(response, `blob ${digest} of ${name}`)
  await response.cancel()
  const length = response.headers.get('content-length')
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : 0
}

export async function listRemoteTags({ connection, repository, name }: Place, { signal }: CallOptions = {}): Promise<readonly string[]> {
  const what = `tags of ${name}`
  const tags = new Set<string>()
  const pages = new PageCount(what)
  for (let path: string | undefined = `${repository.repository}/tags/list?n=1000`; path !== undefined; ) {
    pages.enter(path)
    const response = await connection.send(repository, { method: 'GET', to: path, actions: 'pull', signal })
    if (response.status !== 200) throw await statusError(response, what)
    for (const tag of tagsOf(await readJson(response, connection.limits.listBytes, what), what)) tags.add(tag)
    if (tags.size > connection.limits.listEntries) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${what}: expected at most ${connection.limits.listEntries} (limits.listEntries), found more`)
    path = nextPage(response, connection.url, what)
  }
  return [...tags].toSorted()
}

export async function readJson(response: HttpResponse, maxBytes: number, what: string): Promise<unknown> {
  const bytes = await response.bytes(maxBytes)
  try {
    return parseJson(bytes, { maxDepth: 64 })
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new RegistryError('ERR_REGISTRY_RESPONSE', `${what}: expected JSON: ${error.message}`, { cause: error })
  }
}

function tagsOf(answer: unknown, what: string): readonly string[] {
  // a repository that has lost all tags is listed with null
  const tags = isJsonObject(answer) ? (answer['tags'] ?? []) : undefined
  if (!Array.isArray(tags) || !tags.every((tag): tag is string => typeof tag === 'string')) throw new RegistryError('ERR_REGISTRY_RESPONSE', `${what}: expected a list of tags, found something else`)
  return tags
}

/** True for a digest, false for a tag; neither is refused before it becomes a part of a URL. */
export function isName(tagOrDigest: string): boolean {
  if (!tagOrDigest.includes(':')) {
    checkTag(tagOrDigest)
    return false
  }
  parseDigest(tagOrDigest)
  return true
}

export async function* atMost(pieces: AsyncIterable<Uint8Array>, maxBytes: number, what: string): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${what}: expected at most ${maxBytes} bytes, found more`)
    yield piece
  }
}
