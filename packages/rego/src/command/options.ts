import type { Builtin } from '../builtins/builtin.ts'
import type { CompileOptions, EvaluateOptions } from '../program.ts'
import type { Arguments } from './arguments.ts'
import { errorLines } from './errors.ts'
import { CommandError, type Host } from './host.ts'
import { printJson, type Output } from './output.ts'

/** Modules are v1 unless told otherwise, as in OPA's own command. */
export function dialectOf({ switches }: Arguments): 'v0' | 'v1' {
  return switches.has('v0') ? 'v0' : 'v1'
}

export function compileOptions(given: Arguments, builtins: readonly Builtin[]): CompileOptions & { readonly version: 'v0' | 'v1' } {
  return { version: dialectOf(given), capabilities: { builtins }, strict: given.switches.has('strict') }
}

export function evaluateOptions(host: Host): EvaluateOptions {
  return { now: host.now(), seed: host.seed() }
}

export function formatOf<T extends string>({ values }: Arguments, ...known: readonly T[]): T | undefined {
  const given = values['format']?.at(-1)
  const format = known.find((one) => one === given)
  if (given !== format) throw new CommandError(`expected a format of ${known.join(', ')}, found ${given}`)
  return format
}

export function print(host: Host, output: Output): void {
  host.write(`${printJson(output)}\n`)
}

/** Tells what failed, for people. */
export function report(error: unknown, host: Host): void {
  const lines = errorLines(error)
  if (lines.length === 1) host.writeError(`1 error occurred: ${lines[0] ?? ''}\n`)
  else host.writeError(`${lines.length} errors occurred:\n${lines.map((line) => `${line}\n`).join('')}`)
}
