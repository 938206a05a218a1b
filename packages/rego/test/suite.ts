import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BuiltinError,
  compile,
  coreBuiltins,
  equal,
  formatTerm,
  isArray,
  isObject,
  objectGet,
  parseJson,
  RegoError,
  toPlain,
  typeName,
  compare,
  objectKeys,
  type Builtin,
  type CompileOptions,
  type Value,
} from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { hostBuiltins } from '@cilock/rego/further'

/** One case of OPA's evaluation suite, or of recordings in its form. */
export interface SuiteCase {
  readonly note: string
  readonly query: string
  readonly modules: readonly string[]
  readonly data: Value
  readonly input: Value | undefined
  readonly inputTerm: string | undefined
  readonly wantResult: readonly Value[] | undefined
  readonly wantErrorCode: string | undefined
  readonly wantError: string | undefined
  readonly sortBindings: boolean
  readonly strictError: boolean
  readonly in1131: boolean
  readonly experimental: boolean
}

/** How a case is run besides the way it is written for. */
export interface Mode {
  readonly version: 'v0' | 'v1'
  /** Runs v1 sources in v0 mode with `import rego.v1`. */
  readonly importV1?: boolean
  readonly indexing?: boolean
  readonly earlyExit?: boolean
}

/** Left out on purpose: network, AWS signing and GraphQL. */
export const leftOut: readonly string[] = ['graphql', 'providers-aws', 'netlookupipaddr']

export function readCases(file: string): readonly SuiteCase[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => toCase(parseJson(line)))
}

export function suiteFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && !leftOut.includes(name.replace('.jsonl', '')))
    .sort()
    .map((name) => join(folder, name))
}

function toCase(value: Value): SuiteCase {
  if (!isObject(value)) throw new TypeError('expected an object')
  const text = (key: string): string | undefined => {
    const found = objectGet(value, key)
    return typeof found === 'string' ? found : undefined
  }
  const list = (key: string): readonly Value[] | undefined => {
    const found = objectGet(value, key)
    return found !== undefined && isArray(found) ? found : undefined
  }
  return {
    note: text('note') ?? '',
    query: text('query') ?? '',
    modules: (list('modules') ?? []).map(String),
    data: objectGet(value, 'data') ?? {},
    input: objectGet(value, 'input'),
    inputTerm: text('input_term'),
    wantResult: list('want_result'),
    wantErrorCode: text('want_error_code'),
    wantError: text('want_error'),
    sortBindings: objectGet(value, 'sort_bindings') === true,
    strictError: objectGet(value, 'strict_error') === true,
    in1131: objectGet(value, 'in_1_13_1') !== false,
    experimental: objectGet(value, 'experimental_keywords') === true,
  }
}

/** Functions that the suite's own harness adds. */
const harnessBuiltins: readonly Builtin[] = [
  {
    name: 'test.sleep',
    declaration: { kind: 'function', args: [{ kind: 'string' }], result: { kind: 'null' } },
    call: () => null,
  },
  ...hostBuiltins,
]

const capabilities = { builtins: [...coreBuiltins, ...allBuiltins.filter(({ name }) => !coreBuiltins.some((known) => known.name === name)), ...harnessBuiltins] }

/** On the package's own line, so that all rows stay. */
function withImport(source: string): string {
  return source.replace(/^(\s*(?:#[^\n]*\n\s*)*package[^\n#]*)/m, '$1 import rego.v1 ')
}

/** Undefined where the case passes, else what is wrong. */
export function runCase(item: SuiteCase, mode: Mode): string | undefined {
  const options: CompileOptions = {
    version: mode.importV1 === true ? 'v0' : mode.version,
    capabilities: mode.importV1 === true ? { ...capabilities, templateStrings: true } : capabilities,
    indexing: mode.indexing ?? true,
    earlyExit: mode.earlyExit ?? true,
  }
  let rows: readonly Readonly<Record<string, Value>>[]
  try {
    const sources = item.modules.map((source, index) => ({ name: `test-${index}.rego`, source: mode.importV1 === true ? withImport(source) : source }))
    const program = compile(sources, options)
    let input = item.input
    if (item.inputTerm !== undefined) {
      const [row] = compile([], { ...options, version: 'v1' }).query(`x = ${item.inputTerm}`)
      input = row?.['x']
    }
    rows = program.query(item.query, {
      ...(input === undefined ? {} : { input }),
      data: item.data,
      now: new Date(),
      seed: 'suite',
      strictBuiltinErrors: item.strictError,
      limits: { steps: 20_000_000 },
    })
  } catch (error) {
    if (!RegoError.is(error)) return `crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}${error instanceof BuiltinError ? ' (built-in)' : ''}`
    return checkError(item, error)
  }
  if (item.wantErrorCode !== undefined) return `expected ${item.wantErrorCode}, found ${rows.length} results`
  return checkRows(item, rows)
}

function checkError(item: SuiteCase, error: RegoError): string | undefined {
  const { location } = error
  const text = `${location === undefined ? '' : `${location.file}:${location.row}: `}${error.code}: ${error.message}`
  if (item.wantErrorCode === undefined && item.wantError === undefined) return `unexpected error: ${text}`
  if (item.wantErrorCode !== undefined && item.wantErrorCode !== error.code) return `expected ${item.wantErrorCode}, found ${text}`
  if (item.wantError !== undefined && !text.includes(item.wantError)) return `expected ${JSON.stringify(item.wantError)}, found ${JSON.stringify(text)}`
  return undefined
}

function checkRows(item: SuiteCase, rows: readonly Readonly<Record<string, Value>>[]): string | undefined {
  const wanted = (item.wantResult ?? []).map((row) => normalise(row, item.sortBindings))
  const found = rows.map((row) => normalise(toPlain(row), item.sortBindings))
  const missing = wanted.filter((row) => !found.some((other) => equal(row, other)))
  const extra = found.filter((row) => !wanted.some((other) => equal(row, other)))
  if (missing.length === 0 && extra.length === 0) return undefined
  return `expected ${show(missing)}, found ${show(extra)}`
}

function show(rows: readonly Value[]): string {
  return JSON.stringify(rows)?.slice(0, 500) ?? ''
}

function normalise(row: Value, sort: boolean): Value {
  if (!sort || !isObject(row)) return row
  const sorted: Record<string, Value> = {}
  for (const key of objectKeys(row)) {
    const value = objectGet(row, key) ?? null
    sorted[formatTerm(key)] = typeName(value) === 'array' && isArray(value) ? [...value].sort(compare) : value
  }
  return sorted
}
