import type { Flag, Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'

/** A command that is loaded when it is called. Resolves to the exit code. */
export interface Command {
  readonly flags: readonly Flag[]
  /** First words that are commands of their own, with flags of their own. */
  readonly verbs?: ReadonlyMap<string, () => Promise<Command>>
  /** What its help says. Default: what that of its row says. */
  readonly help?: { readonly usage: string; readonly summary: string }
  run(flags: Flags, positionals: readonly string[], io: CliIo): Promise<number>
  /** Tells of a failure in the command's own way, also of a wrong command line. Default: one line on stderr, exit code 1. */
  failed?(error: unknown, args: readonly string[], io: CliIo): number
}

/** A command as the help lists it; its code is loaded when it is called. */
export interface CommandRow {
  readonly name: string
  readonly usage: string
  readonly summary: string
  readonly load: () => Promise<Command>
}
