import { compile } from '../program.ts'
import type { Arguments } from './arguments.ts'
import { reportedErrors } from './errors.ts'
import { CommandError, type Host } from './host.ts'
import { load } from './load.ts'
import { compileOptions, formatOf, print, report } from './options.ts'
import { Ordered } from './output.ts'
import { withBuiltins } from './with-builtins.ts'

/** `rego check`. */
export async function checkCommand(given: Arguments, host: Host): Promise<number> {
  const format = formatOf(given, 'json')
  if (given.rest.length === 0) throw new CommandError('expected a file or folder, found nothing')
  try {
    const { modules } = await load(given.rest, host)
    await withBuiltins((builtins) => compile(modules, compileOptions(given, builtins)))
    if (format === 'json') print(host, new Ordered())
    return 0
  } catch (error) {
    if (format === 'json') print(host, new Ordered(['errors', reportedErrors(error)]))
    else report(error, host)
    return 1
  }
}
