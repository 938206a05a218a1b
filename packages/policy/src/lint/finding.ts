import type { JsonValue } from '@cilock/core'
import { severityOf } from './code.ts'
import type { LintCode, Severity } from './code.ts'

/** One edit of the policy document, as in JSON Patch (RFC 6902). */
export type PolicyEdit =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string }

/** What would settle a finding. */
export interface LintFix {
  /** One sentence. */
  readonly description: string
  /** Where it can be done without knowing what was meant: edits to be made in this order. */
  readonly edits?: readonly PolicyEdit[]
}

/** A place inside a Rego module; both count from 1. */
export interface ModulePosition {
  /** The line. */
  readonly row: number
  /** The character in it. */
  readonly column: number
}

/** One thing that the linter has to say. */
export interface LintFinding {
  /** What was found. */
  readonly code: LintCode
  /** How bad it is. */
  readonly severity: Severity
  /** One sentence for people; it may change between versions. */
  readonly message: string
  /** Where it was found. */
  readonly place: {
    readonly document: 'envelope' | 'policy'
    /** JSON pointer (RFC 6901). */
    readonly pointer: string
    /** Inside the module that the pointer names. */
    readonly position?: ModulePosition
  }
  /** What could be done about it. */
  readonly fix: LintFix
}

export interface FindingOptions {
  readonly position?: ModulePosition
  readonly edits?: readonly PolicyEdit[]
}

/** A finding about the policy document. */
export function lintFinding(code: LintCode, pointer: string, message: string, fix: string, { position, edits }: FindingOptions = {}): LintFinding {
  return {
    code,
    severity: severityOf(code),
    message,
    place: { document: 'policy', pointer, ...(position !== undefined && { position }) },
    fix: { description: fix, ...(edits !== undefined && { edits }) },
  }
}

/** The same about the envelope around it. */
export function envelopeFinding(code: LintCode, pointer: string, message: string, fix: string): LintFinding {
  const finding = lintFinding(code, pointer, message, fix)
  return { ...finding, place: { document: 'envelope', pointer } }
}
