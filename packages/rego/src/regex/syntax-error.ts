/** What can be wrong with a regular expression, in the words of Go's `regexp/syntax`. */
export type RegexProblem =
  | 'invalid character class range'
  | 'invalid escape sequence'
  | 'invalid named capture'
  | 'invalid or unsupported Perl syntax'
  | 'invalid nested repetition operator'
  | 'invalid repeat count'
  | 'missing closing ]'
  | 'missing closing )'
  | 'missing argument to repetition operator'
  | 'trailing backslash at end of expression'
  | 'unexpected )'
  | 'expression nests too deeply'
  | 'expression too large'

/** A pattern that cannot be compiled; the message is the one Go prints. */
export class RegexSyntaxError extends Error {
  override readonly name: string = 'RegexSyntaxError'
  readonly code = 'regex_syntax_error' as const
  readonly problem: RegexProblem
  constructor(problem: RegexProblem, expression: string) {
    super(`error parsing regexp: ${problem}: \`${expression}\``)
    this.problem = problem
  }
}
