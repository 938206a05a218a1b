import { ScalarType, type DescField, type DescMessage, type JsonValue, type Registry } from '@bufbuild/protobuf'
import { InTotoError } from '../error.ts'
import { exactNumber, isNumberText } from './exact-number.ts'
import { integerWithin } from './integer.ts'
import { childPath } from './pointer.ts'
import { isObject, refuse } from './refuse.ts'
import { spelledAsMessage } from './spellings.ts'
import { timestampOf } from './timestamp.ts'

/** How a walk over JSON is done. */
export interface Reading {
  readonly registry: Registry
  readonly refuseUnknown: boolean
}

/** As deep as protobuf's own readers go, so that what is read can be written in binary and read again. */
const maxDepth = 100

/**
 * Checks JSON against a message and gives it in the form that protobuf reads without complaint. protobuf's own reader
 * says which field is wrong but not where it stands, so everything that can be wrong is found here.
 */
export function normaliseMessage(desc: DescMessage, value: unknown, path: string, reading: Reading, depth: number = 1): JsonValue {
  checkDepth(depth, path)
  switch (desc.typeName) {
    case 'google.protobuf.Struct':
      return structOf(value, path, depth)
    case 'google.protobuf.Timestamp':
      return timestampOf(value, path)
    case 'google.protobuf.Any':
      return anyOf(value, path, reading, depth)
    default:
      return Object.fromEntries(membersOf(desc, value, path, reading, depth))
  }
}

function membersOf(desc: DescMessage, value: unknown, path: string, reading: Reading, depth: number): [string, JsonValue][] {
  const given = spelledAsMessage(desc.typeName, isObject(value) ? value : refuse('an object', value, path), path)
  const members = new Map<string, JsonValue>()
  for (const [key, member] of Object.entries(given)) {
    const field = desc.fields.find(({ jsonName, name }) => jsonName === key || name === key)
    const at = childPath(path, key)
    if (field === undefined) {
      if (reading.refuseUnknown) throw new InTotoError('ERR_MALFORMED', `expected a key of ${desc.name}, found another`, at)
      continue
    }
    if (members.has(field.jsonName)) throw new InTotoError('ERR_MALFORMED', `expected '${field.jsonName}' once, found it in two spellings`, at)
    // protobuf reads null as not given
    if (member !== null && member !== undefined) members.set(field.jsonName, fieldOf(field, member, at, reading, depth))
  }
  return [...members]
}

function fieldOf(field: DescField, value: unknown, path: string, reading: Reading, depth: number): JsonValue {
  switch (field.fieldKind) {
    case 'list':
      if (!Array.isArray(value)) return refuse('an array', value, path)
      return value.map((item: unknown, index) => singleOf(field, item, childPath(path, index), reading, depth))
    case 'map': {
      if (!isObject(value)) return refuse('an object', value, path)
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [wellFormed(key, childPath(path, key)), singleOf(field, item, childPath(path, key), reading, depth)]),
      )
    }
    case 'scalar':
    case 'enum':
    case 'message':
      return singleOf(field, value, path, reading, depth)
  }
}

function singleOf(field: DescField, value: unknown, path: string, reading: Reading, depth: number): JsonValue {
  if (field.message !== undefined) return normaliseMessage(field.message, value, path, reading, depth + 1)
  switch (field.scalar) {
    case ScalarType.STRING:
      return typeof value === 'string' ? wellFormed(value, path) : refuse('a string', value, path)
    case ScalarType.BOOL:
      return typeof value === 'boolean' ? value : refuse('true or false', value, path)
    case ScalarType.BYTES:
      return typeof value === 'string' && isBase64(value) ? value : refuse('base64 text', value, path)
    case ScalarType.INT32:
      return Number(integerWithin(value, -(2n ** 31n), 2n ** 31n - 1n, path))
    case ScalarType.UINT64:
      return String(integerWithin(value, 0n, 2n ** 64n - 1n, path))
    default:
      throw new TypeError(`${field.toString()} is of a kind that no published message has`)
  }
}

/** Free JSON inside of a message: numbers become doubles, so those that would change are refused. */
function structOf(value: unknown, path: string, depth: number): JsonValue {
  return isObject(value) ? freeJson(value, path, depth) : refuse('an object', value, path)
}

function freeJson(value: unknown, path: string, depth: number): JsonValue {
  checkDepth(depth, path)
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return wellFormed(value, path)
  if (typeof value === 'number' || typeof value === 'bigint' || isNumberText(value)) return exactNumber(value, path)
  // a Struct or ListValue stands in a Value, which counts too
  if (Array.isArray(value)) return value.map((item: unknown, index) => freeJson(item, childPath(path, index), depth + 2))
  if (!isObject(value)) return refuse('JSON', value, path)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const at = childPath(path, key)
      return item === undefined ? [] : [[wellFormed(key, at), freeJson(item, at, depth + 2)]]
    }),
  )
}

/** A message of any type that is known here, with its type beside its members. */
function anyOf(value: unknown, path: string, reading: Reading, depth: number): JsonValue {
  if (!isObject(value)) return refuse('an object', value, path)
  const { '@type': url, ...members } = value
  const at = childPath(path, '@type')
  if (typeof url !== 'string') return refuse('a type URL', url, at)
  const desc = reading.registry.getMessage(url.slice(url.lastIndexOf('/') + 1))
  if (desc === undefined || !url.includes('/')) throw new InTotoError('ERR_MALFORMED', 'expected the type URL of a known message, found another', at)
  if (desc.typeName.startsWith('google.protobuf.')) {
    return { '@type': url, value: normaliseMessage(desc, members['value'], childPath(path, 'value'), reading, depth + 1) }
  }
  return { '@type': url, ...Object.fromEntries(membersOf(desc, members, path, reading, depth + 1)) }
}

function isBase64(text: string): boolean {
  const [, digits = '', padding = ''] = /^([A-Za-z0-9+/]*|[A-Za-z0-9_-]*)(={0,2})$/.exec(text) ?? []
  if (text.length !== digits.length + padding.length || digits.length % 4 === 1) return false
  return padding === '' || (digits.length + padding.length) % 4 === 0
}

/** Protobuf has no lone surrogates. */
function wellFormed(text: string, path: string): string {
  return /\p{Surrogate}/u.test(text) ? refuse('text without lone surrogates', text, path) : text
}

function checkDepth(depth: number, path: string): void {
  if (depth > maxDepth) throw new InTotoError('ERR_LIMIT_EXCEEDED', `expected messages nested at most ${maxDepth} deep, found more`, path)
}
