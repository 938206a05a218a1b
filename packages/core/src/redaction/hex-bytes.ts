import { digitOf, isBetweenBytes, isHexPrefix, maxGap } from './separators.ts'
import { occurrences } from './span.ts'
import type { Span } from './span.ts'

/**
 * Where a text has one of `wanted` in hexadecimal (lower case here, either case there), whatever stands between the
 * digits. Both walks over the text take a time that grows with its length alone.
 */
export function hexSpans(text: string, wanted: readonly string[]): readonly Span[] {
  const shortest = wanted.reduce((least, { length }) => Math.min(least, length), Infinity)
  const spans: Span[] = []
  let digits = new Uint8Array(256)
  let count = 0
  let from = 0
  const endRun = (): void => {
    if (count >= shortest) {
      const run = decoder.decode(digits.subarray(0, count))
      for (const span of placesOf(text, from, wanted.flatMap((each) => [...occurrences(run, each)]))) spans.push(span)
    }
    count = 0
  }
  walkDigits(text, 0, (digit, at, isApart) => {
    if (isApart) endRun()
    if (count === 0) from = at
    if (count === digits.length) {
      const more = new Uint8Array(count * 2)
      more.set(digits)
      digits = more
    }
    digits[count++] = digit
    return true
  })
  endRun()
  return spans
}

const decoder = new TextDecoder()

/** Where digits of a run stand in the text, found by walking over the run once more. */
function placesOf(text: string, from: number, found: readonly Span[]): readonly Span[] {
  if (found.length === 0) return []
  const places = new Map<number, number>()
  const points = new Float64Array(found.flatMap(({ start, end }) => [start, end - 1])).toSorted()
  let count = 0
  let next = 0
  walkDigits(text, from, (_digit, at) => {
    for (; points[next] === count; next++) places.set(count, at)
    count += 1
    return next < points.length
  })
  return found.map(({ start, end }) => ({ start: places.get(start) ?? 0, end: (places.get(end - 1) ?? 0) + 1 }))
}

/** Visits the digits, as codes of lower-case characters, until the visitor has enough. `isApart`: what stands before is not of the same bytes. */
function walkDigits(text: string, from: number, visit: (digit: number, at: number, isApart: boolean) => boolean): void {
  let gap = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (digitOf(code) >= 0) {
      // The x of 0x is a separator only here, where it cannot be of a word.
      if (isHexPrefix(text, at)) {
        at += 1
        gap += 2
        continue
      }
      if (!visit(code >= 0x41 ? code | 0x20 : code, at, gap > maxGap)) return
      gap = 0
    } else if (code === 0x5c && text.startsWith('u00', at + 1)) {
      at += 3
      gap += 4
    } else {
      gap += isBetweenBytes(text, at) ? 1 : Infinity
    }
  }
}
