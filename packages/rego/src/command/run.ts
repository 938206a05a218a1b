import { readArguments, type Arguments, type FlagTable } from './arguments.ts'
import { CommandError, type Host } from './host.ts'

const usage = `usage:
  rego eval [-d FILE]… [-b BUNDLE]… [-i FILE | -I] [--package NAME] [--import REF]…
            [--format json|raw|pretty|values|bindings]
            [--strict-builtin-errors] [--fail | --fail-defined] [--v0-compatible] QUERY
  rego test [-v] [-r REGEX] [--coverage] [--format json] [--v0-compatible] PATH…
  rego check [--strict] [--format json] [--v0-compatible] PATH…
`

interface Command {
  readonly flags: FlagTable
  /** Loaded when it is asked for. */
  readonly load: () => Promise<(given: Arguments, host: Host) => Promise<number>>
}

const dialects = { '--v0-compatible': 'v0', '--v1-compatible': 'v1' }

const commands: Readonly<Record<string, Command>> = {
  eval: {
    flags: {
      values: {
        '-d': 'data',
        '--data': 'data',
        '-b': 'bundle',
        '--bundle': 'bundle',
        '-i': 'input',
        '--input': 'input',
        '-f': 'format',
        '--format': 'format',
        '--package': 'package',
        '--import': 'import',
      },
      switches: { '-I': 'stdin', '--stdin-input': 'stdin', '--strict-builtin-errors': 'strict-builtin-errors', '--fail': 'fail', '--fail-defined': 'fail-defined', ...dialects },
    },
    load: async () => (await import('./eval-command.ts')).evalCommand,
  },
  test: {
    flags: { values: { '-f': 'format', '--format': 'format', '-r': 'run', '--run': 'run' }, switches: { '-v': 'verbose', '--verbose': 'verbose', '-c': 'coverage', '--coverage': 'coverage', ...dialects } },
    load: async () => (await import('./test-command.ts')).testCommand,
  },
  check: {
    flags: { values: { '-f': 'format', '--format': 'format' }, switches: { '-S': 'strict', '--strict': 'strict', ...dialects } },
    load: async () => (await import('./check-command.ts')).checkCommand,
  },
}

/**
 * The `rego` command: 0 when all went well, 1 where a test failed, a module has errors or `--fail` met nothing, 2
 * where something could not be done at all.
 */
export async function runCommand(argv: readonly string[], host: Host): Promise<number> {
  const [name = '', ...rest] = argv
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    const help = name === 'help' || name === '--help' || name === '-h'
    ;(help ? host.write : host.writeError)(usage)
    return help ? 0 : 2
  }
  try {
    const given = readArguments(rest, command.flags)
    return await (await command.load())(given, host)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    host.writeError(`${error.message}\n`)
    return 2
  }
}
