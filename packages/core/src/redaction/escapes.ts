import { occurrences } from './span.ts'
import type { Span } from './span.ts'

/** A way to write characters that every reader takes back; each escape is one character of what is meant. */
interface Escaping {
  readonly mark: string
  readonly escape: RegExp
  readonly meant: (escape: string) => string
}

/** `%2F`: one byte of UTF-8 each, as the character of its number. */
const percent: Escaping = {
  mark: '%',
  escape: /%[0-9A-Fa-f]{2}/g,
  meant: (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
}

const letters: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** `\n`, `\"`, `\u003c`, `\x3c`: JSON and the source of most languages. */
const backslash: Escaping = {
  mark: '\\',
  escape: /\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|["'/\\bfnrt])/g,
  meant: (escape) => (escape.length > 2 ? String.fromCharCode(Number.parseInt(escape.slice(2), 16)) : (letters[escape.charAt(1)] ?? escape.charAt(1))),
}

/** `\303`, `\xc3`: one byte of UTF-8 each, as C, shells and Python write what is no letter. */
const backslashedBytes: Escaping = {
  mark: '\\',
  escape: /\\(?:[0-3][0-7]{2}|x[0-9A-Fa-f]{2}|["'/\\bfnrt])/g,
  meant: (escape) => (/^\\[0-3]/.test(escape) ? String.fromCharCode(Number.parseInt(escape.slice(1), 8)) : backslash.meant(escape)),
}

/** Where a text has one of `wanted`, whichever of its bytes are percent-encoded. These are binary: a character for each byte of UTF-8. */
export function percentEncodedSpans(text: string, wanted: Iterable<string>): readonly Span[] {
  return escapedSpans(text, wanted, percent)
}

/** Where a text has one of `wanted`, whichever of its characters are written with a backslash. */
export function backslashedSpans(text: string, wanted: Iterable<string>): readonly Span[] {
  return escapedSpans(text, wanted, backslash)
}

/** Where a text has one of `wanted`, whichever of its bytes are written with a backslash. These are binary too. */
export function backslashedBytesSpans(text: string, wanted: Iterable<string>): readonly Span[] {
  return escapedSpans(text, wanted, backslashedBytes)
}

function escapedSpans(text: string, wanted: Iterable<string>, { mark, escape, meant }: Escaping): readonly Span[] {
  if (!text.includes(mark)) return []
  const plain = text.replaceAll(escape, meant)
  const found = Array.from(wanted, (each) => [...occurrences(plain, each)]).flat()
  return found.length === 0 ? [] : placesOf(text, escape, found)
}

/** The way back, in one walk over the text however much was found. */
function placesOf(text: string, escape: RegExp, found: readonly Span[]): readonly Span[] {
  const starts = found.map(({ start }) => start).toSorted((a, b) => a - b)
  const ends = found.map(({ end }) => end).toSorted((a, b) => a - b)
  const places = new Map<number, number>()
  const points = [...starts, ...ends].toSorted((a, b) => a - b)
  let next = 0
  let removed = 0
  for (const match of text.matchAll(escape)) {
    // Up to this escape, whose own character begins where it does, what was removed before counts.
    for (let point = points[next]; point !== undefined && point <= match.index - removed; point = points[++next]) places.set(point, point + removed)
    if (next === points.length) break
    removed += match[0].length - 1
  }
  for (const point of points.slice(next)) places.set(point, point + removed)
  return found.map(({ start, end }) => ({ start: places.get(start) ?? start, end: places.get(end) ?? end }))
}
