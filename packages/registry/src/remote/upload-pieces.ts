import { abortable } from '../content/abortable.ts'
import { verified } from '../content/digest.ts'
import { RegistryError } from '../error.ts'
import type { StreamedBlob } from '../store.ts'
import type { Place } from './read.ts'
import { statusError } from './status-error.ts'
import { isBroken, locationOf, progressOf, receivedIn } from './upload-session.ts'
import type { Session } from './upload-session.ts'

/** An upload that cannot go on where it stopped, but could begin anew. */
export class LostSession extends RegistryError {
  override readonly name: string = 'RegistryError'
}

/** Sends all of it in pieces, in order. A piece that does not get through goes on where the registry says that it is. */
export async function sendPieces(place: Place, session: Session, blob: StreamedBlob, what: string, signal: AbortSignal | undefined): Promise<URL> {
  const chunk = Math.max(place.connection.limits.chunkBytes, Math.min(session.minChunk, 128 * 1024 ** 2))
  let { location } = session
  let at = 0
  for await (const piece of pieces(abortable(verified(blob.open(), blob.digest, blob.size, what), what, signal), chunk)) {
    location = await sendPiece(place, location, piece, at, what, signal)
    at += piece.length
  }
  return location
}

async function sendPiece(place: Place, start: URL, piece: Uint8Array, at: number, what: string, signal: AbortSignal | undefined): Promise<URL> {
  let location = start
  let sent = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await patch(place, location, piece.subarray(sent), at + sent, what, signal)
    } catch (error) {
      const isElsewhere = error instanceof RegistryError && error.status === 416
      if (!(isElsewhere || isBroken(error)) || !(await place.connection.pause(attempt, signal))) throw error
      const progress = await progressOf(place, location, what, signal)
      if (progress === undefined) throw new LostSession('ERR_REGISTRY_UPLOAD', `${what}: broke off behind ${at + sent} bytes, and the registry does not say what it has of it`, { cause: error })
      const { received } = progress
      if (received < at || received > at + piece.length) throw new LostSession('ERR_REGISTRY_UPLOAD', `${what}: expected the registry to have ${at} to ${at + piece.length} bytes, found ${received}`, { cause: error })
      location = progress.location
      sent = received - at
      if (sent === piece.length) return location
    }
  }
}

async function patch({ connection, repository, ...place }: Place, location: URL, bytes: Uint8Array, at: number, what: string, signal: AbortSignal | undefined): Promise<URL> {
  const end = at + bytes.length - 1
  const response = await connection.send(repository, {
    method: 'PATCH',
    to: location,
    actions: 'pull,push',
    headers: { 'content-type': 'application/octet-stream', 'content-range': `${at}-${end}`, 'content-length': String(bytes.length) },
    body: bytes,
    signal,
  })
  if (response.status === 416) {
    await response.cancel()
    throw new RegistryError('ERR_REGISTRY_UPLOAD', `${what}: the registry does not take the bytes ${at}-${end}, it has others`, { status: 416 })
  }
  if (response.status !== 202) throw await statusError(response, what)
  await response.cancel()
  const received = receivedIn(response)
  if (received !== undefined && end > 0 && received !== end + 1) throw new LostSession('ERR_REGISTRY_UPLOAD', `${what}: ${end + 1} bytes were sent, the registry has ${received}`)
  return locationOf(response, { connection, repository, ...place }, what)
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
