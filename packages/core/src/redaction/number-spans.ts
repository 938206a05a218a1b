import { maxLine } from './dump-views.ts'
import type { Copies, View } from './dump-views.ts'
import { bases, createNumbers, readNumbers, sizes } from './number-words.ts'
import { digitOf, isBetweenBytes, isHexPrefix, maxGap } from './separators.ts'
import type { Span } from './span.ts'
import { wordSpans } from './word-spans.ts'
import type { Run, Wanted, Words } from './word-spans.ts'

/** Eight bytes, less of which are not looked for, take at least as many digits in any base but one of a byte each. */
const fewestDigits = 16

/** How many numbers are looked at together, besides those that a secret and a line may go on for. */
const window = 2 ** 15

/**
 * Where a text, read as `view` says, has what is wanted as numbers: bytes, or words of two, four or eight, either end
 * first, in octal, hexadecimal, binary or decimal with or without signs. What is found goes to the end of the characters
 * that a dump shows behind the numbers. The time grows with the text's length alone.
 */
export function numberSpans(text: string, view: View, sought: Omit<Wanted, 'copies'>): readonly Span[] {
  const wanted: Wanted = { ...sought, copies: 4 * text.length }
  const overlap = wanted.search.longest + maxLine
  const capacity = Math.min(text.length + 1, window + 2 * overlap)
  const run: Run = { count: 0, starts: new Uint32Array(capacity), ends: new Uint32Array(capacity), digits: 0, copies: new Map() }
  const numbers = createNumbers(capacity)
  const spans: Span[] = []
  const searchAs = (words: Words): void => {
    for (const span of wordSpans(text, run, words, wanted)) spans.push(span)
  }
  const search = (): void => {
    if (run.digits < fewestDigits) return
    searchAs('digits')
    for (const base of bases) {
      readNumbers(text, run, base, numbers)
      // Where no number has something in its highest byte, no secret is.
      for (const size of sizes.filter((each) => each <= numbers.size)) {
        searchAs({ numbers, size, isLittle: true })
        if (size > 1) searchAs({ numbers, size, isLittle: false })
      }
    }
  }
  /** Where the piece that is read has its first number. */
  let first = 0
  const add = (start: number, end: number, copies?: Copies): void => {
    if (run.count === capacity) {
      search()
      first = Math.max(0, first - forget(run, run.count - overlap))
    }
    if (copies !== undefined) run.copies.set(run.count, { ...copies, of: run.count - first })
    run.starts[run.count] = start
    run.ends[run.count] = end
    run.count += 1
    run.digits += end - start
  }
  const endRun = (): void => {
    search()
    first = 0
    Object.assign(run, { count: 0, digits: 0, copies: new Map() })
  }

  let gap = 0
  for (const { start, end, isDump, copies } of view()) {
    if (copies !== undefined) {
      if (run.count > first && gap <= maxGap) add(start, end, copies)
      first = run.count
      continue
    }
    first = run.count
    for (let at = start; at < end; ) {
      if (isHexPrefix(text, at)) {
        at += 2
        gap += 2
        continue
      }
      const number = numberAt(text, at, end)
      const isColumn = !isDump || isBlank(text.charCodeAt(number))
      if (number > at && isColumn) {
        if (gap > maxGap) endRun()
        add(at, number)
        gap = 0
        at = number
      } else if (isDump && !isBlank(text.charCodeAt(at))) {
        // The characters of the dump begin here, unless it is none.
        if (run.count === first) gap = Infinity
        break
      } else {
        gap += isBetweenBytes(text, at) ? 1 : Infinity
        at += 1
      }
    }
  }
  endRun()
  return spans
}

/** What stands between the numbers of a dump, and behind the last, where the text may end (NaN). */
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d || code === 0x2c || Number.isNaN(code)

/** Where the number ends that begins there, with a sign where no other number stands before it; `at` when none does. */
function numberAt(text: string, at: number, end: number): number {
  let index = at
  if (text.charCodeAt(at) === 0x2d && !(digitOf(text.charCodeAt(at - 1)) >= 0)) index += 1
  const digits = index
  while (index < end && digitOf(text.charCodeAt(index)) >= 0) index += 1
  return index === digits ? at : index
}

/** Drops the first numbers of a run. */
function forget(run: Run, count: number): number {
  run.starts.copyWithin(0, count)
  run.ends.copyWithin(0, count)
  run.count -= count
  run.copies = new Map(Array.from(run.copies, ([index, copies]) => [index - count, copies] as const).filter(([index]) => index >= 0))
  return count
}
