import { CilockError, encodeUtf8, isJsonObject, parseJson } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import type { Answer, Asked } from '@cilock/http/testing'
import { decodeGoJson, encodeGoJson, GoJsonError, memberOf } from '../go/json.ts'
import type { GoObject, GoValue } from '../go/json.ts'
import { QueryError } from './error.ts'
import { execute } from './execute.ts'
import type { Tables } from './execute.ts'
import { parseQuery } from './parse.ts'
import { validate } from './validate.ts'
import { variablesOf } from './variables.ts'

/** Answers what comes to `/query`. */
export function answerQuery(asked: Asked, tables: Tables): Answer {
  const type = answerType(asked.headers.get('accept'))
  if (asked.headers.get('upgrade') !== null || !['GET', 'POST'].includes(asked.method)) return unsupported
  if (asked.method === 'POST' && !/^application\/json\s*(;|$)/i.test(asked.headers.get('content-type') ?? '')) return unsupported
  let request: Request
  try {
    request = asked.method === 'GET' ? requestOf(parametersOf(asked.target)) : requestIn(asked.body)
  } catch (error) {
    if (!(error instanceof GoJsonError) && !CilockError.is(error)) throw error
    return json(400, type, { errors: [{ message: 'internal system error' }], data: null })
  }
  if (request === 'null') return json(422, type, { errors: [{ message: 'internal system error' }], data: null })
  try {
    const query = parseQuery(request.query)
    const operation = validate(query, request.operationName)
    return json(200, type, execute(query, operation, variablesOf(operation, request.variables), tables))
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return json(type === 'application/json' ? 422 : 400, type, { errors: error.errors, data: null })
  }
}

/** As they were sent: a URL would have cleaned up what stands before them. */
function parametersOf(target: string): URLSearchParams {
  const question = target.indexOf('?')
  return new URLSearchParams(question < 0 ? '' : target.slice(question))
}

type Request = 'null' | { readonly query: string; readonly variables: JsonObject; readonly operationName: string | undefined }

function requestOf(parameters: URLSearchParams): Request {
  const variables = parameters.get('variables')
  return { query: parameters.get('query') ?? '', variables: variables === null ? {} : variablesIn(parseJson(variables)), operationName: parameters.get('operationName') ?? undefined }
}

/** What follows the first document is not looked at. */
function requestIn(body: Uint8Array): Request {
  const value = decodeGoJson(body, true)
  if (value === null) return 'null'
  if (!(value instanceof Map)) throw new GoJsonError('no object')
  const object = value as GoObject
  const query = memberOf(object, 'query') ?? ''
  const operationName = memberOf(object, 'operationName') ?? ''
  if (typeof query !== 'string' || typeof operationName !== 'string') throw new GoJsonError('no text')
  return { query, variables: variablesIn(plain(memberOf(object, 'variables') ?? null)), operationName: operationName === '' ? undefined : operationName }
}

function variablesIn(value: JsonValue): JsonObject {
  if (value === null) return {}
  if (!isJsonObject(value)) throw new GoJsonError('variables are an object')
  return value
}

function plain(value: GoValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly GoValue[]).map(plain)
  if (value instanceof Map) return Object.fromEntries([...(value as GoObject)].map(([name, each]) => [name, plain(each)]))
  return value as JsonValue
}

function answerType(accept: string | null): string {
  return accept === null || /\*\/\*|application\/json/.test(accept) ? 'application/json' : 'application/graphql-response+json'
}

const unsupported: Answer = {
  status: 400,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body: encodeUtf8('{"errors":[{"message":"transport not supported"}],"data":null}'),
}

function json(status: number, type: string, value: unknown): Answer {
  return { status, headers: [['Content-Type', type]], body: encodeUtf8(encodeGoJson(value)) }
}

