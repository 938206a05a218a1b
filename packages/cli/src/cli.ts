import { orRefuse, runCommand } from './command-line.ts'
import { commandTable, refusedCommands } from './commands.ts'
import { notSupported, usage } from './error.ts'
import { overview } from './help.ts'
import type { CliIo } from './io.ts'

/**
 * Runs one command line, without the program's own name, and resolves to the exit code: 0, or 1 for whatever went wrong,
 * as the Go tools do. Every refusal is one line on stderr that begins with its code.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  return orRefuse(async () => dispatch(argv, io), io)
}

async function dispatch(argv: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help' || name === '--help-advanced') {
    io.stdout.write(overview(commandTable))
    return 0
  }
  const row = commandTable.find((each) => each.name === (name === '--version' ? 'version' : name))
  if (row !== undefined) return runCommand(row, rest, io)
  const refused = refusedCommands.get(name)
  if (refused !== undefined) throw notSupported(`the command ${name}`, refused)
  throw usage(`unknown command ${JSON.stringify(name)}; \`cilock --help\` lists them`)
}
