import { RegoError } from '../errors.ts'
import { guarded } from '../guarded.ts'
import { noteHeight } from './checked.ts'
import { RegoNumber } from './number.ts'
import { wellFormed } from './strings.ts'
import type { Value } from './value.ts'

export interface JsonOptions {
  /** How deep arrays and objects may be nested. */
  readonly maxDepth?: number
}

/** Go's decoder stops at ten thousand; a JavaScript stack is smaller. */
const defaultDepth = 2000

/**
 * Reads JSON and keeps each number's text where JavaScript would print another. The last of several equal keys wins,
 * as in Go.
 *
 * @throws RegoError `ERR_MALFORMED_JSON` where the text is no JSON, `ERR_LIMIT_DEPTH` where it is nested too deeply.
 */
export function parseJson(text: string, options: JsonOptions = {}): Value {
  const maxDepth = options.maxDepth ?? defaultDepth
  const value = guarded(() => readJson(text, maxDepth))
  noteHeight(value, maxDepth)
  return value
}

function readJson(text: string, maxDepth: number): Value {
  let at = 0

  // The reasons are worded as Go's decoder words them, since policies and their tests quote them.
  const fail = (context: string): never => {
    const char = at < text.length ? String.fromCodePoint(text.codePointAt(at) ?? 0) : ''
    const reason = char === '' ? (blank ? 'EOF' : 'unexpected EOF') : `invalid character ${quoteChar(char)} ${context}`
    throw new RegoError('ERR_MALFORMED_JSON', `malformed JSON at offset ${at}: ${reason}`)
  }
  const blank = text.trim() === ''

  const skip = (): void => {
    for (;;) {
      const code = text.charCodeAt(at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      at++
    }
  }

  const value = (depth: number): Value => {
    skip()
    const code = text.charCodeAt(at)
    if (code === 34) return string()
    if (code === 123) return object(depth)
    if (code === 91) return array(depth)
    if (code === 45 || (code >= 48 && code <= 57)) return number()
    if (text.startsWith('true', at)) return literal(4, true)
    if (text.startsWith('false', at)) return literal(5, false)
    if (text.startsWith('null', at)) return literal(4, null)
    return misspelt() ?? fail('looking for beginning of value')
  }

  /** A word that begins as `true`, `false` or `null` do, and goes on otherwise. */
  const misspelt = (): undefined => {
    const word = ['true', 'false', 'null'].find((name) => name.startsWith(text[at] ?? ' '))
    if (word === undefined) return undefined
    let matched = 1
    while (text[at + matched] === word[matched]) matched++
    at += matched
    return fail(`in literal ${word} (expecting ${quoteChar(word[matched] ?? '')})`)
  }

  const literal = <T>(length: number, result: T): T => {
    at += length
    return result
  }

  const deeper = (depth: number): number => {
    if (depth >= maxDepth) throw new RegoError('ERR_LIMIT_DEPTH', `JSON is nested deeper than ${maxDepth} levels`)
    return depth + 1
  }

  const object = (depth: number): Value => {
    const inner = deeper(depth)
    const result: Record<string, Value> = {}
    at++
    skip()
    if (text.charCodeAt(at) === 125) return literal(1, result)
    for (;;) {
      skip()
      if (text.charCodeAt(at) !== 34) fail('looking for beginning of object key string')
      const key = string()
      skip()
      if (text.charCodeAt(at) !== 58) fail('after object key')
      at++
      const member = value(inner)
      if (key === '__proto__') Object.defineProperty(result, key, { value: member, enumerable: true, configurable: true, writable: true })
      else result[key] = member
      skip()
      const code = text.charCodeAt(at)
      if (code === 125) return literal(1, result)
      if (code !== 44) fail('after object key:value pair')
      at++
    }
  }

  const array = (depth: number): Value => {
    const inner = deeper(depth)
    const result: Value[] = []
    at++
    skip()
    if (text.charCodeAt(at) === 93) return literal(1, result)
    for (;;) {
      result.push(value(inner))
      skip()
      const code = text.charCodeAt(at)
      if (code === 93) return literal(1, result)
      if (code !== 44) fail('after array element')
      at++
    }
  }

  const string = (): string => {
    const start = ++at
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 34) return text.slice(start, at++)
      if (code === 92 || (code >= 0xd800 && code <= 0xdfff)) return escaped(start)
      if (code < 32 || at >= text.length) fail('in string literal')
      at++
    }
  }

  const escaped = (start: number): string => {
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 34) break
      if (code < 32 || at >= text.length) fail('in string literal')
      if (code === 92) {
        at++
        if (text[at] === 'u') {
          if (!/^[\da-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) fail('in \\u hexadecimal character escape')
          at += 4
        } else if (!'"\\/bfnrt'.includes(text[at] ?? ' ')) fail('in string escape code')
      }
      at++
    }
    return wellFormed(JSON.parse(text.slice(start - 1, ++at)) as string)
  }

  const number = (): Value => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? fail('in numeric literal')
    at += found.length
    const double = Number(found)
    return String(double) === found ? double : new RegoNumber(found)
  }

  const result = value(0)
  skip()
  if (at < text.length) fail('looking for beginning of value')
  return result
}

/** A character as Go's decoder shows it. */
function quoteChar(char: string): string {
  if (char === "'") return `'\\''`
  return char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`
}

const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
