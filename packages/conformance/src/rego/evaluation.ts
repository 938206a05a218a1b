import { compare, compile, equal, formatTerm, isArray, isObject, objectGet, objectKeys, RegoError, toJson, toPlain, type CompileOptions, type ModuleSource, type Program, type Value } from '@cilock/rego'
import { newerCapabilities, suiteCapabilities } from './capabilities.ts'
import type { Line } from './line.ts'

/** A case of OPA's evaluation suite in one of the ways to run it. */
export interface EvaluationMode {
  readonly name: string
  readonly options: CompileOptions
  /** What is done to each module. */
  readonly source: (source: string) => string
}

const asWritten = (source: string): string => source

/** On the package's own line, so that all rows stay. */
const withImport = (source: string): string => source.replace(/^(\s*(?:#[^\n]*\n\s*)*package[^\n#]*)/m, '$1 import rego.v1 ')

/** Rego v0 or v1 as a case is written, without rule indexing, without early exit; v1 also as v0 that imports `rego.v1`. */
export function evaluationModes(version: 'v0' | 'v1', line: Line): readonly EvaluationMode[] {
  const capabilities = line.has('in_1_13_1') && !line.isTrue('in_1_13_1') ? newerCapabilities : suiteCapabilities
  const options: CompileOptions = { version, capabilities }
  const modes: EvaluationMode[] = [
    { name: version, options, source: asWritten },
    { name: `${version}, without index`, options: { ...options, indexing: false }, source: asWritten },
    { name: `${version}, without early exit`, options: { ...options, earlyExit: false }, source: asWritten },
  ]
  if (version === 'v1') modes.push({ name: 'v0 with import rego.v1', options: { version: 'v0', capabilities: { ...capabilities, templateStrings: true } }, source: withImport })
  return modes
}

/** The dialect of a case that does not say it: every case compiles in its own. */
export function dialectOf(line: Line): 'v0' | 'v1' {
  try {
    compile(modulesOf(line, asWritten), { version: 'v1', capabilities: suiteCapabilities })
    return 'v1'
  } catch {
    return 'v0'
  }
}

/** Runs one case in one mode. Undefined where it passes, else what is wrong. */
export function evaluationProblem(line: Line, mode: EvaluationMode): string | undefined {
  let rows: readonly Readonly<Record<string, Value>>[]
  try {
    rows = rowsOf(line, compile(modulesOf(line, mode.source), mode.options), mode.options)
  } catch (error) {
    if (!RegoError.is(error)) throw error
    return errorProblem(line, error)
  }
  const wanted = line.text('want_error_code')
  return wanted === undefined ? rowsProblem(line, rows) : `expected ${wanted}, found ${shown(rows.map(toPlain))}`
}

function modulesOf(line: Line, change: (source: string) => string): readonly ModuleSource[] {
  return line.texts('modules').map((source, index) => ({ name: `test-${index}.rego`, source: change(source) }))
}

function rowsOf(line: Line, program: Program, options: CompileOptions): readonly Readonly<Record<string, Value>>[] {
  const input = inputOf(line, options)
  return program.query(line.text('query') ?? '', {
    ...(input === undefined ? {} : { input }),
    data: line.value('data') ?? {},
    now: new Date(),
    seed: 'suite',
    strictBuiltinErrors: line.isTrue('strict_error'),
    limits: { steps: 20_000_000 },
  })
}

/** Input is JSON, or a term, which may hold sets. */
function inputOf(line: Line, options: CompileOptions): Value | undefined {
  const term = line.text('input_term')
  if (term === undefined) return line.value('input')
  const [row] = compile([], { ...options, version: 'v1' }).query(`x = ${term}`)
  return row?.['x']
}

function errorProblem(line: Line, { code, message, location }: RegoError): string | undefined {
  const [wantedCode, wantedText] = [line.text('want_error_code'), line.text('want_error')]
  const text = `${location === undefined ? '' : `${location.file}:${location.row}: `}${code}: ${message}`
  if (wantedCode === undefined && wantedText === undefined) return `unexpected error: ${text}`
  if (wantedCode !== undefined && wantedCode !== code) return `expected ${wantedCode}, found ${text}`
  if (wantedText !== undefined && !text.includes(wantedText)) return `expected ${JSON.stringify(wantedText)}, found ${JSON.stringify(text)}`
  return undefined
}

/** Bindings are compared as a set, numbers by their values. */
function rowsProblem(line: Line, rows: readonly Readonly<Record<string, Value>>[]): string | undefined {
  const sort = line.isTrue('sort_bindings')
  const wanted = (line.list('want_result') ?? []).map((row) => normalised(row, sort))
  const found = rows.map((row) => normalised(toPlain(row), sort))
  const missing = wanted.filter((row) => !found.some((other) => equal(row, other)))
  const extra = found.filter((row) => !wanted.some((other) => equal(row, other)))
  return missing.length === 0 && extra.length === 0 ? undefined : `expected ${shown(missing)}, found ${shown(extra)}`
}

function normalised(row: Value, sort: boolean): Value {
  if (!sort || !isObject(row)) return row
  const sorted: Record<string, Value> = {}
  for (const key of objectKeys(row)) {
    const value = objectGet(row, key) ?? null
    sorted[formatTerm(key)] = isArray(value) ? [...value].sort(compare) : value
  }
  return sorted
}

function shown(rows: readonly Value[]): string {
  return toJson(rows).slice(0, 500)
}
