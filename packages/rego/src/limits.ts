/** How much work and memory a policy may take. Hitting a limit is an error with a code of its own, never an answer. */
export interface Limits {
  /** Steps of evaluation: iterations, calls, results, and what built-ins count for long operands. Code `ERR_LIMIT_STEPS`. */
  readonly steps: number
  /** Nesting of JSON that is read, and of input and data. Code `ERR_LIMIT_DEPTH`. */
  readonly depth: number
  /** Members of a collection that a policy makes. Code `ERR_LIMIT_RESULT_SIZE`. */
  readonly resultSize: number
  /** UTF-16 units of a string that a policy makes. Code `ERR_LIMIT_STRING_LENGTH`. */
  readonly stringLength: number
  /** Instructions of a compiled regular expression. Code `ERR_LIMIT_REGEX_SIZE`. */
  readonly regexSize: number
}

/** Bounds on an evaluation where none are given. */
export const defaultLimits: Limits = {
  steps: 50_000_000,
  depth: 2000,
  resultSize: 2_000_000,
  stringLength: 16_777_216,
  regexSize: 20_000,
}

/** Limits for reading and checking policies. */
export interface CompileLimits {
  /** UTF-16 units of all sources together. Code `ERR_LIMIT_SOURCE_SIZE`. */
  readonly sourceSize: number
  /**
   * Nesting of brackets; beyond it, a `rego_parse_error`. Constants are held to 2,000, other terms that stand in each other, and operators in a row,
   * to 1,024 besides, with the code `ERR_LIMIT_DEPTH`; what is nested without brackets that open in a row, to 250.
   */
  readonly depth: number
  /** Work of the checker, mostly of putting literals in order. Code `ERR_LIMIT_STEPS`. */
  readonly steps: number
}

/** Bounds on sources where none are given. */
export const defaultCompileLimits: CompileLimits = { sourceSize: 4_194_304, depth: 49_996, steps: 20_000_000 }
