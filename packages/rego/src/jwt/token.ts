import { builtinError } from '../builtins/operands.ts'
import { decodeBase64 } from '../encoding/base64-bytes.ts'
import { RegoError } from '../errors.ts'
import { rethrowExhaustion } from '../guarded.ts'
import { parseJson } from '../value/json.ts'
import { objectEntries, objectGet } from '../value/members.ts'
import { isObject, isPlainObject, type JsonObject, type Value } from '../value/value.ts'

/** The three parts of a token in compact serialization, still encoded. */
export interface CompactToken {
  readonly header: string
  readonly payload: string
  readonly signature: string
}

/** Splits `header.payload.signature`. */
export function splitToken(text: string): CompactToken {
  const parts = text.split('.')
  const [header = '', payload = '', signature = ''] = parts
  if (parts.length === 1) throw builtinError('encoded JWT had no period separators')
  if (parts.length !== 3) throw builtinError(`encoded JWT must have 3 sections, found ${parts.length}`)
  return { header, payload, signature }
}

/** Base64url with or without padding; an error's text begins with `what`. */
export function decodePart(part: string, what = ''): Uint8Array {
  const missing = part.endsWith('=') ? 0 : (4 - (part.length % 4)) % 4
  if (missing === 3) throw builtinError(`${what}illegal base64url string: ${part}`)
  const bytes = decodeBase64(part + '='.repeat(missing), { alphabet: 'url' })
  if (typeof bytes === 'number') throw builtinError(`${what}illegal base64 data at input byte ${bytes}`)
  return bytes
}

export function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** The JSON object in a text; the last of several equal keys wins, as in Go. */
export function readJsonObject(text: string): JsonObject {
  let value: Value
  try {
    value = parseJson(text)
  } catch (error) {
    rethrowExhaustion(error)
    throw builtinError(`invalid JSON: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
  if (!isObject(value) || !isPlainObject(value)) throw builtinError('decoded JSON type was not an Object')
  return value
}

/** The decoded header; encrypted tokens are refused. */
export function readHeader(token: CompactToken): JsonObject {
  const text = utf8(decodePart(token.header, 'JWT header had invalid encoding: '))
  let header: JsonObject
  try {
    header = readJsonObject(text)
  } catch (error) {
    if (RegoError.is(error)) throw error
    throw builtinError(`bad JWT header: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
  if (objectGet(header, 'enc') !== undefined) throw builtinError('JWT is a JWE object, which is not supported')
  return header
}

export function readPayload(token: CompactToken): string {
  return utf8(decodePart(token.payload, 'JWT payload had invalid encoding: '))
}

/** The header parameters that verification looks at. */
export interface HeaderParameters {
  readonly alg: string
  readonly kid: string
  readonly cty: string
  /** False for a header that must not be accepted: without `alg`, or with a critical parameter nobody here knows. */
  readonly acceptable: boolean
}

const known: ReadonlySet<string> = new Set(['alg', 'kid', 'typ', 'cty', 'crit'])

export function headerParameters(header: JsonObject): HeaderParameters {
  const texts: Record<string, string> = {}
  const critical = new Set<string>()
  for (const [name, value] of objectEntries(header)) {
    if (typeof name !== 'string' || !known.has(name)) continue
    if (name === 'crit') {
      for (const parameter of criticalParameters(value)) critical.add(parameter)
    } else if (typeof value === 'string') texts[name] = value
    else throw builtinError(`${name}: must be a string`)
  }
  const { alg = '', kid = '', cty = '' } = texts
  const understood = Object.keys(header).every((name) => known.has(name) || !critical.has(name))
  return { alg, kid, cty, acceptable: alg !== '' && understood }
}

/** OPA stops at the first that is no text, but keeps those before it. */
function criticalParameters(value: Value): readonly string[] {
  if (!Array.isArray(value)) throw builtinError('crit: must be a list')
  const list = value as readonly Value[]
  const end = list.findIndex((name) => typeof name !== 'string')
  const names = list.slice(0, end === -1 ? list.length : end).filter((name) => typeof name === 'string')
  if (names.length === 0) throw builtinError('crit: must be a nonempty list')
  return names
}
