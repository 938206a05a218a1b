/** A part of a text, from `start` to before `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Where `wanted` stands in a text, without overlaps. */
export function* occurrences(text: string, wanted: string): Generator<Span> {
  for (let start = text.indexOf(wanted); start !== -1; start = text.indexOf(wanted, start + wanted.length)) {
    yield { start, end: start + wanted.length }
  }
}
