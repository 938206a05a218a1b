import type { RunContext } from '@cilock/core'

/** Where the command writes. `isTTY` decides about colours and progress. */
export interface Output {
  write(chunk: string | Uint8Array): void
  readonly isTTY: boolean
}

/** All that a command uses of the world, so that it runs inside of another program and in tests as it does in a shell. */
export interface CliIo extends RunContext {
  readonly stdout: Output
  readonly stderr: Output
  readonly signal: AbortSignal
}
