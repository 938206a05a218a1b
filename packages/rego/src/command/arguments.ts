import { CommandError } from './host.ts'

/** A flag with a value takes the next argument or what follows `=`. */
export interface FlagTable {
  readonly values: Readonly<Record<string, string>>
  readonly switches: Readonly<Record<string, string>>
}

export interface Arguments {
  /** Every value that a flag was given, by the flag's long name. */
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly switches: ReadonlySet<string>
  readonly rest: readonly string[]
}

/** Reads flags by a table from spelling (`-d`, `--data`) to long name. */
export function readArguments(argv: readonly string[], table: FlagTable): Arguments {
  const values: Record<string, string[]> = {}
  const switches = new Set<string>()
  const rest: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? ''
    if (argument === '--') {
      rest.push(...argv.slice(i + 1))
      break
    }
    const [flag = '', ...parts] = argument.startsWith('--') ? argument.split('=') : [argument]
    const valued = Object.hasOwn(table.values, flag) ? table.values[flag] : undefined
    const plain = Object.hasOwn(table.switches, flag) ? table.switches[flag] : undefined
    if (valued !== undefined) {
      const value = parts.length > 0 ? parts.join('=') : argv[++i]
      if (value === undefined) throw new CommandError(`expected a value after ${flag}, found nothing`)
      ;(values[valued] ??= []).push(value)
    } else if (plain !== undefined) switches.add(plain)
    else if (argument.startsWith('-') && argument !== '-') throw new CommandError(`expected a known flag, found ${flag}`)
    else rest.push(argument)
  }
  return { values, switches, rest }
}
