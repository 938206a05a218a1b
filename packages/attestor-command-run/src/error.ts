import { CilockError } from '@cilock/core'

/** What running a command can end with besides core's codes. Stable: match on these, never on messages. */
export type CommandRunErrorCode =
  // it ended with another exit code than 0, or by a signal
  | 'ERR_COMMAND_FAILED'
  // a function that was given to receive output threw
  | 'ERR_OUTPUT_SINK_FAILED'

/** The command ran and did not succeed. */
export class CommandFailedError extends CilockError<'ERR_COMMAND_FAILED'> {
  override readonly name: string = 'CommandFailedError'
  /** Its exit code; -1 when a signal ended it. */
  readonly exitCode: number
  /** The signal that ended it, where one did. */
  readonly signal: string | undefined

  constructor(program: string, exitCode: number, signal: string | undefined) {
    super('ERR_COMMAND_FAILED', `${program} ended ${signal === undefined ? `with exit code ${exitCode}` : `by ${signal}`}, expected exit code 0`)
    this.exitCode = exitCode
    this.signal = signal
  }
}
