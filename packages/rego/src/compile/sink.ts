import type { DiagnosticCode } from '../errors.ts'
import type { Loc } from '../syntax/ast.ts'
import { diagnostic, type Diagnostic } from '../syntax/diagnostic.ts'

/** Collects diagnostics up to OPA's limit. */
export interface Sink {
  readonly report: (code: DiagnosticCode, location: Loc | undefined, message: string, details?: readonly string[]) => void
  readonly add: (found: Diagnostic) => void
  readonly found: readonly Diagnostic[]
}

const limit = 10

export function makeSink(): Sink {
  const found: Diagnostic[] = []
  const add = (item: Diagnostic): void => {
    if (found.length > limit) return
    found.push(item)
    if (found.length === limit) found.push(diagnostic('rego_compile_error', undefined, 'error limit reached'))
  }
  return { found, add, report: (code, location, message, details) => add(diagnostic(code, location, message, details)) }
}
