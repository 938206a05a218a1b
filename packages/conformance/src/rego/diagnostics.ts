import { compile, policyCapabilities, RegoCompileError, RegoError, type CompileOptions, type ModuleSource, type RegoDiagnostic } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { everyBuiltin, without } from './capabilities.ts'
import { lineOf, type Line } from './line.ts'

/**
 * Holds the diagnostics of a recorded case against those of `opa check`, or of CI/lock where that says something else:
 * code, row, column and text. Undefined where they are the same.
 */
export function recordedDiagnosticsProblem(line: Line): string | undefined {
  const cilock = line.value('cilock')
  const asCilock = cilock !== undefined && typeof cilock === 'object'
  const version = versionOf(line)
  const found = diagnose(line, {
    version,
    strict: line.isTrue('strict'),
    print: !asCilock && version === 'v1',
    capabilities: asCilock ? policyCapabilities(allBuiltins) : { builtins: without(line.texts('denied_builtins')), templateStrings: version === 'v1' },
  })
  if (found instanceof RegoError) return `expected diagnostics, found ${found.code}: ${found.message}`
  const wanted = (asCilock ? lineOf(cilock).list('errors') : line.list('want_errors')) ?? []
  if (line.text('order') === 'unstable') {
    const codes = new Set(wanted.map((item) => lineOf(item).text('code')))
    return found.length > 0 && found.every(({ code }) => codes.has(code)) ? undefined : `expected a failure, found ${found.length} errors`
  }
  const ours = found.map(({ code, message, location }) => shown(code, message, location?.row, location?.col)).sort()
  const theirs = wanted.map(lineOf).map((item) => shown(item.text('code') ?? '', item.text('message') ?? '', item.number('row'), item.number('col'))).sort()
  return JSON.stringify(ours) === JSON.stringify(theirs) ? undefined : `expected ${JSON.stringify(theirs)}, found ${JSON.stringify(ours)}`
}

/**
 * OPA's own compile cases, which newer versions have grown: each error wanted is there by code, row and text. What
 * newer versions add to the text of unsafe variables, the rule's name, is not.
 */
export function compileCaseProblem(line: Line): string | undefined {
  const found = diagnose(line, { version: versionOf(line), print: line.isTrue('print_statements'), capabilities: { builtins: everyBuiltin, templateStrings: true } })
  if (found instanceof RegoError) return `expected diagnostics, found ${found.code}: ${found.message}`
  for (const wanted of (line.list('want_errors') ?? []).map(lineOf)) {
    const [code, row, message] = [wanted.text('code'), wanted.number('row'), wanted.text('message')?.replace(/ in rule \S+$/, '')]
    const known = found.some((error) => error.code === code && error.message === message && (row === undefined || error.location?.row === row))
    if (!known) return `expected ${code} at ${row}: ${message}, found ${JSON.stringify(found.map((error) => `${error.code} at ${error.location?.row}: ${error.message}`))}`
  }
  return undefined
}

function versionOf(line: Line): 'v0' | 'v1' {
  return line.text('rego_version') === 'v1' ? 'v1' : 'v0'
}

/** What is wrong with the modules, or the limit that they hit. */
function diagnose(line: Line, options: CompileOptions): readonly RegoDiagnostic[] | RegoError {
  try {
    compile(modulesOf(line), options)
    return []
  } catch (error) {
    if (error instanceof RegoCompileError) return error.diagnostics
    if (RegoError.is(error)) return error
    throw error
  }
}

function modulesOf(line: Line): readonly ModuleSource[] {
  const decoded = line.texts('modules_base64').map((text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)))
  return (line.has('modules_base64') ? decoded : line.texts('modules')).map((source, index) => ({ name: `test-${index}.rego`, source }))
}

function shown(code: string, message: string, row = 0, col = 0): string {
  return `${row}:${col} ${code}: ${message}`
}
