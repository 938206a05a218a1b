/** A request as it reached the server. */
export interface Asked {
  readonly method: string
  /** As it stands in the request line: nothing is decoded or cleaned up. */
  readonly target: string
  readonly headers: Headers
  /** The parameters behind the question mark. */
  readonly query: URLSearchParams
  readonly body: Uint8Array
}

/** What the server answers, and how the connection ends where something is wrong with it. */
export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array
  /** Whether the server begins to send before it knows the length. */
  readonly isChunked?: boolean
  /** Default: as it should. */
  readonly ending?: Ending
}

export type Ending =
  // the connection is closed before anything was said
  | 'reset'
  // nothing is ever said
  | 'stall'
  // the body breaks off in its middle
  | 'cut-off'
  // the body stops in its middle, and the connection stays open
  | 'stall-body'

/** An error in plain text, as Go's `http.Error` writes it. */
export function textAnswer(status: number, text: string): Answer {
  return {
    status,
    headers: [['Content-Type', 'text/plain; charset=utf-8'], ['X-Content-Type-Options', 'nosniff']],
    body: new TextEncoder().encode(`${text}\n`),
  }
}

export const notFound: Answer = textAnswer(404, '404 page not found')
