import { CilockError, encodeEnvelope, isJsonObject, parseJson } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import type { HttpResponse } from '@cilock/http'
import { statusError } from './connection.ts'
import type { Connection } from './connection.ts'
import { downloadBytes } from './download.ts'
import { ArchivistaError } from './error.ts'
import { gitoidOf } from './gitoid.ts'
import type { CallOptions } from './options.ts'
import { searchAll } from './query/search.ts'

/** What came of storing. */
export interface Stored {
  /** The name under which the server has it. */
  readonly gitoid: string
  /** Whether the very bytes were there before. */
  readonly alreadyStored: boolean
}

/** How sure storing has to be. */
export interface StoreOptions extends CallOptions {
  /** Fetch the bytes back, so that a write that was lost is noticed now. Default: true. */
  readonly confirm?: boolean
}

/** Stores bytes under the name that follows from them. Safe to repeat. */
export async function storeBytes(connection: Connection, content: Envelope | Uint8Array, { signal, confirm = true }: StoreOptions = {}): Promise<Stored> {
  const bytes = content instanceof Uint8Array ? content : encodeEnvelope(content)
  const gitoid = gitoidOf(bytes)
  const response = await connection.send({
    method: 'POST',
    path: '/upload',
    headers: { 'content-type': 'application/json' },
    body: bytes,
    // what is stored is named by its content
    isIdempotent: true,
    signal,
  })
  if (response.status === 409 || response.status === 500) return afterRefusal(connection, gitoid, response, signal)
  if (response.status !== 200) throw await uploadError(response, gitoid)
  const answered = gitoidIn(await response.bytes(connection.limits.queryBytes), gitoid)
  if (answered !== gitoid) {
    throw new ArchivistaError('ERR_ARCHIVISTA_INTEGRITY', `upload: the server says that it stored ${JSON.stringify(answered.slice(0, 80))}, what was sent is ${gitoid}`, { gitoid })
  }
  if (confirm && !(await confirmed(connection, gitoid, signal))) {
    throw new ArchivistaError('ERR_ARCHIVISTA_LOST', `upload: the server said that it stored ${gitoid} and does not have it`, { gitoid })
  }
  return { gitoid, alreadyStored: false }
}

/** A server answers 500 for what it has already, and for what it has kept and could not index. */
async function afterRefusal(connection: Connection, gitoid: string, response: HttpResponse, signal: AbortSignal | undefined): Promise<Stored> {
  const refusal = await uploadError(response, gitoid)
  // a server that fails says nothing of what it has: then its refusal stands
  const isStored = await isThere(connection, gitoid, signal).catch((error: unknown) => {
    if (error instanceof ArchivistaError && error.status === 500) return false
    throw error
  })
  if (!isStored) throw refusal
  if (await isIndexed(connection, gitoid, signal)) return { gitoid, alreadyStored: true }
  throw new ArchivistaError('ERR_ARCHIVISTA_NOT_INDEXED', `upload: ${gitoid} was stored but not indexed, so no search finds it: ${refusal.message}`, { gitoid, status: response.status, cause: refusal })
}

/** False: the server says that it has none. That it cannot say is an error. */
async function isThere(connection: Connection, gitoid: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await downloadBytes(connection, gitoid, signal === undefined ? {} : { signal })
    return true
  } catch (error) {
    if (error instanceof ArchivistaError && (error.code === 'ERR_ARCHIVISTA_NOT_FOUND' || keepsNothing(error))) return false
    throw error
  }
}

/** The same, where the server has said that it is there: only its answer may be missing, so it is not lost. */
async function confirmed(connection: Connection, gitoid: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return await isThere(connection, gitoid, signal)
  } catch (error) {
    if (!(error instanceof ArchivistaError) || error.code !== 'ERR_ARCHIVISTA_UNAVAILABLE') throw error
    throw new ArchivistaError('ERR_ARCHIVISTA_UNAVAILABLE', `upload: the server said that it stored ${gitoid}, and cannot say whether it has it: ${error.message}`, { gitoid, cause: error, ...(error.status !== undefined && { status: error.status }) })
  }
}

/** Without a store of objects a server takes what is sent, and has nothing of it. */
function keepsNothing({ status, message }: ArchivistaError): boolean {
  return status === 500 && message.includes('object store unavailable')
}

/** A server without an index has no queries either, and then nothing is missing. */
async function isIndexed(connection: Connection, gitoid: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return (await searchAll(connection, { gitoid }, signal === undefined ? {} : { signal })).length > 0
  } catch (error) {
    if (error instanceof ArchivistaError && error.code === 'ERR_ARCHIVISTA_NOT_FOUND') return true
    throw error
  }
}

/** A 500 is what the server says of an envelope that it cannot read, not of its health. */
async function uploadError(response: HttpResponse, gitoid: string): Promise<ArchivistaError> {
  const error = await statusError(response, 'upload', gitoid)
  return error.status === 500 ? new ArchivistaError('ERR_ARCHIVISTA_REFUSED', error.message, { gitoid, status: 500 }) : error
}

function gitoidIn(body: Uint8Array, gitoid: string): string {
  try {
    const answer = parseJson(body)
    const found = isJsonObject(answer) ? answer['gitoid'] : undefined
    if (typeof found === 'string' && found !== '') return found.toLowerCase()
  } catch (error) {
    if (!CilockError.is(error)) throw error
  }
  throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', 'upload: the answer names no gitoid', { gitoid })
}
