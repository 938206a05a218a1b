import { decodeUtf8, isWellFormed } from '../bytes/utf8.ts'
import { CilockError } from '../error.ts'
import { restoreNumbers } from './exact-numbers.ts'
import { findFault } from './fault.ts'
import { scanJson } from './scan.ts'
import type { JsonValue } from './value.ts'

/** Go's own limit; a higher one would let in what Go refuses. */
const greatestDepth = 10_000

/** Bounds on a JSON text. */
export interface ParseJsonOptions {
  /** How deep arrays and objects may nest, at most 10,000. Default: 1,000. */
  readonly maxDepth?: number
  /** How many bytes (of UTF-8, also for a string) the text may have. Default: 256 MiB. */
  readonly maxBytes?: number
}

/**
 * Reads JSON strictly: what two parsers could understand in two ways is refused, namely duplicate keys, invalid UTF-8,
 * lone surrogates (raw or escaped), a byte order mark and anything after the value. A number whose text is what
 * JavaScript prints for it is a `number`, any other a {@link JsonNumber}. Keys that differ only by case are fine here:
 * whether Go would fold them is known to the schema of a struct.
 *
 * Objects are plain and keep the order of their keys, except that JavaScript moves keys that look like array indices to
 * the front.
 *
 * @example
 * ```ts
 * parseJson('{"size":1.0,"name":"a"}') // { size: JsonNumber { text: '1.0' }, name: 'a' }
 * ```
 * @throws CilockError `ERR_MALFORMED` with offset and JSON pointer, `ERR_LIMIT_EXCEEDED` past a limit.
 */
export function parseJson(input: Uint8Array | string, options: ParseJsonOptions = {}): JsonValue {
  const { maxDepth = 1_000, maxBytes = 256 * 1024 * 1024 } = options
  if (!Number.isInteger(maxDepth) || maxDepth < 0 || maxDepth > greatestDepth) throw new TypeError(`maxDepth must be an integer from 0 to ${greatestDepth}`)
  if (Number.isNaN(maxBytes) || maxBytes < 0) throw new TypeError('maxBytes must be a number of bytes')
  if (!(input instanceof Uint8Array) && typeof input !== 'string') throw new TypeError('parseJson needs bytes or a string')
  checkSize(input, maxBytes)
  const text = typeof input === 'string' ? input : decodeUtf8(input)
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    // the engine's message quotes the text, which may hold a secret: ours says where and what
    throw findFault(text, maxDepth) ?? new CilockError('ERR_LIMIT_EXCEEDED', `JSON of ${text.length} characters is too much for this platform`)
  }
  // Valid JSON by now. What `JSON.parse` lets pass shows in one scan of the text; the exact search runs only on suspicion.
  const { members, depth, exactNumbers } = scanJson(text)
  const suspect = depth > maxDepth || mayHoldLoneSurrogate(text, typeof input === 'string') || isPrototypePolluted() || countMembers(value) !== members
  if (suspect) {
    const fault = findFault(text, maxDepth)
    if (fault !== undefined) throw fault
  }
  return exactNumbers ? restoreNumbers(text, value) : value
}

function checkSize(input: Uint8Array | string, maxBytes: number): void {
  // a UTF-16 unit takes one to three bytes
  const certain = typeof input === 'string' ? input.length * 3 <= maxBytes : input.length <= maxBytes
  if (certain) return
  const length = typeof input === 'string' && input.length <= maxBytes ? utf8Length(input) : input.length
  if (length > maxBytes) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes of JSON (maxBytes), found ${typeof input === 'string' ? 'a longer text' : length}`)
}

function utf8Length(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    // each half of a surrogate pair counts two of the four bytes
    if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) length += 2
    else if (unit >= 0x80) length++
  }
  return length
}

/**
 * An escaped surrogate without its other half, or one whose backslash may itself be escaped (`\\ud83d` is no escape,
 * and would pair wrongly with one that follows). Without a hit every escape is one, and every half has the other.
 */
const loneSurrogateEscape =
  /\\\\u[dD][89a-fA-F]|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]/

function mayHoldLoneSurrogate(text: string, isUnchecked: boolean): boolean {
  if (isUnchecked && !isWellFormed(text)) return true
  return text.includes('\\u') && loneSurrogateEscape.test(text)
}

/** Members that the parsed value has: fewer than were written when a key came twice. */
function countMembers(root: JsonValue): number {
  let count = 0
  const open: (JsonValue | undefined)[] = [root]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const child of value as readonly JsonValue[]) if (typeof child === 'object' && child !== null) open.push(child)
      continue
    }
    // faster than Object.values by a third; what a polluted prototype would add is asked for once, beforehand
    const members = value as Record<string, JsonValue>
    for (const key in members) {
      count++
      const child = members[key]
      if (typeof child === 'object' && child !== null) open.push(child)
    }
  }
  return count
}

/** Whether every object has members that nobody gave it. */
function isPrototypePolluted(): boolean {
  return Object.keys(Object.prototype).length > 0
}
