import { AttestError, CilockError } from '@cilock/core'
import { commandTable, refusedCommands } from './commands.ts'
import { internal, notSupported, usage } from './error.ts'
import { parseFlags } from './flags/parse-flags.ts'
import { commandHelp, overview } from './help.ts'
import type { CliIo } from './io.ts'
import { escapeLine, escapeLines } from './log.ts'

/**
 * Runs one command line, without the program's own name, and resolves to the exit code: 0, or 1 for whatever went wrong,
 * as the Go tools do. Every refusal is one line on stderr that begins with its code.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error) {
    io.stderr.write(`error: ${describe(error)}\n`)
    return 1
  }
}

async function dispatch(argv: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help' || name === '--help-advanced') {
    io.stdout.write(overview())
    return 0
  }
  const row = commandTable.find((each) => each.name === (name === '--version' ? 'version' : name))
  if (row === undefined) {
    const refused = refusedCommands.get(name)
    if (refused !== undefined) throw notSupported(`the command ${name}`, refused)
    throw usage(`unknown command ${JSON.stringify(name)}; \`cilock --help\` lists them`)
  }
  const command = await row.load()
  if (asksForHelp(rest)) {
    io.stdout.write(commandHelp(row, command.flags, rest.includes('--help-advanced')))
    return 0
  }
  try {
    const { flags, positionals } = parseFlags(command.flags, rest)
    return await command.run(flags, positionals, io)
  } catch (error) {
    // Some commands owe their caller one JSON object whatever happens, wrong usage included.
    if (command.failed === undefined) throw error
    return command.failed(error, rest, io)
  }
}

/** Help may stand anywhere before `--`; it must not run anything, whatever else is wrong with the line. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '-h' || arg === '--help' || arg === '--help-advanced')
}

/** One line a failure: code and message; each attestor that failed gets its own. */
export function describe(error: unknown): string {
  if (error instanceof AttestError) {
    return error.failed.map((each) => escapeLine(`${each.error?.code ?? error.code} ${each.attestor}: ${each.error?.message ?? ''}`)).join('\nerror: ')
  }
  if (CilockError.is(error)) return escapeLines(`${error.code} ${error.message}`)
  return escapeLines(`${internal} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
}
