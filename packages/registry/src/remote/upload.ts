import type { HttpResponse } from '@cilock/http'
import { abortable } from '../content/abortable.ts'
import { parseDigest, verified } from '../content/digest.ts'
import { RegistryError } from '../error.ts'
import { streamed } from '../store.ts'
import type { CallOptions, PutBlob, StreamedBlob } from '../store.ts'
import { headRemoteBlob } from './read.ts'
import type { Place } from './read.ts'
import { statusError } from './status-error.ts'
import { LostSession, sendPieces } from './upload-pieces.ts'
import { isBroken, sessionOf, withDigest } from './upload-session.ts'
import type { Session } from './upload-session.ts'

/** How a blob is sent. */
export interface PutBlobOptions extends CallOptions {
  /** A repository of the same registry that has it: then nothing need be sent. */
  readonly mountFrom?: string
  /** Whether it is sent in pieces of `limits.chunkBytes`. Default: bytes in one request, streams in pieces. */
  readonly chunked?: boolean
  /** Whether it is sent along with the first request. Where a registry does not take it so, it is sent once more. Default: false. */
  readonly oneRequest?: boolean
}

export async function putRemoteBlob(place: Place, content: Uint8Array | StreamedBlob, options: PutBlobOptions = {}): Promise<PutBlob> {
  const { mountFrom, signal } = options
  const blob = streamed(content)
  parseDigest(blob.digest)
  const named = { digest: blob.digest, size: blob.size }
  const what = `upload of ${blob.digest} to ${place.name}`
  const call = signal === undefined ? {} : { signal }
  if ((await headRemoteBlob(place, blob.digest, call)) !== undefined) return { ...named, how: 'present' }
  const mode = options.oneRequest === true ? 'post' : (options.chunked ?? !(content instanceof Uint8Array)) ? 'pieces' : 'put'
  for (let attempt = 1; ; attempt++) {
    try {
      const how = await upload(place, content, blob, mode, attempt === 1 ? mountFrom : undefined, what, signal)
      await confirm(place, blob, what, call)
      return { ...named, how }
    } catch (error) {
      const mayRepeat = error instanceof LostSession || isBroken(error)
      if (!mayRepeat || !(await place.connection.pause(attempt, signal))) throw error
      // the last answer may be all that was lost
      if ((await headRemoteBlob(place, blob.digest, call)) !== undefined) return { ...named, how: 'uploaded' }
    }
  }
}

/** One try from the beginning. */
async function upload(place: Place, content: Uint8Array | StreamedBlob, blob: StreamedBlob, mode: 'post' | 'put' | 'pieces', mountFrom: string | undefined, what: string, signal: AbortSignal | undefined): Promise<'mounted' | 'uploaded'> {
  const whole = content instanceof Uint8Array ? content : (): AsyncIterable<Uint8Array> => abortable(verified(blob.open(), blob.digest, blob.size, what), what, signal)
  const session = await start(place, blob, { mountFrom, ...(mode === 'post' && { whole }) }, what, signal)
  if (session === undefined) return mountFrom === undefined ? 'uploaded' : 'mounted'
  const chunked = mode === 'pieces'
  const last = chunked ? await sendPieces(place, session, blob, what, signal) : session.location
  const body = chunked ? new Uint8Array() : whole
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
  checkStored(response, blob.digest, what)
  return 'uploaded'
}

/** What a registry says that it stored has to be there. */
async function confirm(place: Place, { digest, size }: StreamedBlob, what: string, call: CallOptions): Promise<void> {
  const found = await headRemoteBlob(place, digest, call)
  if (found === undefined) throw new RegistryError('ERR_REGISTRY_LOST', `${what}: the registry says that it is stored, and does not have it`)
  if (found !== 0 && found !== size) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: ${size} bytes were sent, the registry has ${found}`)
}

interface Beginning {
  readonly mountFrom: string | undefined
  /** What is sent along. */
  readonly whole?: Uint8Array | (() => AsyncIterable<Uint8Array>)
}

/** Undefined: it is there, mounted or as it was sent along. */
async function start(place: Place, { digest, size }: StreamedBlob, { mountFrom, whole }: Beginning, what: string, signal: AbortSignal | undefined): Promise<Session | undefined> {
  const { connection, repository } = place
  const query = mountFrom !== undefined ? `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(mountFrom)}` : whole === undefined ? '' : `?digest=${encodeURIComponent(digest)}`
  const isSent = mountFrom === undefined && whole !== undefined
  const response = await connection.send(repository, {
    method: 'POST',
    to: `${repository.repository}/blobs/uploads/${query}`,
    actions: 'pull,push',
    ...(mountFrom !== undefined && { from: mountFrom }),
    headers: { 'content-length': isSent ? String(size) : '0', ...(isSent && { 'content-type': 'application/octet-stream' }) },
    body: isSent ? whole : new Uint8Array(),
    signal,
  })
  if (response.status === 201 && (mountFrom !== undefined || isSent)) {
    await response.cancel()
    checkStored(response, digest, what)
    return undefined
  }
  return sessionOf(response, place, what)
}

/** The digest that a registry says it stored, where it says one of the same kind. */
function checkStored({ headers }: HttpResponse, digest: string, what: string): void {
  const said = headers.get('docker-content-digest')
  if (said !== null && said !== digest) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: the registry says that it stored ${said.slice(0, 140)}`)
}
