import { RegoCompileError, RegoError, type Location } from '../errors.ts'
import { CommandError } from './host.ts'
import { Ordered } from './output.ts'

/** The errors of a failed run in the form OPA gives them; rethrows what is a mistake of the program. */
export function reportedErrors(error: unknown): readonly Ordered[] {
  if (error instanceof RegoCompileError) return error.diagnostics.map(({ code, message, location }) => reported(code, message, location))
  if (RegoError.is(error)) return [reported(error.code, error.message, error.location)]
  if (error instanceof CommandError || error instanceof TypeError) return [new Ordered(['message', error.message])]
  throw error
}

function reported(code: string, message: string, location: Location | undefined): Ordered {
  const place = location === undefined ? [] : [['location', new Ordered(['file', location.file], ['row', location.row], ['col', location.col])] as const]
  return new Ordered(['message', message], ['code', code], ...place)
}

/** The same as lines of text. */
export function errorLines(error: unknown): readonly string[] {
  if (error instanceof RegoCompileError) return error.diagnostics.map((diagnostic) => line(diagnostic.code, diagnostic.message, diagnostic.location))
  if (RegoError.is(error)) return [line(error.code, error.message, error.location)]
  if (error instanceof CommandError || error instanceof TypeError) return [error.message]
  throw error
}

function line(code: string, message: string, location: Location | undefined): string {
  // A query has no file, and often one line.
  const place = location === undefined ? '' : location.file === '' ? `${location.row}:${location.col}: ` : `${location.file}:${location.row}: `
  return `${place}${code}: ${message}`
}
