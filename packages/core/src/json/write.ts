import { encodeUtf8, isWellFormed } from '../bytes/utf8.ts'
import { CilockError } from '../error.ts'
import { compareUtf8 } from './order.ts'
import { childPointer, showPointer } from './pointer.ts'
import { JsonNumber } from './value.ts'

export interface StringifyJsonOptions {
  /** How deep arrays and objects may nest. Default: 1,000, what {@link parseJson} reads. */
  readonly maxDepth?: number
}

/**
 * Writes a value as Go's `encoding/json` would: compact, `<`, `>`, `&`, U+2028 and U+2029 escaped, `-0` kept, the text of
 * a {@link JsonNumber} as it stands. Keys come in the order of the object, members that are `undefined` are left out, a
 * `bigint` is written as an integer. JavaScript cannot keep the order of keys that look like array indices (`"10"`), so
 * an object that has one is written like a Go map, with all its keys sorted by their bytes.
 *
 * @throws CilockError `ERR_MALFORMED` on a lone surrogate, `ERR_LIMIT_EXCEEDED` on deep (or circular) nesting.
 * @throws TypeError on what is no JSON: NaN, functions, dates, byte arrays, instances of classes.
 */
export function stringifyJson(value: unknown, options: StringifyJsonOptions = {}): string {
  return write(value, '', options.maxDepth ?? 1_000)
}

/** The bytes of {@link stringifyJson}: UTF-8, without a newline at the end. */
export function encodeJson(value: unknown, options: StringifyJsonOptions = {}): Uint8Array<ArrayBuffer> {
  return encodeUtf8(stringifyJson(value, options))
}

/** `room` is how many levels may still be opened. Errors gain their pointer on the way out. */
function write(value: unknown, pointer: string, room: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, pointer)
    case 'number':
      return writeNumber(value, pointer)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      return value.toString()
    case 'object':
      if (value === null) return 'null'
      if (JsonNumber.is(value)) return value.text
      if (room <= 0) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected JSON of limited nesting (maxDepth), found more at ${showPointer(pointer)}`)
      return Array.isArray(value) ? writeArray(value, pointer, room - 1) : writeObject(value, pointer, room - 1)
    default:
      return refuse(`a ${typeof value}`, pointer)
  }
}

function writeArray(values: readonly unknown[], pointer: string, room: number): string {
  let text = '['
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ','
    text += write(values[index], childPointer(pointer, index), room)
  }
  return `${text}]`
}

function writeObject(value: object, pointer: string, room: number): string {
  if (!isPlain(value)) return refuse('an instance of a class', pointer)
  const members = value as Readonly<Record<string, unknown>>
  const keys = Object.keys(members)
  // indices come first in JavaScript, whatever the order of insertion
  if (keys[0] !== undefined && isIndex(keys[0])) keys.sort(compareUtf8)
  let text = '{'
  for (const key of keys) {
    const member = members[key]
    if (member === undefined) continue
    if (text.length > 1) text += ','
    const at = childPointer(pointer, key)
    text += `${writeString(key, at)}:${write(member, at, room)}`
  }
  return `${text}}`
}

/** An object literal or one without a prototype, of this realm or another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
}

function isIndex(key: string): boolean {
  return /^(?:0|[1-9][0-9]{0,9})$/.test(key) && Number(key) < 0xffff_ffff
}

function writeNumber(value: number, pointer: string): string {
  if (!Number.isFinite(value)) return refuse(String(value), pointer)
  return Object.is(value, -0) ? '-0' : String(value)
}

const special = /[\u0000-\u001f"\\<>&\u2028\u2029\ud800-\udfff]/ // oxlint-disable-line no-control-regex
const escapedByGo: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

function writeString(value: string, pointer: string): string {
  if (!special.test(value)) return `"${value}"`
  if (!isWellFormed(value)) throw new CilockError('ERR_MALFORMED', `expected Unicode text, found a lone surrogate at ${showPointer(pointer)}`)
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (char) => escapedByGo[char] ?? char)
}

function refuse(found: string, pointer: string): never {
  throw new TypeError(`expected a JSON value, found ${found} at ${showPointer(pointer)}`)
}
