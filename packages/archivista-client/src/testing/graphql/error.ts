/** Where something stands in a query. */
export interface Position {
  readonly line: number
  readonly column: number
}

export type ErrorCode = 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED' | 'INVALID_PAGINATION'

/** One error of an answer, with the members that the server writes. */
export interface AnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly locations?: readonly Position[]
  readonly extensions?: { readonly code: ErrorCode }
}

/** What ends a query before it is carried out. */
export class QueryError extends Error {
  override readonly name: string = 'QueryError'
  readonly errors: readonly AnswerError[]

  constructor(errors: readonly AnswerError[]) {
    super(errors.map(({ message }) => message).join('; '))
    this.errors = errors
  }
}

/** What ends one field of a query. */
export class FieldError extends Error {
  override readonly name: string = 'FieldError'
  /** Behind the path of the field. */
  readonly path: readonly (string | number)[]
  readonly code: ErrorCode | undefined

  constructor(message: string, path: readonly (string | number)[] = [], code?: ErrorCode) {
    super(message)
    this.path = path
    this.code = code
  }
}

export function invalid(message: string, position?: Position, path?: AnswerError['path']): AnswerError {
  return { message, ...(path !== undefined && { path }), ...(position !== undefined && { locations: [position] }), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }
}
