/** A request as it reached a double. */
export interface Asked {
  /** In upper case. */
  readonly method: string
  /** As it stands in the request line: nothing is decoded or cleaned up. */
  readonly target: string
  /** The same, understood. */
  readonly url: URL
  /** What came along. */
  readonly headers: Headers
  /** All of it. */
  readonly body: Uint8Array
}

/** What a double answers, and how the connection ends where something is wrong with it. */
export interface Answer {
  /** Of HTTP. */
  readonly status: number
  /** In order; a name may come several times. */
  readonly headers: HeaderLines
  /** All of it. */
  readonly body: Uint8Array
  /** Whether the double begins to send before it knows the length. Default: false. */
  readonly isChunked?: boolean
  /** Default: as it should. */
  readonly ending?: Ending
}

/** Names and values of headers. */
export type HeaderLines = readonly (readonly [name: string, value: string])[]

/** How a connection ends that does not end as it should. */
export type Ending =
  // the connection is closed before anything was said
  | 'reset'
  // nothing is ever said
  | 'stall'
  // the body breaks off in its middle
  | 'cut-off'
  // the body stops in its middle, and the connection stays open
  | 'stall-body'

/** A double of a server. */
export type Answerer = (asked: Asked) => Answer
