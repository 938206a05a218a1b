import { encodeUtf8, isWellFormed } from '../bytes/utf8.ts'
import { CilockError } from '../error.ts'
import { compareUtf8 } from './order.ts'
import { childPointer, showPointer } from './pointer.ts'
import { JsonNumber } from './value.ts'
import type { OwnBytes } from '../bytes/own-bytes.ts'

/** How JSON is written. */
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
  const { maxDepth = 1_000 } = options
  if (!Number.isInteger(maxDepth) || maxDepth < 0) throw new TypeError('maxDepth must be a number of levels')
  return new Writer(maxDepth).write(value)
}

/** The bytes of {@link stringifyJson}: UTF-8, without a newline at the end. */
export function encodeJson(value: unknown, options: StringifyJsonOptions = {}): OwnBytes {
  return encodeUtf8(stringifyJson(value, options))
}

/** Text in which nothing has to be escaped, such as base64, and in which nobody looks for it: most of an envelope is such text. */
export class PlainText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const special = /[\u0000-\u001f"\\<>&\u2028\u2029\ud800-\udfff]/ // oxlint-disable-line no-control-regex
const escapedByGo: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

interface Frame {
  readonly container: readonly unknown[] | Readonly<Record<string, unknown>>
  /** The keys in the order of writing; undefined for an array. */
  readonly keys: readonly string[] | undefined
  /** How many members have been taken up. */
  taken: number
  isEmpty: boolean
}

/** Keeps its own stack: evidence may nest deeper than the engine's allows. */
class Writer {
  readonly #maxDepth: number
  readonly #frames: Frame[] = []
  #text = ''

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth
  }

  write(value: unknown): string {
    this.#begin(value)
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (frame.keys === undefined) this.#nextItem(frame)
      else this.#nextMember(frame, frame.keys)
    }
    return this.#text
  }

  #nextItem(frame: Frame): void {
    const items = frame.container as readonly unknown[]
    if (frame.taken === items.length) return this.#end(']')
    if (frame.taken > 0) this.#text += ','
    this.#begin(items[frame.taken++])
  }

  #nextMember(frame: Frame, keys: readonly string[]): void {
    const members = frame.container as Readonly<Record<string, unknown>>
    const key = keys[frame.taken++]
    if (key === undefined) return this.#end('}')
    const member = members[key]
    if (member === undefined) return
    if (!frame.isEmpty) this.#text += ','
    frame.isEmpty = false
    this.#string(key)
    this.#text += ':'
    this.#begin(member)
  }

  #end(bracket: string): void {
    this.#text += bracket
    this.#frames.pop()
  }

  /** Writes a scalar, or the bracket of an array or object whose members come next. */
  #begin(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.#string(value)
      case 'number':
        if (!Number.isFinite(value)) return this.#refuse(String(value))
        this.#text += Object.is(value, -0) ? '-0' : String(value)
        return
      case 'boolean':
      case 'bigint':
        this.#text += String(value)
        return
      case 'object':
        if (value === null) this.#text += 'null'
        else if (JsonNumber.is(value)) this.#text += value.text
        else if (value instanceof PlainText) this.#text += `"${value.text}"`
        else this.#open(value)
        return
      default:
        return this.#refuse(`a ${typeof value}`)
    }
  }

  #open(value: object): void {
    if (this.#frames.length >= this.#maxDepth) {
      throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${this.#maxDepth} levels of nesting (maxDepth), found more at ${this.#place()}`)
    }
    if (Array.isArray(value)) {
      this.#text += '['
      this.#frames.push({ container: value as readonly unknown[], keys: undefined, taken: 0, isEmpty: true })
      return
    }
    if (!isPlain(value)) return this.#refuse('an instance of a class')
    const keys = Object.keys(value)
    // indices come first in JavaScript, whatever the order of insertion
    if (keys[0] !== undefined && isIndex(keys[0])) keys.sort(compareUtf8)
    this.#text += '{'
    this.#frames.push({ container: value as Readonly<Record<string, unknown>>, keys, taken: 0, isEmpty: true })
  }

  #string(value: string): void {
    if (!special.test(value)) {
      this.#text += `"${value}"`
      return
    }
    if (!isWellFormed(value)) throw new CilockError('ERR_MALFORMED', `expected Unicode text, found a lone surrogate at ${this.#place()}`)
    this.#text += JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (char) => escapedByGo[char] ?? char)
  }

  #place(): string {
    return showPointer(this.#frames.reduce((pointer, { keys, taken }) => childPointer(pointer, keys?.[taken - 1] ?? taken - 1), ''))
  }

  #refuse(found: string): never {
    throw new TypeError(`expected a JSON value, found ${found} at ${this.#place()}`)
  }
}

/** An object literal or one without a prototype, of this realm or another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
}

function isIndex(key: string): boolean {
  return /^(?:0|[1-9][0-9]{0,9})$/.test(key) && Number(key) < 0xffff_ffff
}
