/** Where something stands in a policy: rows and columns count from 1, columns in code points. */
export interface Location {
  /** The name of the module. */
  readonly file: string
  /** The line, from 1. */
  readonly row: number
  /** The character in it, from 1. */
  readonly col: number
  /** UTF-16 offset of the first character. */
  readonly offset: number
  /** The source text that is meant, where it is known. */
  readonly text?: string
}

/** What can be wrong with a policy, before it runs. The names are OPA's. */
export type DiagnosticCode = 'rego_parse_error' | 'rego_compile_error' | 'rego_type_error' | 'rego_unsafe_var_error' | 'rego_recursion_error'

/** What can go wrong while a policy runs. The names are OPA's. */
export type EvaluationErrorCode =
  | 'eval_internal_error'
  | 'eval_cancel_error'
  | 'eval_conflict_error'
  | 'eval_type_error'
  | 'eval_builtin_error'
  | 'eval_with_merge_error'

/** True for what fails in a policy itself, and not in what surrounds its evaluation. */
export function isEvaluationError(code: string): boolean {
  return code.startsWith('eval_') && code !== 'eval_cancel_error'
}

/** Which limit was hit. Never a pass: the policy has no answer then. */
export type LimitErrorCode =
  | 'ERR_LIMIT_STEPS'
  | 'ERR_LIMIT_DEPTH'
  | 'ERR_LIMIT_RESULT_SIZE'
  | 'ERR_LIMIT_STRING_LENGTH'
  | 'ERR_LIMIT_REGEX_SIZE'
  | 'ERR_LIMIT_SOURCE_SIZE'
  | 'ERR_LIMIT_TIME'

/** Stable: match on these, never on messages. */
export type RegoErrorCode = DiagnosticCode | EvaluationErrorCode | LimitErrorCode | 'ERR_MALFORMED_JSON' | 'ERR_NOT_JSON'

const brand = Symbol.for('@cilock/error')

/** Every failure of this package that is not a wrong argument (those are a `TypeError`). */
export class RegoError extends Error {
  override readonly name: string = 'RegoError'
  readonly code: RegoErrorCode
  /** Where in the sources it happened, if it did there. */
  readonly location: Location | undefined

  constructor(code: RegoErrorCode, message: string, location?: Location, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.location = location
    Object.defineProperty(this, brand, { value: true })
  }

  /** True also when two copies of this package are installed. */
  static is(error: unknown): error is RegoError {
    return error instanceof Error && brand in error && error.name === 'RegoError'
  }
}

/** One thing that is wrong with a policy. */
export interface RegoDiagnostic {
  /** What is wrong; stable. */
  readonly code: DiagnosticCode
  /** OPA's words for it. */
  readonly message: string
  /** Where it stands. */
  readonly location: Location | undefined
  /** More about it, line by line: the types a checker has and wants. */
  readonly details: readonly string[]
}

/** A policy that cannot be compiled, with everything that is wrong with it. Its code is that of the first diagnostic. */
export class RegoCompileError extends RegoError {
  /** Everything that is wrong with the sources. */
  readonly diagnostics: readonly RegoDiagnostic[]

  constructor(diagnostics: readonly RegoDiagnostic[]) {
    const [first] = diagnostics
    super(first?.code ?? 'rego_compile_error', diagnostics.map(formatDiagnostic).join('\n'), first?.location)
    this.diagnostics = diagnostics
  }
}

/** `file:row: code: message`, as OPA prints it. */
export function formatDiagnostic({ code, message, location }: RegoDiagnostic): string {
  return `${location === undefined ? '' : `${location.file}:${location.row}: `}${code}: ${message}`
}
