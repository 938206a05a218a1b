import { RegoError, type DiagnosticCode } from '../errors.ts'
import type { Loc } from '../syntax/ast.ts'
import { diagnostic, type Diagnostic } from '../syntax/diagnostic.ts'

/** Collects diagnostics up to OPA's limit. */
export interface Sink {
  readonly report: (code: DiagnosticCode, location: Loc | undefined, message: string, details?: readonly string[]) => void
  readonly add: (found: Diagnostic) => void
  readonly found: readonly Diagnostic[]
  /** Counts work; throws `ERR_LIMIT_STEPS` when there is too much of it. */
  readonly spend: (steps: number) => void
}

const limit = 10

export function makeSink(maxSteps: number): Sink {
  let steps = 0
  const spend = (count: number): void => {
    steps += count
    if (steps > maxSteps) throw new RegoError('ERR_LIMIT_STEPS', `compilation took more than ${maxSteps} steps`)
  }
  const found: Diagnostic[] = []
  const add = (item: Diagnostic): void => {
    if (found.length > limit) return
    found.push(item)
    if (found.length === limit) found.push(diagnostic('rego_compile_error', undefined, 'error limit reached'))
  }
  return { found, add, spend, report: (code, location, message, details) => add(diagnostic(code, location, message, details)) }
}
