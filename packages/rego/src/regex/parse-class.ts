import { type CharSet, type CharSetItem, charSet } from './char-set.ts'
import { asciiClass, unicodeProperty } from './class-names.ts'
import { next, parseEscape, type Scanned } from './parse-escape.ts'
import { RegexSyntaxError } from './syntax-error.ts'

/** A class or an item of one, and the index after it. */
export interface ParsedItem {
  readonly item: CharSetItem
  readonly end: number
}

/** `\d \D \s \S \w \W` at `at`, or undefined. */
function perlClass(pattern: string, at: number): ParsedItem | undefined {
  const letter = pattern[at] === '\\' ? (pattern[at + 1] ?? '') : ''
  if (!/^[dswDSW]$/.test(letter)) return undefined
  return { item: { ranges: asciiClass(letter.toLowerCase()) ?? [], negated: letter < 'a' }, end: at + 2 }
}

/** `\pL`, `\p{Greek}`, `\P{^Greek}` at `at`, or undefined. */
function propertyClass(pattern: string, at: number): ParsedItem | undefined {
  if (pattern[at] !== '\\' || (pattern[at + 1] !== 'p' && pattern[at + 1] !== 'P')) return undefined
  let end = next(pattern, at + 2).end
  let name = pattern.slice(at + 2, end)
  if (name === '{') {
    const close = pattern.indexOf('}', end)
    if (close < 0) throw new RegexSyntaxError('invalid character class range', pattern.slice(at))
    name = pattern.slice(end, close)
    end = close + 1
  }
  const inverse = name.startsWith('^')
  const property = unicodeProperty(inverse ? name.slice(1) : name)
  if (property === undefined) throw new RegexSyntaxError('invalid character class range', pattern.slice(at, end))
  return { item: { property, negated: (pattern[at + 1] === 'P') !== inverse }, end }
}

/** A class escape outside or inside brackets, or undefined when an ordinary escape stands there. */
export const classEscape = (pattern: string, at: number): ParsedItem | undefined => propertyClass(pattern, at) ?? perlClass(pattern, at)

/** `[:alpha:]` or `[:^alpha:]` at `at`, or undefined. */
function posixClass(pattern: string, at: number): ParsedItem | undefined {
  if (!pattern.startsWith('[:', at)) return undefined
  const close = pattern.indexOf(':]', at + 2)
  if (close < 0) return undefined
  const name = pattern.slice(at + 2, close)
  const negated = name.startsWith('^')
  const bare = negated ? name.slice(1) : name
  const ranges = bare.length > 1 ? asciiClass(bare) : undefined
  if (ranges === undefined) throw new RegexSyntaxError('invalid character class range', pattern.slice(at, close + 2))
  return { item: { ranges, negated }, end: close + 2 }
}

/** Reads the bracketed class that begins at `start`. */
export function parseClass(pattern: string, start: number, fold: boolean): { readonly set: CharSet; readonly end: number } {
  const items: CharSetItem[] = []
  const ranges: number[] = []
  const classChar = (at: number): Scanned => {
    if (at >= pattern.length) throw new RegexSyntaxError('missing closing ]', pattern.slice(start))
    return pattern[at] === '\\' ? parseEscape(pattern, at) : next(pattern, at)
  }
  const negated = pattern[start + 1] === '^'
  const first = start + (negated ? 2 : 1)
  let at = first
  while (pattern[at] !== ']' || at === first) {
    const group = posixClass(pattern, at) ?? classEscape(pattern, at)
    if (group !== undefined) {
      items.push(group.item)
      at = group.end
      continue
    }
    const low = classChar(at)
    let high = low
    // A hyphen before the closing bracket is itself.
    if (pattern[low.end] === '-' && low.end + 1 < pattern.length && pattern[low.end + 1] !== ']') {
      high = classChar(low.end + 1)
      if (high.codePoint < low.codePoint) throw new RegexSyntaxError('invalid character class range', pattern.slice(at, high.end))
    }
    ranges.push(low.codePoint, high.codePoint)
    at = high.end
  }
  if (ranges.length > 0) items.unshift({ ranges })
  return { set: charSet(items, negated, fold), end: at + 1 }
}
