import { compile, type EvaluateOptions } from '../program.ts'
import type { Arguments } from './arguments.ts'
import { loadBundles } from './bundle.ts'
import { reportedErrors } from './errors.ts'
import { answer, formatAnswer, type Format } from './eval.ts'
import { CommandError, type Host } from './host.ts'
import { joined, load, readDocument } from './load.ts'
import { compileOptions, dialectOf, evaluateOptions, formatOf, print, report } from './options.ts'
import { Ordered } from './output.ts'
import { scopeQuery } from './query-scope.ts'
import { withBuiltins } from './with-builtins.ts'

/** `rego eval`. */
export async function evalCommand(given: Arguments, host: Host): Promise<number> {
  const format: Format = formatOf(given, 'json', 'raw', 'pretty', 'values', 'bindings') ?? 'json'
  const [query, ...more] = given.rest
  if (query === undefined || more.length > 0) throw new CommandError(`expected one query, found ${given.rest.length}`)
  try {
    const version = dialectOf(given)
    const { modules, data } = joined(await loadBundles(given.values['bundle'] ?? [], version, host), await load(given.values['data'] ?? [], host))
    const scope = { package: given.values['package']?.at(-1), imports: given.values['import'] ?? [] }
    const options = { ...evaluateOptions(host), data, strictBuiltinErrors: given.switches.has('strict-builtin-errors'), ...(await inputOption(given, host)) }
    const answered = await withBuiltins((builtins) => {
      const program = compile(modules, compileOptions(given, builtins))
      return answer(program, query, scopeQuery(query, scope, modules, version), options)
    })
    host.write(formatAnswer(answered, format))
    return given.switches.has(answered.solutions.length === 0 ? 'fail' : 'fail-defined') ? 1 : 0
  } catch (error) {
    if (format === 'json') print(host, new Ordered(['errors', reportedErrors(error)]))
    else report(error, host)
    return 2
  }
}

async function inputOption({ values, switches }: Arguments, host: Host): Promise<Pick<EvaluateOptions, 'input' | 'inputText'>> {
  const file = values['input']?.at(-1)
  if (switches.has('stdin')) return { inputText: host.readStandardInput() }
  return file === undefined ? {} : { input: await readDocument(file, host) }
}
