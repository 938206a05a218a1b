import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import type { GoArgument } from '../gofmt/argument.ts'
import { isPrintable } from '../gofmt/quote.ts'
import { sprintf } from '../gofmt/sprintf.ts'
import { escapeQuery } from '../url/query.ts'
import { quote } from '../value/format.ts'
import { compareStrings } from '../value/strings.ts'
import { display, type GoValue, isList, isMap, isTrue, JsonNumber, stringOf, typeOf } from './value.ts'

type Fail = (message: string) => Error

interface TemplateFunction {
  readonly least: number
  /** Absent: any number of arguments. */
  readonly most?: number
  readonly call: (args: readonly GoValue[], fail: Fail, check: (length: number) => void) => GoValue
}

function toArgument(value: GoValue): GoArgument {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'bigint') return { type: 'int', value }
  if (typeof value === 'number') return { type: 'float64', value }
  if (typeof value === 'boolean') return { type: 'bool', value }
  if (value instanceof JsonNumber) return { type: 'json.Number', value: value.text }
  const type = isList(value) ? '[]interface {}' : value === undefined || value === null ? 'nil' : 'map[string]interface {}'
  return { type, value: display(value), composite: true }
}

/** Go's `fmt.Sprint`: a space between operands where neither is a string. */
function print(args: readonly GoValue[]): string {
  let out = ''
  for (const [i, value] of args.entries()) {
    const before = args[i - 1]
    if (i > 0 && typeof value !== 'string' && typeof before !== 'string' && !(value instanceof JsonNumber) && !(before instanceof JsonNumber)) out += ' '
    out += value === undefined || value === null ? '<no value>' : display(value)
  }
  return out
}

const htmlEscapes: Readonly<Record<string, string>> = { '\0': '\ufffd', '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const jsEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"', '<': '\\u003C', '>': '\\u003E', '&': '\\u0026', '=': '\\u003D' }

function escapeJs(text: string): string {
  let out = ''
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    const known = Object.hasOwn(jsEscapes, char) ? jsEscapes[char] : undefined
    out += known ?? (code < 0x20 || (code >= 0x80 && !isPrintable(char)) ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : char)
  }
  return out
}

/** An index into something with `limit` places. */
function indexOf(value: GoValue, limit: number, fail: Fail): number {
  if (value === undefined || value === null) throw fail('cannot index slice/array with nil')
  if (typeof value !== 'bigint') throw fail(`cannot index slice/array with type ${typeOf(value)}`)
  if (value < 0n || value > BigInt(limit)) throw fail(`index out of range: ${value}`)
  return Number(value)
}

function index([item, ...keys]: readonly GoValue[], fail: Fail): GoValue {
  if (item === undefined || item === null) throw fail('index of untyped nil')
  let at: GoValue = item
  for (const key of keys) {
    const text: string | undefined = stringOf(at)
    if (at === undefined || at === null) throw fail('index of nil pointer')
    if (text !== undefined) {
      const bytes: Uint8Array = encodeUtf8(text)
      const byte: number | undefined = bytes[indexOf(key, bytes.length, fail)]
      if (byte === undefined) throw fail('reflect: string index out of range')
      at = BigInt(byte)
    } else if (isList(at)) {
      const place: number = indexOf(key, at.length, fail)
      if (place >= at.length) throw fail('reflect: slice index out of range')
      at = at[place] ?? null
    } else if (isMap(at)) {
      if (typeof key !== 'string') throw fail(key === undefined || key === null ? 'value is nil; should be of type string' : `value has type ${typeOf(key)}; should be string`)
      at = at.get(key) ?? null
    } else throw fail(`can't index item of type ${typeOf(at)}`)
  }
  return at
}

function slice([item, ...indexes]: readonly GoValue[], fail: Fail): GoValue {
  if (item === undefined || item === null) throw fail('slice of untyped nil')
  if (indexes.length > 3) throw fail(`too many slice indexes: ${indexes.length}`)
  const text = stringOf(item)
  if (text === undefined && !isList(item)) throw fail(`can't slice item of type ${typeOf(item)}`)
  if (text !== undefined && indexes.length === 3) throw fail('cannot 3-index slice a string')
  const bytes = text === undefined ? undefined : encodeUtf8(text)
  const length = bytes?.length ?? (isList(item) ? item.length : 0)
  const [from = 0, to = length, most] = indexes.map((value) => indexOf(value, length, fail))
  if (from > to) throw fail(`invalid slice index: ${from} > ${to}`)
  if (most !== undefined && to > most) throw fail(`invalid slice index: ${to} > ${most}`)
  return bytes === undefined ? (isList(item) ? item.slice(from, to) : null) : decodeUtf8(bytes.subarray(from, to))
}

function length([item]: readonly GoValue[], fail: Fail): GoValue {
  if (item === undefined || item === null) throw fail('len of nil pointer')
  const text = stringOf(item)
  if (text !== undefined) return BigInt(encodeUtf8(text).length)
  if (isList(item)) return BigInt(item.length)
  if (isMap(item)) return BigInt(item.size)
  throw fail(`len of type ${typeOf(item)}`)
}

const kindOf = (value: GoValue): string => (value instanceof JsonNumber ? 'string' : typeOf(value))
const basic = /^(?:bool|int|float64|string)$/

function equal(a: GoValue, b: GoValue, fail: Fail): boolean {
  const [left, right] = [kindOf(a), kindOf(b)]
  if (left !== right && (basic.test(left) || basic.test(right))) {
    if (left === 'nil' || right === 'nil') return false
    throw fail(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`)
  }
  if (basic.test(left)) return (stringOf(a) ?? a) === (stringOf(b) ?? b)
  if (left === 'nil' || right === 'nil') return left === right
  if (left === right) throw fail(`non-comparable type ${display(b)}: ${typeOf(b)}`)
  throw fail(`non-comparable types ${display(a)}: ${typeOf(a)}, ${typeOf(b)}: ${display(b)}`)
}

function less(a: GoValue, b: GoValue, fail: Fail): boolean {
  const [left, right] = [kindOf(a), kindOf(b)]
  if (!basic.test(left) || !basic.test(right)) throw fail('invalid type for comparison')
  if (left !== right) throw fail(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`)
  const [x, y] = [stringOf(a), stringOf(b)]
  if (x !== undefined && y !== undefined) return compareStrings(x, y) < 0
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b
  if (typeof a === 'number' && typeof b === 'number') return a < b
  throw fail('invalid type for comparison')
}

const comparison = (decide: (a: GoValue, b: GoValue, fail: Fail) => boolean): TemplateFunction => ({
  least: 2,
  most: 2,
  call: ([a, b], fail) => decide(a, b, fail),
})

const escaper = (escape: (text: string) => string): TemplateFunction => ({ least: 0, call: (args) => escape(print(args)) })

/** The functions that every template has, but for `and` and `or`, which do not evaluate all of their arguments. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['not', { least: 1, most: 1, call: ([value]) => !isTrue(value) }],
  ['len', { least: 1, most: 1, call: length }],
  ['index', { least: 1, call: index }],
  ['slice', { least: 1, call: slice }],
  ['print', { least: 0, call: print }],
  ['println', { least: 0, call: (args) => `${args.map((value) => (value === undefined || value === null ? '<no value>' : display(value))).join(' ')}\n` }],
  [
    'printf',
    {
      least: 1,
      call: ([format, ...args], fail, check) => {
        if (typeof format !== 'string') throw fail(`wrong type for value; expected string; got ${typeOf(format)}`)
        return sprintf(format, args.map(toArgument), check)
      },
    },
  ],
  ['html', escaper((text) => text.replaceAll(/[\0"'&<>]/g, (char) => htmlEscapes[char] ?? char))],
  ['js', escaper(escapeJs)],
  ['urlquery', escaper(escapeQuery)],
  [
    'call',
    {
      least: 1,
      call: ([value], fail) => {
        throw fail(value === undefined || value === null ? 'call of nil' : `non-function ${quote(display(value))} of type ${typeOf(value)}`)
      },
    },
  ],
  [
    'eq',
    {
      least: 1,
      call: ([first, ...others], fail) => {
        if (others.length === 0) throw fail('missing argument for comparison')
        return others.some((other) => equal(first, other, fail))
      },
    },
  ],
  ['ne', comparison((a, b, fail) => !equal(a, b, fail))],
  ['lt', comparison(less)],
  ['le', comparison((a, b, fail) => less(a, b, fail) || equal(a, b, fail))],
  ['gt', comparison((a, b, fail) => !less(a, b, fail) && !equal(a, b, fail))],
  ['ge', comparison((a, b, fail) => !less(a, b, fail))],
])

/** The names that a template may call. */
export const functionNames: ReadonlySet<string> = new Set(['and', 'or', ...templateFunctions.keys()])
