import type { PredicateType } from '@cilock/core'
import type { PolicyMembers } from '../document/members.ts'
import type { LintFinding } from './finding.ts'

/** What rules look at. */
export interface LintContext {
  readonly policy: PolicyMembers
  /** Ids under which functionaries may name a usable key, and the place of the key. */
  readonly keys: ReadonlyMap<string, string>
  readonly types: readonly PredicateType[] | undefined
  readonly now: Date | undefined
}

/** One concern: what it has to say about a policy. */
export type LintRule = (context: LintContext) => readonly LintFinding[]
