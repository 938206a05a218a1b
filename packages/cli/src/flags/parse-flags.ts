import { parseArgs } from 'node:util'
import { notSupported, usage } from '../error.ts'
import { splitCsv } from './csv.ts'
import { Flags } from './flag.ts'
import type { Flag, FlagValue } from './flag.ts'

export interface ParsedArguments {
  readonly flags: Flags
  readonly positionals: readonly string[]
}

/**
 * Reads flags as the Go tools do (pflag): flags and words may be mixed, all after `--` are words, `--flag=false` switches
 * a boolean off and no boolean takes the next word, `-s value`, `-svalue` and `-s=value` are one.
 *
 * @throws CilockError `ERR_USAGE` for an unknown flag or a bad value, `ERR_NOT_SUPPORTED` for a flag that only Go has.
 */
export function parseFlags(known: readonly Flag[], args: readonly string[]): ParsedArguments {
  const byName = new Map(known.map((flag) => [flag.name, flag]))
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      known.map(({ name, short, kind }) => [
        name,
        { type: kind === 'bool' ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) } as const,
      ]),
    ),
  })
  const values = new Map<string, FlagValue>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const flag = byName.get(token.name)
    if (flag === undefined) throw usage(`unknown flag: ${token.rawName}`)
    if (flag.refused !== undefined) throw notSupported(`--${flag.name}`, flag.refused)
    values.set(flag.name, valueOf(flag, token.value, token.rawName.startsWith('--'), values.get(flag.name)))
  }
  return { flags: new Flags(values), positionals }
}

function valueOf(flag: Flag, given: string | undefined, long: boolean, before: FlagValue | undefined): FlagValue {
  // `-s=value`: the parser hands over `=value`.
  const text = !long && given?.startsWith('=') === true ? given.slice(1) : given
  if (flag.kind === 'bool') return boolOf(flag, text)
  if (text === undefined) throw usage(`--${flag.name} needs a value`)
  const earlier = Array.isArray(before) ? (before as readonly string[]) : []
  switch (flag.kind) {
    case 'slice':
      return [...earlier, ...splitCsv(flag.name, text)]
    case 'array':
      return [...earlier, text]
    case 'int':
      if (!/^[+-]?\d+$/.test(text)) throw usage(`--${flag.name}: ${JSON.stringify(text)} is not a whole number`)
      return Number(text)
    case 'string':
      return text
  }
}

function boolOf(flag: Flag, text: string | undefined): boolean {
  if (text === undefined) return true
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false
  throw usage(`--${flag.name}: expected true or false, found ${JSON.stringify(text)}`)
}
