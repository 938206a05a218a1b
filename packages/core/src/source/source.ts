import type { Envelope } from '../dsse/envelope.ts'

/** Which envelopes are wanted. All parts given must hold; digests and types match as sets of alternatives unless said. */
export interface SourceQuery {
  /** The `name` of a collection. */
  readonly collection?: string
  /** Any of these predicate types of the statement. Absent: any. */
  readonly predicateTypes?: readonly string[]
  /** Any of these subject digests as `algorithm:value` in lower case (`sha256:…`). Absent: any. */
  readonly digests?: readonly string[]
  /**
   * The asker refuses an answer of more than this many envelopes, so a source may stop after one more. Absent: all.
   */
  readonly limit?: number
}

/** An envelope and where it was found (a path, a gitoid). */
export interface SourceResult {
  /** What was found, not verified. */
  readonly envelope: Envelope
  /** Where it was found. */
  readonly reference: string
}

/**
 * Where evidence is found. What a source returns is a claim: whoever asks verifies signatures and matches the query
 * again on the signed bytes. A source that fails throws; it never answers with less than it has.
 */
export interface Source {
  /** The envelopes that fit the query, and perhaps others. Throws when it cannot know. */
  search(query: SourceQuery, options?: { readonly signal?: AbortSignal }): Promise<readonly SourceResult[]>
}
