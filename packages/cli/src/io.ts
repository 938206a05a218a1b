import type { RunContext } from '@cilock/core'

/** Where the command writes. `isTTY` decides about colours and progress. */
export interface Output {
  /** Takes a piece of what is said. */
  write(chunk: string | Uint8Array): void
  /** Whether a person looks at it: then there are colours. */
  readonly isTTY: boolean
}

/** All that a command uses of the world, so that it runs inside of another program and in tests as it does in a shell. */
export interface CliIo extends RunContext {
  /** Where results go. */
  readonly stdout: Output
  /** Where everything else goes. */
  readonly stderr: Output
  /** Stops the command. */
  readonly signal: AbortSignal
}
