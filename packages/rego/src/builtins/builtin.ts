import { RegoError, type LimitErrorCode } from '../errors.ts'
import type { FunctionType } from '../types/type.ts'
import type { Value } from '../value/value.ts'

/** What a built-in may use besides its operands. */
export interface BuiltinContext {
  /** Counts `steps` towards the evaluation's budget, before or while doing work that grows with its operands. */
  readonly spend: (steps: number) => void
  /** Fails with `ERR_LIMIT_STRING_LENGTH` where a text of `length` UTF-16 units is over the limit: ask before building it. */
  readonly checkLength: (length: number) => void
  /** Fails with `ERR_LIMIT_RESULT_SIZE` where a collection of `size` members is over the limit: ask before building it. */
  readonly checkSize: (size: number) => void
  /** The bounds of this evaluation. */
  readonly limits: BuiltinLimits
  /** The one instant of this evaluation, in nanoseconds since 1970; undefined when the caller gave no clock. */
  readonly now: bigint | undefined
  /** The caller's seed for `rand.intn` and `uuid.rfc4122`; undefined when randomness was not handed in. */
  readonly seed: string | undefined
  /** Lives as long as this evaluation: for results that must not change within it. */
  readonly evaluationCache: Map<string, unknown>
  /** Lives as long as the program, for compiled patterns and the like; the oldest entries leave first. */
  readonly programCache: ProgramCache
  /** Takes what `print` and `trace` say. */
  readonly note: ((text: string) => void) | undefined
  /** Stops the evaluation; undefined where nobody can. */
  readonly signal: AbortSignal | undefined
}

/** Bounds that a built-in keeps to. */
export interface BuiltinLimits {
  /** Steps of the whole evaluation. */
  readonly steps: number
  /** Nesting of values. */
  readonly depth: number
  /** Members of a collection. */
  readonly resultSize: number
  /** UTF-16 units of a text. */
  readonly stringLength: number
  /** Instructions of a compiled pattern. */
  readonly regexSize: number
}

/** What built-ins keep from one call to the next. */
export interface ProgramCache {
  /** What was kept under a key; undefined where nothing was, or it has left. */
  readonly get: (key: string) => unknown
  /** Keeps something under a key. */
  readonly set: (key: string, value: unknown) => void
}

/**
 * A function that policies can call. `call` gets the operands in order and gives the result, or `undefined` for an
 * undefined one (not an error, even in strict mode); it throws a {@link BuiltinError} where OPA reports one.
 */
export interface Builtin {
  /** What policies call it, with dots. */
  readonly name: string
  /** The types of its operands and its result. */
  readonly declaration: FunctionType
  /** Refused in Rego v1. */
  readonly deprecated?: boolean
  /** Its result may differ between evaluations of the same input. */
  readonly nondeterministic?: boolean
  /** `call` gives an array of solutions, each of them a result of its own (`walk`). */
  readonly relation?: boolean
  /** Does it. */
  readonly call: (context: BuiltinContext, ...operands: Value[]) => Value | undefined
  /** For relations with many solutions: calls `emit` for each until it returns true. Then `call` need not make the array. */
  readonly each?: (context: BuiltinContext, emit: (solution: Value) => boolean, ...operands: Value[]) => boolean
}

/**
 * Thrown by built-ins only. The message does not name the built-in; the engine puts `name: ` in front. Non-strict
 * evaluation makes the call undefined, strict evaluation reports it when the query has finished.
 */
export class BuiltinError extends Error {
  override readonly name: string = 'BuiltinError'
  /** `eval_type_error` when an operand has the wrong type, `eval_builtin_error` for all else. */
  readonly code: 'eval_type_error' | 'eval_builtin_error'

  constructor(code: 'eval_type_error' | 'eval_builtin_error', message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A limit was hit: ends the evaluation whatever the mode. */
export function limitError(code: LimitErrorCode, message: string): RegoError {
  return new RegoError(code, message)
}
