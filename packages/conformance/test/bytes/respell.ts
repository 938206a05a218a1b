import { isJsonObject, JsonNumber } from '@cilock/core'
import type { JsonValue } from '@cilock/core'

/** Numbers from 0 to below 1 that follow from a seed. */
export type Random = () => number

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How a number is written, by the text that Go wrote. */
export type NumberSpelling = (text: string, random: Random) => string

export const asWritten: NumberSpelling = (text) => text

/** The same value as a float: `1` becomes `1.0`, `10e-1`, `0.1E+1`. */
export const asFloat: NumberSpelling = (text, random) => {
  if (!/^-?\d+$/.test(text)) return /^-?\d+\.\d+$/.test(text) ? `${text}0` : text
  const digits = text.replace('-', '')
  if (digits === '0') return `${text}.0`
  return pick([`${text}.0`, `${text}0e-1`, `${text}.00E+0`, `${text === digits ? '' : '-'}0.${digits}e${digits.length}`], random)
}

export interface RespellOptions {
  readonly number?: NumberSpelling
  /** The order of an object's members. Default: any. */
  readonly order?: <T>(members: readonly T[], random: Random) => readonly T[]
}

/** The same JSON in another text: other white space, other escapes, keys in another order. */
export function respell(value: JsonValue, random: Random, { number = asWritten, order = shuffled }: RespellOptions = {}): string {
  const space = (): string => pick(['', '', ' ', '\n', '\t', '\r\n  '], random)
  const write = (json: JsonValue): string => {
    if (typeof json === 'string') return respellText(json, random)
    if (typeof json === 'number') return number(Object.is(json, -0) ? '-0' : String(json), random)
    if (JsonNumber.is(json)) return number(json.text, random)
    if (Array.isArray(json)) return `[${space()}${(json as readonly JsonValue[]).map(write).join(`${space()},${space()}`)}${space()}]`
    if (typeof json === 'boolean' || json === null) return String(json)
    if (!isJsonObject(json)) throw new TypeError('expected JSON')
    const members = Object.entries(json as Readonly<Record<string, JsonValue>>).map(([key, member]) => `${respellText(key, random)}${space()}:${space()}${write(member)}`)
    return `{${space()}${order(members, random).join(`${space()},${space()}`)}${space()}}`
  }
  return space() + write(value) + space()
}

const short: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '/': '\\/', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function respellText(text: string, random: Random): string {
  // by UTF-16 units: half of a pair may be escaped only together with the other, or both stand as they are
  const characters = Array.from(text, (character) => {
    const escape = short[character]
    const must = character < ' ' || character === '"' || character === '\\'
    if (!must && random() > 0.15) return character
    if (escape !== undefined && random() < 0.5) return escape
    return Array.from({ length: character.length }, (_, unit) => {
      const hex = character.charCodeAt(unit).toString(16).padStart(4, '0')
      return `\\u${random() < 0.5 ? hex : hex.toUpperCase()}`
    }).join('')
  })
  return `"${characters.join('')}"`
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items.map((item) => [random(), item] as const).toSorted(([a], [b]) => a - b).map(([, item]) => item)
}

function pick<T>(items: readonly [T, ...T[]], random: Random): T {
  return items[Math.floor(random() * items.length)] ?? items[0]
}
