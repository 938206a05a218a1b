import type { RegoDiagnostic } from '../errors.ts'
import { toLocation } from '../plan/planner.ts'
import type { Diagnostic } from './diagnostic.ts'

/** What a caller is told of a diagnostic. */
export function toPublicDiagnostic({ code, message, location, details }: Diagnostic): RegoDiagnostic {
  return { code, message, location: location === undefined || (location.row === 0 && location.offset > 0) ? undefined : toLocation(location), details: details ?? [] }
}
