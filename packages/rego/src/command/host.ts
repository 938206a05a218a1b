/** What the command may do to the world around it. */
export interface Host {
  /** The text of a file. Throws where there is none. */
  readonly readFile: (path: string) => string
  /** The bytes that a gzip file holds. Throws where there is none. */
  readonly readGzip: (path: string) => Uint8Array
  readonly readStandardInput: () => string
  /** The files below a path in order; the path itself where it is a file. Throws where there is nothing. */
  readonly listFiles: (path: string) => readonly string[]
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  readonly now: () => Date
  /** For `rand.intn` and `uuid.rfc4122`. */
  readonly seed: () => string
}

/** A command line that cannot be followed, or a file that cannot be read. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  readonly code: string = 'ERR_COMMAND'
}
