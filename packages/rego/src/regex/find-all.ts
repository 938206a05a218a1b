import { codePointAt, width } from './position.ts'
import type { Regex, Spend } from './regex.ts'
import type { Captures } from './simulate.ts'

/**
 * The successive matches that do not overlap, at most `limit` (below 0: all), each searched with `search`. An empty
 * match right after another match does not count, as in Go.
 */
export function findAll<Found extends Captures>(
  text: string,
  limit: number,
  search: (text: string, from: number) => Found | undefined,
): Found[] {
  const all: Found[] = []
  let at = 0
  let previousEnd = -1
  const wanted = limit < 0 ? Infinity : limit
  while (at <= text.length && all.length < wanted) {
    const found = search(text, at)
    if (found === undefined) break
    const [start, end = 0] = found
    const accepted = end !== at || start !== previousEnd
    at = end === at ? at + width(codePointAt(text, at)) : end
    previousEnd = end
    if (accepted) all.push(found)
  }
  return all
}

/** The pieces between the matches, as Go's `Regexp.Split` with no limit. */
export function splitAll(regex: Regex, text: string, spend: Spend): string[] {
  if (regex.pattern !== '' && text === '') return ['']
  const pieces: string[] = []
  let begin = 0
  let end = 0
  for (const match of findAll(text, -1, (from, at) => regex.find(from, at, spend))) {
    end = match[0]
    if (match[1] !== 0) pieces.push(text.slice(begin, end))
    begin = match[1]
  }
  if (end !== text.length) pieces.push(text.slice(begin))
  return pieces
}
