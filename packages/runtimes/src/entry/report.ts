import type { Outcome } from '../suite/check.ts'

/** What a runtime says when it is done. */
export interface RuntimeReport {
  /** What the runtime calls itself. */
  readonly agent: string
  readonly outcomes: readonly Outcome[]
}
