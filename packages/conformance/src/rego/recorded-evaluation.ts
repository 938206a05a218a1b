import { compare, compile, equal, isArray, isObject, objectEntries, objectKeys, policyCapabilities, RegoCompileError, RegoError, toJson, toPlain, type CompileOptions, type EvaluateOptions, type Value } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { without } from './capabilities.ts'
import { lineOf, type Line } from './line.ts'

/** What CI/lock takes out of OPA's capabilities. */
const removed: readonly string[] = ['http.send', 'opa.runtime', 'net.lookup_ip_addr']

/** Holds one recorded evaluation against what OPA said and, where it was recorded, what CI/lock said. */
export function recordedProblem(line: Line, readInput: (path: string) => string): string | undefined {
  const options = optionsOf(line, readInput)
  return opaProblem(line, options) ?? cilockProblem(line, options)
}

function optionsOf(line: Line, readInput: (path: string) => string): EvaluateOptions {
  const [file, input] = [line.text('input_file'), line.value('input')]
  return {
    strictBuiltinErrors: line.isTrue('strict_error'),
    now: new Date('2026-01-02T03:04:05Z'),
    seed: 'recorded',
    ...(file === undefined ? {} : { inputText: readInput(file) }),
    ...(input === undefined ? {} : { input }),
  }
}

/** The result as a list of bindings, or the error. */
function run(line: Line, capabilities: NonNullable<CompileOptions['capabilities']>, options: EvaluateOptions): Value | RegoError {
  const sources = line.texts('modules').map((source, index) => ({ name: `test-${index}.rego`, source }))
  try {
    const program = compile(sources, { version: line.text('rego_version') === 'v1' ? 'v1' : 'v0', capabilities })
    return program.query(line.text('query') ?? '', options).map((row) => toPlain(row))
  } catch (error) {
    if (RegoError.is(error)) return error
    throw error
  }
}

function opaProblem(line: Line, options: EvaluateOptions): string | undefined {
  const found = run(line, { builtins: without(removed) }, options)
  // evaluation worked, but the command could not print the result
  if (line.has('output_error')) return found instanceof RegoError ? `expected a result, found ${found.code}: ${found.message}` : undefined
  const [code, message, row] = [line.text('want_error_code'), line.text('want_error'), line.number('want_error_row')]
  if (found instanceof RegoError) {
    const same = found.code === code && (message === undefined || found.message.includes(message) || found instanceof RegoCompileError) && (row === undefined || row === found.location?.row)
    return same ? undefined : `expected ${code ?? 'a result'}${row === undefined ? '' : ` at ${row}`} ${message ?? ''}, found ${found.code} at ${found.location?.row}: ${found.message}`
  }
  if (code !== undefined) return `expected ${code}, found ${toJson(found)}`
  const wanted = line.value('want_result') ?? []
  return equal(found, wanted) && toJson(found) === toJson(wanted) ? undefined : `expected ${toJson(wanted)}, found ${toJson(found)}`
}

/** CI/lock's own verdict, under the preset for policies. */
function cilockProblem(line: Line, options: EvaluateOptions): string | undefined {
  const recorded = line.value('cilock')
  if (recorded === undefined || !isObject(recorded)) return undefined
  const wanted = lineOf(recorded)
  const found = run(line, policyCapabilities(allBuiltins), { ...options, strictBuiltinErrors: true })
  const ours = verdictOf(found)
  const reasons = wanted.has('reasons') ? wanted.texts('reasons') : undefined
  const same = ours.verdict === wanted.text('verdict') && sameReasons(ours.reasons, reasons)
  return same ? undefined : `expected ${wanted.text('verdict')} ${JSON.stringify(reasons)} of CI/lock, found ${JSON.stringify(ours)}${found instanceof RegoError ? ` ${found.code}: ${found.message}` : ''}`
}

interface Verdict {
  readonly verdict: 'pass' | 'deny' | 'error'
  readonly reasons?: readonly Value[]
}

/** A list of reasons denies, or the keys of an object; anything else is no answer, and undefined least of all. */
function verdictOf(found: Value | RegoError): Verdict {
  const [row] = found instanceof RegoError || !isArray(found) ? [] : found
  const lists = row === undefined || !isObject(row) ? [undefined] : objectEntries(row).map(([, deny]) => reasonsIn(deny))
  if (lists.some((list) => list === undefined)) return { verdict: 'error' }
  const reasons = lists.flatMap((list) => list ?? [])
  return reasons.length === 0 ? { verdict: 'pass' } : { verdict: 'deny', reasons }
}

function reasonsIn(deny: Value): readonly Value[] | undefined {
  if (isArray(deny)) return deny
  return isObject(deny) ? objectKeys(deny) : undefined
}

/** Reasons that are no strings are printed as Go prints maps: only how many there are is compared then. */
function sameReasons(ours: readonly Value[] = [], theirs: readonly string[] = []): boolean {
  if (ours.some((reason) => typeof reason !== 'string')) return ours.length === theirs.length
  return equal([...ours].sort(compare), [...theirs].sort(compare))
}
