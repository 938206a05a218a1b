import { foldOrbit } from '../unicode/case.ts'

/** A piece of a character class: ranges as flat [lo, hi, lo, hi, …] pairs, or a Unicode property. */
export interface CharSetItem {
  readonly ranges?: readonly number[]
  readonly property?: RegExp
  readonly negated?: boolean
}

/** A set of code points that one step of a match may consume. */
export interface CharSet {
  /** The only member, or -1. */
  readonly single: number
  readonly has: (codePoint: number) => boolean
}

const inRanges = (ranges: readonly number[], codePoint: number): boolean => {
  for (let i = 0; i < ranges.length; i += 2) {
    if (codePoint >= (ranges[i] ?? 0) && codePoint <= (ranges[i + 1] ?? 0)) return true
  }
  return false
}

const holds = (item: CharSetItem, codePoint: number): boolean =>
  item.ranges !== undefined ? inRanges(item.ranges, codePoint) : item.property?.test(String.fromCodePoint(codePoint)) === true

/**
 * The union of the items, or its complement. With `fold`, an item holds a letter when it holds any letter that differs
 * from it by case only; complements are taken after that, as Go does.
 */
export function charSet(items: readonly CharSetItem[], negated: boolean, fold: boolean): CharSet {
  const itemHas = (item: CharSetItem, codePoint: number): boolean =>
    (fold ? foldOrbit(codePoint).some((other) => holds(item, other)) : holds(item, codePoint)) !== (item.negated === true)
  return { single: -1, has: (codePoint) => items.some((item) => itemHas(item, codePoint)) !== negated }
}

/** The set of one letter: with `fold`, of all that differ from it by case only. */
export function literal(codePoint: number, fold: boolean): CharSet {
  const members = fold ? foldOrbit(codePoint) : [codePoint]
  return members.length > 1
    ? { single: -1, has: (other) => members.includes(other) }
    : { single: codePoint, has: (other) => other === codePoint }
}

export const anyChar: CharSet = { single: -1, has: () => true }
export const anyCharNotNewline: CharSet = { single: -1, has: (codePoint) => codePoint !== 0x0a }
export const newline: CharSet = literal(0x0a, false)
export const isWord = (codePoint: number): boolean =>
  (codePoint >= 0x61 && codePoint <= 0x7a) || (codePoint >= 0x41 && codePoint <= 0x5a) || (codePoint >= 0x30 && codePoint <= 0x39) || codePoint === 0x5f
export const word: CharSet = { single: -1, has: isWord }
