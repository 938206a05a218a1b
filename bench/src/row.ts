/** One comparison: what we take against what a peer takes on the same work in the same run. */
export interface Row {
  readonly bench: string
  /** What the peer does. */
  readonly peer: string
  readonly peerTime: string
  readonly ourTime: string
  readonly ratio: number
  /** The ratio is meant to be at most this. Without one the row is told for comparison. */
  readonly aim?: number
}

/** What a bench found: rows for the table, and a word or a table of its own beneath it. */
export interface Outcome {
  readonly rows: readonly Row[]
  readonly note?: string
}

export function milliseconds(time: number): string {
  return `${time.toFixed(time < 10 ? 2 : time < 100 ? 1 : 0)} ms`
}
