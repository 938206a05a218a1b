import type { Span } from './span.ts'

/** Finds many texts in one walk. */
export interface Search<T> {
  /** Length of the shortest; Infinity when nothing is looked for. */
  readonly shortest: number
  readonly longest: number
  /** Where any stands, each without overlaps of its own. */
  readonly in: (text: string) => Generator<readonly [wanted: T, span: Span]>
}

/** Looked at together: two characters that stand behind each other. */
const pairs = 2 ** 14
const pairAt = (text: string, at: number): number => ((text.charCodeAt(at) << 7) ^ text.charCodeAt(at + 1)) & (pairs - 1)

/**
 * Looks for all of `wanted` by what the end of a part as long as the shortest has (Wu and Manber): most characters of a
 * text that has none of them are never looked at.
 */
export function searchFor<T extends { readonly text: string }>(wanted: readonly T[]): Search<T> {
  const shortest = wanted.reduce((least, { text }) => Math.min(least, text.length), Infinity)
  const longest = wanted.reduce((most, { text }) => Math.max(most, text.length), 0)
  const skips = new Uint32Array(pairs).fill(Math.max(1, shortest - 1))
  const ending = new Map<number, T[]>()
  for (const each of wanted) {
    for (let at = 0; at + 2 <= shortest; at++) {
      const pair = pairAt(each.text, at)
      skips[pair] = Math.min(skips[pair] ?? 0, shortest - 2 - at)
    }
    const last = pairAt(each.text, shortest - 2)
    ending.set(last, [...(ending.get(last) ?? []), each])
  }
  return {
    shortest,
    longest,
    *in(text) {
      const done = new Map<T, number>()
      for (let start = 0; start + shortest <= text.length; ) {
        const pair = pairAt(text, start + shortest - 2)
        const skip = skips[pair] ?? 1
        if (skip === 0) {
          for (const each of ending.get(pair) ?? []) {
            if (start < (done.get(each) ?? 0) || !text.startsWith(each.text, start)) continue
            const end = start + each.text.length
            done.set(each, end)
            yield [each, { start, end }]
          }
        }
        start += Math.max(1, skip)
      }
    },
  }
}
