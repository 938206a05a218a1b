import { allBuiltins } from '../all/index.ts'
import { compileRegex } from '../regex/regex.ts'
import { RegexSyntaxError } from '../regex/syntax-error.ts'
import { compile, type CompileOptions, type EvaluateOptions } from '../program.ts'
import { readArguments, type Arguments, type FlagTable } from './arguments.ts'
import { coverage } from './coverage.ts'
import { errorLines, reportedErrors } from './errors.ts'
import { answer, formatAnswer, type Format } from './eval.ts'
import { CommandError, type Host } from './host.ts'
import { load, readDocument } from './load.ts'
import { Ordered, printJson, type Output } from './output.ts'
import { runTests, testJson, testLines, testRules, type TestRule } from './test-run.ts'

const usage = `usage:
  rego eval [-d FILE]… [-i FILE | -I] [--format json|raw|pretty|values|bindings]
            [--strict-builtin-errors] [--fail | --fail-defined] [--v0-compatible] QUERY
  rego test [-v] [-r REGEX] [--coverage] [--format json] [--v0-compatible] PATH…
  rego check [--strict] [--format json] [--v0-compatible] PATH…
`

const dialects = { '--v0-compatible': 'v0', '--v1-compatible': 'v1' }
const tables: Readonly<Record<string, FlagTable>> = {
  eval: {
    values: { '-d': 'data', '--data': 'data', '-i': 'input', '--input': 'input', '-f': 'format', '--format': 'format' },
    switches: { '-I': 'stdin', '--stdin-input': 'stdin', '--strict-builtin-errors': 'strict-builtin-errors', '--fail': 'fail', '--fail-defined': 'fail-defined', ...dialects },
  },
  test: { values: { '-f': 'format', '--format': 'format', '-r': 'run', '--run': 'run' }, switches: { '-v': 'verbose', '--verbose': 'verbose', '-c': 'coverage', '--coverage': 'coverage', ...dialects } },
  check: { values: { '-f': 'format', '--format': 'format' }, switches: { '-S': 'strict', '--strict': 'strict', ...dialects } },
}

const commands: Readonly<Record<string, ((given: Arguments, host: Host) => number) | undefined>> = { eval: evalCommand, test: testCommand, check: checkCommand }

/**
 * The `rego` command: 0 when all went well, 1 where a test failed, a module has errors or `--fail` met nothing, 2
 * where something could not be done at all.
 */
export function runCommand(argv: readonly string[], host: Host): number {
  const [name = '', ...rest] = argv
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const table = tables[name]
  if (command === undefined || table === undefined) {
    const help = name === 'help' || name === '--help' || name === '-h'
    ;(help ? host.write : host.writeError)(usage)
    return help ? 0 : 2
  }
  try {
    return command(readArguments(rest, table), host)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    host.writeError(`${error.message}\n`)
    return 2
  }
}

/** Modules are v1 unless told otherwise, as in OPA's own command. */
function compileOptions({ switches }: Arguments): CompileOptions & { readonly version: 'v0' | 'v1' } {
  return { version: switches.has('v0') ? 'v0' : 'v1', capabilities: { builtins: allBuiltins }, strict: switches.has('strict') }
}

function evaluateOptions(host: Host): EvaluateOptions {
  return { now: host.now(), seed: host.seed() }
}

function formatOf<T extends string>({ values }: Arguments, ...known: readonly T[]): T | undefined {
  const given = values['format']?.at(-1)
  const format = known.find((one) => one === given)
  if (given !== format) throw new CommandError(`expected a format of ${known.join(', ')}, found ${given}`)
  return format
}

function print(host: Host, output: Output): void {
  host.write(`${printJson(output)}\n`)
}

function evalCommand(given: Arguments, host: Host): number {
  const format: Format = formatOf(given, 'json', 'raw', 'pretty', 'values', 'bindings') ?? 'json'
  const [query, ...more] = given.rest
  if (query === undefined || more.length > 0) throw new CommandError(`expected one query, found ${given.rest.length}`)
  try {
    const { modules, data } = load(given.values['data'] ?? [], host)
    const program = compile(modules, compileOptions(given))
    const options = { ...evaluateOptions(host), data, strictBuiltinErrors: given.switches.has('strict-builtin-errors'), ...inputOption(given, host) }
    const answered = answer(program, query, options)
    host.write(formatAnswer(answered, format))
    return given.switches.has(answered.solutions.length === 0 ? 'fail' : 'fail-defined') ? 1 : 0
  } catch (error) {
    if (format === 'json') print(host, new Ordered(['errors', reportedErrors(error)]))
    else report(error, host)
    return 2
  }
}

function inputOption({ values, switches }: Arguments, host: Host): Pick<EvaluateOptions, 'input' | 'inputText'> {
  const file = values['input']?.at(-1)
  if (switches.has('stdin')) return { inputText: host.readStandardInput() }
  return file === undefined ? {} : { input: readDocument(file, host) }
}

function testCommand(given: Arguments, host: Host): number {
  const format = formatOf(given, 'json')
  if (given.rest.length === 0) throw new CommandError('expected a file or folder, found nothing')
  const loaded = load(given.rest, host)
  const options = compileOptions(given)
  const wanted = chosenTests(given)
  const covered = given.switches.has('coverage') ? coverage(loaded.modules, options.version) : undefined
  try {
    // The modules as they are written, first: their errors are the ones to show.
    const plain = compile(loaded.modules, { ...options, print: true })
    const program = covered === undefined ? plain : compile(covered.modules, { ...options, print: true, capabilities: { builtins: [...allBuiltins, covered.builtin] } })
    const outcomes = runTests(program, testRules(loaded.modules, options.version).filter(wanted), { ...evaluateOptions(host), data: loaded.data })
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

function checkCommand(given: Arguments, host: Host): number {
  const format = formatOf(given, 'json')
  if (given.rest.length === 0) throw new CommandError('expected a file or folder, found nothing')
  try {
    compile(load(given.rest, host).modules, compileOptions(given))
    if (format === 'json') print(host, new Ordered())
    return 0
  } catch (error) {
    if (format === 'json') print(host, new Ordered(['errors', reportedErrors(error)]))
    else report(error, host)
    return 1
  }
}

function report(error: unknown, host: Host): void {
  const lines = errorLines(error)
  if (lines.length === 1) host.writeError(`1 error occurred: ${lines[0] ?? ''}\n`)
  else host.writeError(`${lines.length} errors occurred:\n${lines.map((line) => `${line}\n`).join('')}`)
}
