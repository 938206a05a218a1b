import type { Command, CommandRow } from './commands/command.ts'
import { describeError } from './describe-error.ts'
import { parseFlags } from './flags/parse-flags.ts'
import { commandHelp } from './help.ts'
import type { CliIo } from './io.ts'

/** Runs one command with the arguments after its name. */
export async function runCommand(row: CommandRow, args: readonly string[], io: CliIo): Promise<number> {
  return orRefuse(async () => dispatch(row, args, io), io)
}

/** The code that something ends with; whatever it throws is one line on stderr, and 1. */
export async function orRefuse(run: () => Promise<number>, io: CliIo): Promise<number> {
  try {
    return await run()
  } catch (error) {
    io.stderr.write(`error: ${describeError(error)}\n`)
    return 1
  }
}

async function dispatch(row: CommandRow, args: readonly string[], io: CliIo): Promise<number> {
  const command = await row.load()
  const [word = '', ...rest] = args
  const verb = command.verbs?.get(word)
  if (verb !== undefined) return run(await verb(), row, rest, io)
  return run(command, row, args, io)
}

async function run(command: Command, row: CommandRow, args: readonly string[], io: CliIo): Promise<number> {
  if (asksForHelp(args)) {
    io.stdout.write(commandHelp(command.help ?? row, command.flags, args.includes('--help-advanced')))
    return 0
  }
  try {
    const { flags, positionals } = parseFlags(command.flags, args)
    return await command.run(flags, positionals, io)
  } catch (error) {
    // Some commands owe their caller one JSON object whatever happens, wrong usage included.
    if (command.failed === undefined) throw error
    return command.failed(error, args, io)
  }
}

/** Help may stand anywhere before `--`; it must not run anything, whatever else is wrong with the line. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '-h' || arg === '--help' || arg === '--help-advanced')
}
