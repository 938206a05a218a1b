import type { Builtin } from '../builtins/builtin.ts'
import { compile, type Program } from '../program.ts'
import { compileRegex } from '../regex/regex.ts'
import { RegexSyntaxError } from '../regex/syntax-error.ts'
import type { Arguments } from './arguments.ts'
import { coverage } from './coverage.ts'
import { CommandError, type Host } from './host.ts'
import { load } from './load.ts'
import { compileOptions, dialectOf, evaluateOptions, formatOf, print, report } from './options.ts'
import { runTests, testJson, testLines, testRules, type TestRule } from './test-run.ts'
import { withBuiltins } from './with-builtins.ts'

/** `rego test`. */
export async function testCommand(given: Arguments, host: Host): Promise<number> {
  const format = formatOf(given, 'json')
  if (given.rest.length === 0) throw new CommandError('expected a file or folder, found nothing')
  const loaded = await load(given.rest, host)
  const version = dialectOf(given)
  const wanted = chosenTests(given)
  const covered = given.switches.has('coverage') ? coverage(loaded.modules, version) : undefined
  try {
    const program = await withBuiltins((builtins): Program => {
      const options = (all: readonly Builtin[]) => ({ ...compileOptions(given, all), print: true })
      // The modules as they are written, first: their errors are the ones to show.
      const plain = compile(loaded.modules, options(builtins))
      return covered === undefined ? plain : compile(covered.modules, options([...builtins, covered.builtin]))
    })
    const outcomes = runTests(program, testRules(loaded.modules, version).filter(wanted), { ...evaluateOptions(host), data: loaded.data })
    if (covered === undefined && format === 'json') print(host, testJson(outcomes))
    else for (const line of testLines(outcomes, given.switches.has('verbose'))) (covered === undefined ? host.write : host.writeError)(`${line}\n`)
    if (covered !== undefined) print(host, covered.report())
    return outcomes.some(({ state }) => state === 'fail' || state === 'error') ? 2 : 0
  } catch (error) {
    report(error, host)
    return 1
  }
}

/** The tests whose full name the pattern of `--run` is found in. */
function chosenTests({ values }: Arguments): (rule: TestRule) => boolean {
  const pattern = values['run']?.at(-1)
  if (pattern === undefined) return () => true
  try {
    const regex = compileRegex(pattern)
    return (rule) => regex.test(`${rule.package}.${rule.name}`)
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error
    throw new CommandError(`expected a regular expression after --run, found ${pattern}: ${error.message}`, { cause: error })
  }
}
