import { encodeUtf8 } from '../bytes/utf8.ts'
import { binaryText } from './binary-text.ts'
import type { View } from './dump-views.ts'
import { searchFor } from './search.ts'
import type { Search } from './search.ts'
import type { Span } from './span.ts'

/** What is left of a secret without its blanks; less is found by chance. */
const minLetters = 6

/** How many letters are looked at together, besides those of a secret. */
const window = 2 ** 15

/** What a letter is written with, at most: an octal number, a name. */
const longestWord = 3

/** As ASCII calls them, from 0 on. */
const controls = 'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us'.split(' ')

const escapes = { '\\0': 0, '\\a': 7, '\\b': 8, '\\t': 9, '\\n': 10, '\\v': 11, '\\f': 12, '\\r': 13, '\\\\': 0x5c, del: 127 }

const named = new Map<string, readonly number[]>([
  ...controls.map((name, code) => [name, [code]] as const),
  ...Object.entries(escapes).map(([name, code]) => [name, [code]] as const),
  // Nothing is to be seen of them: a blank, and what goes on with a character of several bytes.
  ['sp', []],
  ['**', []],
])

/** What is looked for among letters. */
export type Letters = Search<{ readonly text: string }>

/** From characters for bytes. Blanks do not show in a dump of letters, nor does `od -a` a byte's highest bit: neither counts. */
export function lettersFor(wanted: readonly string[]): Letters {
  const letters = wanted.map((text) => Array.from(text.replaceAll(' ', ''), (byte) => String.fromCharCode(byte.charCodeAt(0) & 0x7f)).join(''))
  return searchFor(letters.filter(({ length }) => length >= minLetters).map((text) => ({ text })))
}

/**
 * Where a text, read as `view` says, has what is wanted letter by letter, as `od -c`, `od -a` and `hexdump -c` write it:
 * with blanks between, and what is no letter as an escape, in octal or by name.
 */
export function letterSpans(text: string, view: View, wanted: Letters): readonly Span[] {
  const spans: Span[] = []
  const capacity = window + wanted.longest + longestWord
  const letters = new Uint8Array(capacity)
  /** Where the word of each letter stands. */
  const starts = new Uint32Array(capacity)
  const ends = new Uint32Array(capacity)
  let length = 0
  const search = (): void => {
    if (length >= wanted.shortest) {
      for (const [, found] of wanted.in(binaryText(letters.subarray(0, length)))) spans.push({ start: starts[found.start] ?? 0, end: ends[found.end - 1] ?? 0 })
    }
    length = 0
  }
  const makeRoom = (): void => {
    const from = length - wanted.longest
    search()
    for (const each of [letters, starts, ends]) each.copyWithin(0, from, from + wanted.longest)
    length = wanted.longest
  }
  for (const piece of view()) {
    for (let start = piece.start, end = start; start < piece.end; start = end + 1) {
      for (end = start; end < piece.end && !isBlank(text.charCodeAt(end)); end++);
      if (end === start) continue
      const bytes = bytesOf(text, start, end)
      if (bytes === undefined) search()
      if (length + longestWord > capacity) makeRoom()
      for (const byte of bytes ?? []) {
        if (byte === 0x20) continue
        letters[length] = byte & 0x7f
        starts[length] = start
        ends[length] = end
        length += 1
      }
    }
  }
  search()
  return spans
}

const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d)

const ascii = Array.from({ length: 128 }, (_, code) => [code])

function bytesOf(text: string, start: number, end: number): readonly number[] | Uint8Array | undefined {
  if (end - start > longestWord) return undefined
  if (end - start === 1 && text.charCodeAt(start) < 128) return ascii[text.charCodeAt(start)]
  const word = text.slice(start, end)
  if (/^[0-3][0-7]{2}$/.test(word)) return [Number.parseInt(word, 8)]
  return named.get(word) ?? (word.length === String.fromCodePoint(word.codePointAt(0) ?? 0).length ? encodeUtf8(word) : undefined)
}
