import { CilockError, encodeJson, isJsonObject, parseJson } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import { statusError } from '../connection.ts'
import type { Connection } from '../connection.ts'
import { ArchivistaError } from '../error.ts'

/** Asks, and gives the data: all of it, or an error. */
export async function ask(connection: Connection, query: string, variables: Readonly<Record<string, unknown>>, signal: AbortSignal | undefined): Promise<JsonObject> {
  const response = await connection.send({
    method: 'POST',
    path: '/query',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: encodeJson({ query, variables }),
    // nothing is changed by asking
    isIdempotent: true,
    signal,
  })
  if (response.status === 400 || response.status === 422) {
    throw new ArchivistaError('ERR_ARCHIVISTA_QUERY', `query: the server answers ${response.status}: ${await response.excerpt()}`, { status: response.status })
  }
  if (response.status !== 200) throw await statusError(response, 'query')
  return dataOf(parse(await response.bytes(connection.limits.queryBytes)))
}

function parse(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', `query: the answer is no JSON: ${error.message}`, { cause: error })
  }
}

function dataOf(answer: JsonValue): JsonObject {
  if (!isJsonObject(answer)) throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', 'query: the answer is no object')
  const errors = answer['errors']
  if (errors !== undefined && errors !== null) throw new ArchivistaError('ERR_ARCHIVISTA_QUERY', `query: ${messagesOf(errors)}`)
  const data = answer['data']
  if (data === undefined || !isJsonObject(data)) throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', 'query: the answer has no data')
  return data
}

function messagesOf(errors: JsonValue): string {
  const list: readonly JsonValue[] = Array.isArray(errors) ? errors : [errors]
  const messages = list.map((each) => (isJsonObject(each) && typeof each['message'] === 'string' ? each['message'] : 'an error without a message'))
  const text = messages.join('; ')
  return JSON.stringify(text.length > 500 ? `${text.slice(0, 500)}…` : text)
}

/** A member of an answer that has to be there. */
export function objectAt(value: JsonValue | undefined, what: string): JsonObject {
  if (value !== undefined && isJsonObject(value)) return value
  throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', `query: expected ${what} as an object`)
}

export function listAt(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value
  throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', `query: expected ${what} as a list`)
}

export function textAt(value: JsonValue | undefined, what: string): string {
  if (typeof value === 'string') return value
  throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', `query: expected ${what} as a string`)
}
