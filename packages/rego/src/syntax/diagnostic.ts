import type { DiagnosticCode } from '../errors.ts'
import type { Loc } from './ast.ts'

/** One thing that is wrong with a policy. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly message: string
  /** Absent where OPA gives no place either. */
  readonly location?: Loc
  /** More about it, line by line: the types a checker has and wants. */
  readonly details?: readonly string[]
}

export function diagnostic(code: DiagnosticCode, location: Loc | undefined, message: string, details?: readonly string[]): Diagnostic {
  return { code, message, ...(location === undefined ? {} : { location }), ...(details === undefined ? {} : { details }) }
}
