import { isInnerAddress } from '@cilock/http'
import type { HttpResponse } from '@cilock/http'
import { parseDigest, verified } from '../content/digest.ts'
import { RegistryError } from '../error.ts'
import { streamed } from '../store.ts'
import type { CallOptions, PutBlob, StreamedBlob } from '../store.ts'
import { headRemoteBlob } from './read.ts'
import type { Place } from './read.ts'
import { statusError } from './status-error.ts'

/** How a blob is sent. */
export interface PutBlobOptions extends CallOptions {
  /** A repository of the same registry that has it: then nothing need be sent. */
  readonly mountFrom?: string
  /** Whether it is sent in pieces of `limits.chunkBytes`. Default: bytes in one request, streams in pieces. */
  readonly chunked?: boolean
}

export async function putRemoteBlob(place: Place, content: Uint8Array | StreamedBlob, options: PutBlobOptions = {}): Promise<PutBlob> {
  const { mountFrom, signal } = options
  const blob = streamed(content)
  parseDigest(blob.digest)
  const named = { digest: blob.digest, size: blob.size }
  const what = `upload of ${blob.digest} to ${place.name}`
  const call = signal === undefined ? {} : { signal }
  if ((await headRemoteBlob(place, blob.digest, call)) !== undefined) return { ...named, how: 'present' }
  const session = await start(place, blob.digest, mountFrom, what, signal)
  if (session === undefined) {
    await confirm(place, blob, what, call)
    return { ...named, how: 'mounted' }
  }
  const chunked = options.chunked ?? !(content instanceof Uint8Array)
  const last = chunked ? await sendPieces(place, session, blob, what, signal) : session.location
  const body = chunked ? new Uint8Array() : content instanceof Uint8Array ? content : () => verified(blob.open(), blob.digest, blob.size, what)
  const response = await place.connection.send(place.repository, {
    method: 'PUT',
    to: withDigest(last, blob.digest),
    actions: 'pull,push',
    headers: { 'content-type': 'application/octet-stream', ...(!chunked && { 'content-length': String(blob.size) }) },
    body,
    signal,
  })
  if (response.status !== 201 && response.status !== 204) throw await statusError(response, what)
  await response.cancel()
  const said = response.headers.get('docker-content-digest')
  if (said !== null && said !== blob.digest) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: the registry says that it stored ${said.slice(0, 140)}`)
  await confirm(place, blob, what, call)
  return { ...named, how: 'uploaded' }
}

/** What a registry says that it stored has to be there. */
async function confirm(place: Place, { digest, size }: StreamedBlob, what: string, call: CallOptions): Promise<void> {
  const found = await headRemoteBlob(place, digest, call)
  if (found === undefined) throw new RegistryError('ERR_REGISTRY_LOST', `${what}: the registry says that it is stored, and does not have it`)
  if (found !== 0 && found !== size) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: ${size} bytes were sent, the registry has ${found}`)
}

interface Session {
  readonly location: URL
  readonly minChunk: number
}

/** Undefined: it was mounted, so there is nothing to send. */
async function start(place: Place, digest: string, mountFrom: string | undefined, what: string, signal: AbortSignal | undefined): Promise<Session | undefined> {
  const { connection, repository } = place
  const query = mountFrom === undefined ? '' : `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(mountFrom)}`
  const response = await connection.send(repository, {
    method: 'POST',
    to: `${repository.repository}/blobs/uploads/${query}`,
    actions: 'pull,push',
    ...(mountFrom !== undefined && { from: mountFrom }),
    headers: { 'content-length': '0' },
    body: new Uint8Array(),
    signal,
  })
  if (response.status === 201 && mountFrom !== undefined) {
    await response.cancel()
    return undefined
  }
  if (response.status !== 202) throw await statusError(response, what)
  await response.cancel()
  const min = response.headers.get('oci-chunk-min-length') ?? ''
  return { location: locationOf(response, place, what), minChunk: /^\d{1,10}$/.test(min) ? Number(min) : 0 }
}

/** Sends all of it in pieces, in order; where the registry ends in another place than we, that is an error. */
async function sendPieces(place: Place, session: Session, blob: StreamedBlob, what: string, signal: AbortSignal | undefined): Promise<URL> {
  const { connection, repository } = place
  const chunk = Math.max(connection.limits.chunkBytes, Math.min(session.minChunk, 128 * 1024 ** 2))
  let { location } = session
  let at = 0
  for await (const piece of pieces(verified(blob.open(), blob.digest, blob.size, what), chunk)) {
    const end = at + piece.length - 1
    const response = await connection.send(repository, {
      method: 'PATCH',
      to: location,
      actions: 'pull,push',
      headers: { 'content-type': 'application/octet-stream', 'content-range': `${at}-${end}`, 'content-length': String(piece.length) },
      body: piece,
      signal,
    })
    if (response.status === 416) {
      await response.cancel()
      throw new RegistryError('ERR_REGISTRY_UPLOAD', `${what}: the registry does not take the bytes ${at}-${end}, it has others`, { status: 416 })
    }
    if (response.status !== 202) throw await statusError(response, what)
    await response.cancel()
    const range = /^(?:bytes=)?0-(\d{1,15})$/.exec(response.headers.get('range') ?? '')?.[1]
    if (range !== undefined && Number(range) !== end) throw new RegistryError('ERR_REGISTRY_UPLOAD', `${what}: ${end + 1} bytes were sent, the registry has ${Number(range) + 1}`)
    location = locationOf(response, place, what)
    at += piece.length
  }
  return location
}

/** Where an upload goes on: at the registry, or elsewhere with TLS, but never from a public registry into a private network. */
function locationOf(response: HttpResponse, { connection }: Place, what: string): URL {
  const text = response.headers.get('location')
  if (text === null || !URL.canParse(text, response.url.href)) throw new RegistryError('ERR_REGISTRY_UPLOAD', `${what}: the registry does not say where`)
  const url = new URL(text, response.url)
  url.hash = ''
  if (url.origin === connection.url.origin) return url
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || (isInnerAddress(url.hostname) && !isInnerAddress(connection.url.hostname))) {
    throw new RegistryError('ERR_REGISTRY_UPLOAD', `${what}: the registry sends the upload to ${url.origin}`)
  }
  return url
}

/** A location may have a query of its own, whose spelling is kept. */
function withDigest(location: URL, digest: string): URL {
  const url = new URL(location)
  url.search = `${url.search}${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`
  return url
}

/** Pieces of exactly this size but for the last. */
async function* pieces(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  let buffer = new Uint8Array(size)
  let filled = 0
  for await (const part of stream) {
    for (let at = 0; at < part.length; ) {
      const taken = part.subarray(at, at + size - filled)
      buffer.set(taken, filled)
      filled += taken.length
      at += taken.length
      if (filled < size) continue
      yield buffer
      buffer = new Uint8Array(size)
      filled = 0
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled)
}
