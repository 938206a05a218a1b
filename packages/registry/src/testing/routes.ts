import type { Answer, Asked } from '@cilock/http/testing'
import { digestOf, isDigest } from '../content/digest.ts'
import { mediaTypes } from '../content/media-type.ts'
import { bytesAnswer, emptyAnswer, errorAnswer, jsonAnswer } from './exchange.ts'
import type { Storage, StoredManifest } from './storage.ts'

/** How a registry behaves. */
export interface Behaviour {
  readonly referrers: boolean
  readonly pageSize: number
  /** Whether absolute URLs are given for uploads, as distribution does. */
  readonly absoluteLocations: boolean
  /** Of RFC 9110, where a manifest is put. */
  readonly conditions: boolean
}

const maxManifest = 4 * 1024 * 1024

/** Answers a request as the distribution-spec says. */
export function answerRoute(asked: Asked, storage: Storage, behaviour: Behaviour): Answer {
  const { method, url } = asked
  const path = decodeURIComponent(url.pathname)
  if (path === '/v2/' || path === '/v2') return method === 'GET' || method === 'HEAD' ? jsonAnswer(200, {}) : emptyAnswer(405)
  const upload = /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/.exec(path)
  if (upload !== null) return answerUpload(asked, storage, behaviour, upload[1] ?? '', upload[2] ?? '')
  const [, name = '', kind, rest = ''] = /^\/v2\/(.+)\/(blobs|manifests|tags|referrers)\/([^/]+)$/.exec(path) ?? []
  if (!/^[a-z0-9]+(?:(?:\.|_|__|-+|\/)[a-z0-9]+)*$/.test(name)) return errorAnswer(404, 'NAME_INVALID')
  if (kind === 'blobs') return answerBlob(asked, storage, name, rest)
  if (kind === 'manifests') return answerManifest(asked, storage, behaviour, name, rest)
  if (kind === 'tags' && rest === 'list') return answerTags(asked, storage, name)
  if (kind === 'referrers' && behaviour.referrers) return answerReferrers(asked, storage, behaviour, name, rest)
  return emptyAnswer(404)
}

function answerBlob({ method, headers }: Asked, storage: Storage, name: string, digest: string): Answer {
  if (!isDigest(digest)) return errorAnswer(400, 'DIGEST_INVALID')
  const repository = storage.find(name)
  const bytes = repository?.blobs.get(digest)
  if (repository === undefined || bytes === undefined) return errorAnswer(404, 'BLOB_UNKNOWN')
  if (method === 'DELETE') {
    repository.blobs.delete(digest)
    return emptyAnswer(202)
  }
  if (method !== 'GET' && method !== 'HEAD') return errorAnswer(405, 'UNSUPPORTED')
  const common = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest, 'accept-ranges': 'bytes' }
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.get('range') ?? '') ?? []
  if (from === undefined) return bytesAnswer(200, bytes, common)
  if (Number(from) >= bytes.length) return errorAnswer(416, 'BLOB_UPLOAD_INVALID')
  const end = Math.min(to === undefined || to === '' ? bytes.length - 1 : Number(to), bytes.length - 1)
  return bytesAnswer(206, bytes.slice(Number(from), end + 1), { ...common, 'content-range': `bytes ${from}-${end}/${bytes.length}` })
}

function answerUpload({ method, url, headers, body }: Asked, storage: Storage, { absoluteLocations }: Behaviour, name: string, id: string): Answer {
  const at = (session: string): string => `${absoluteLocations ? url.origin : ''}/v2/${name}/blobs/uploads/${session}?state=x`
  const created = (digest: string): Answer => emptyAnswer(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest })
  const digest = url.searchParams.get('digest')
  if (id === '') {
    if (method !== 'POST') return errorAnswer(405, 'UNSUPPORTED')
    const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')]
    const mounted = mount === null ? undefined : storage.find(from ?? '')?.blobs.get(mount)
    if (mount !== null && mounted !== undefined) {
      storage.open(name).blobs.set(mount, mounted)
      return created(mount)
    }
    if (digest !== null) return storage.putBlob(name, body, digest) === undefined ? errorAnswer(400, 'DIGEST_INVALID') : created(digest)
    return emptyAnswer(202, { location: at(storage.startUpload(name)), range: '0-0' })
  }
  const session = storage.uploads.get(id)
  if (session?.repository !== name) return errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN')
  const range = `0-${Math.max(0, session.length - 1)}`
  if (method === 'GET') return emptyAnswer(204, { location: at(id), range })
  if (method === 'DELETE') {
    storage.uploads.delete(id)
    return emptyAnswer(204)
  }
  if (method === 'PATCH') {
    const start = /^(\d+)-\d+$/.exec(headers.get('content-range') ?? '')?.[1]
    if (start !== undefined && Number(start) !== session.length) return emptyAnswer(416, { location: at(id), range })
    session.pieces.push(body)
    session.length += body.length
    return emptyAnswer(202, { location: at(id), range: `0-${Math.max(0, session.length - 1)}` })
  }
  if (method !== 'PUT') return errorAnswer(405, 'UNSUPPORTED')
  if (digest === null || !isDigest(digest)) return errorAnswer(400, 'DIGEST_INVALID')
  storage.uploads.delete(id)
  return storage.putBlob(name, joined([...session.pieces, body]), digest) === undefined ? errorAnswer(400, 'DIGEST_INVALID') : created(digest)
}

function answerManifest(asked: Asked, storage: Storage, { referrers, conditions }: Behaviour, name: string, reference: string): Answer {
  const { method, headers, body } = asked
  const isTag = !reference.includes(':')
  if (!isTag && !isDigest(reference)) return errorAnswer(400, 'DIGEST_INVALID')
  if (!['GET', 'HEAD', 'PUT', 'DELETE'].includes(method)) return errorAnswer(405, 'UNSUPPORTED')
  if (isTag && !/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(reference)) return errorAnswer(400, 'MANIFEST_INVALID')
  if (method === 'PUT') {
    if (body.length > maxManifest) return errorAnswer(413, 'SIZE_INVALID')
    const repository = storage.open(name)
    if (conditions && !holds(headers, isTag ? repository.tags.get(reference) : repository.manifests.has(reference) ? reference : undefined)) return errorAnswer(412, 'MANIFEST_INVALID')
    const digest = digestOf(body)
    if (!isTag && digest !== reference) return errorAnswer(400, 'DIGEST_INVALID')
    const stored = storedOf(body, headers.get('content-type') ?? '')
    if (stored === undefined) return errorAnswer(400, 'MANIFEST_INVALID')
    const missing = named(body).find(({ digest: each, isManifest }) => !(isManifest ? repository.manifests : repository.blobs).has(each))
    if (missing !== undefined) return errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN')
    repository.manifests.set(digest, stored)
    if (isTag) repository.tags.set(reference, digest)
    return emptyAnswer(201, { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest, ...(referrers && stored.subject !== undefined && { 'oci-subject': stored.subject }) })
  }
  const repository = storage.find(name)
  const digest = isTag ? (repository?.tags.get(reference) ?? '') : reference
  const found = repository?.manifests.get(digest)
  if (repository === undefined || found === undefined) return errorAnswer(404, 'MANIFEST_UNKNOWN')
  if (method === 'DELETE') {
    if (isTag) repository.tags.delete(reference)
    else {
      repository.manifests.delete(digest)
      for (const [tag, target] of repository.tags) if (target === digest) repository.tags.delete(tag)
    }
    return emptyAnswer(202)
  }
  return bytesAnswer(200, found.bytes, { 'content-type': found.mediaType, 'docker-content-digest': digest, etag: `"${digest}"` })
}

/** RFC 9110, 13.1.1 and 13.1.2, of one tag. */
function holds(headers: Headers, current: string | undefined): boolean {
  const [match, noneMatch] = [headers.get('if-match'), headers.get('if-none-match')]
  const fits = (condition: string): boolean => current !== undefined && (condition === '*' || condition.split(',').some((each) => each.trim() === `"${current}"`))
  return (match === null || fits(match)) && (noneMatch === null || !fits(noneMatch))
}

function answerTags({ method, url }: Asked, storage: Storage, name: string): Answer {
  if (method !== 'GET') return errorAnswer(405, 'UNSUPPORTED')
  const repository = storage.find(name)
  if (repository === undefined) return errorAnswer(404, 'NAME_UNKNOWN')
  const last = url.searchParams.get('last')
  const rest = [...repository.tags.keys()].toSorted().filter((tag) => last === null || tag > last)
  const count = url.searchParams.get('n') === null ? rest.length : Number(url.searchParams.get('n'))
  const tags = rest.slice(0, count)
  const more = tags.length < rest.length && tags.length > 0
  return jsonAnswer(200, { name, tags }, more ? { link: `</v2/${name}/tags/list?n=${count}&last=${tags.at(-1) ?? ''}>; rel="next"` } : {})
}

function answerReferrers({ method, url }: Asked, storage: Storage, { pageSize }: Behaviour, name: string, subject: string): Answer {
  if (method !== 'GET' && method !== 'HEAD') return errorAnswer(405, 'UNSUPPORTED')
  if (!isDigest(subject)) return errorAnswer(400, 'DIGEST_INVALID')
  const wanted = url.searchParams.get('artifactType')
  const all = [...(storage.find(name)?.manifests ?? [])]
    .filter(([, stored]) => stored.subject === subject && (wanted === null || stored.artifactType === wanted))
    .map(([digest, { bytes, mediaType, artifactType, annotations }]) => ({ mediaType, digest, size: bytes.length, ...(artifactType !== undefined && { artifactType }), ...(annotations !== undefined && { annotations }) }))
  const start = Number(url.searchParams.get('start') ?? 0)
  const manifests = all.slice(start, start + pageSize)
  const next = start + pageSize < all.length ? `</v2/${name}/referrers/${subject}?${new URLSearchParams({ ...(wanted !== null && { artifactType: wanted }), start: String(start + pageSize) }).toString()}>; rel=next` : undefined
  return jsonAnswer(200, { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }, {
    'content-type': mediaTypes.ociIndex,
    ...(wanted !== null && { 'oci-filters-applied': 'artifactType' }),
    ...(next !== undefined && { link: next }),
  })
}

interface Loose {
  readonly mediaType?: string
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly config?: { readonly digest: string; readonly mediaType: string }
  readonly layers?: readonly { readonly digest: string }[]
  readonly manifests?: readonly { readonly digest: string }[]
  readonly subject?: { readonly digest: string }
}

function looseOf(bytes: Uint8Array): Loose | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function storedOf(bytes: Uint8Array, mediaType: string): StoredManifest | undefined {
  const value = looseOf(bytes)
  if (value === undefined) return undefined
  return { bytes, mediaType: mediaType === '' ? (value.mediaType ?? mediaTypes.ociManifest) : mediaType, subject: value.subject?.digest, artifactType: value.artifactType ?? value.config?.mediaType, annotations: value.annotations }
}

/** What has to be there before. A subject need not be. */
function named(bytes: Uint8Array): readonly { readonly digest: string; readonly isManifest: boolean }[] {
  const { config, layers = [], manifests = [] } = looseOf(bytes) ?? {}
  return [...(config === undefined ? [] : [config]), ...layers].map(({ digest }) => ({ digest, isManifest: false })).concat(manifests.map(({ digest }) => ({ digest, isManifest: true })))
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
