import type { JsonValue } from '@cilock/core'
import type { CheckValue } from '../report/report.ts'

/** A Rego module of a policy. */
export interface RegoModule {
  /** As the policy calls it, with its position where that says nothing or says the same as another. */
  readonly name: string
  /** JSON pointer to its text. */
  readonly pointer: string
  /** Where it reads its input: the keys as far as they are written as text. */
  readonly reads: readonly InputRead[]
}

/** One reference to `input`. */
export interface InputRead {
  readonly path: readonly string[]
  readonly row: number
}

/** A package whose `deny` is asked. */
export interface RegoPackage {
  /** `data.example.deny`. */
  readonly rule: string
  /** The modules that make it up. */
  readonly modules: readonly string[]
}

/** Where a denial comes from. */
export interface DenialSource {
  readonly module: string
  readonly rule: string
  /** Of the rule's head. */
  readonly row: number
  /** The variables of the rule, as they were. */
  readonly values: Readonly<Record<string, CheckValue>>
  /** What the rule reads of the input, as it was. */
  readonly input: Readonly<Record<string, CheckValue>>
}

export interface Denial {
  readonly reason: string
  readonly sources: readonly DenialSource[]
}

/** What a package says to one input. */
export type RegoOutcome =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'denied'; readonly denials: readonly Denial[] }
  /** It gave no answer, which is never a pass. */
  | { readonly outcome: 'error'; readonly code: string; readonly message: string; readonly module?: string; readonly row?: number }

export interface RegoRun {
  readonly now: Date
  /** For the built-ins that draw lots. */
  readonly seed: string
  /** Counts steps, and throws when they are too many for the whole verification. */
  readonly spend: (steps: number) => void
}

/** The modules that one attestation is held against, compiled together. */
export interface RegoRules {
  readonly modules: readonly RegoModule[]
  readonly packages: readonly RegoPackage[]
  /** Asks each package on its own, so that none hides another. */
  readonly judge: (input: JsonValue, run: RegoRun) => readonly { readonly asked: RegoPackage; readonly result: RegoOutcome }[]
}
