import type { PredicateType } from '@cilock/core'
import type { Policy } from '../document/open-policy.ts'
import type { Budget } from '../evidence/budget.ts'
import type { StepMembers } from '../document/members.ts'
import type { CallerInput } from '../options.ts'
import type { VerifyRules } from '../verify-rules.ts'

/** All that a candidate is judged by, apart from the evidence. */
export interface Ruling {
  readonly policy: Policy
  readonly rules: VerifyRules
  readonly types: readonly PredicateType[]
  readonly now: Date
  readonly input: CallerInput
  readonly budget: Budget
}

/** A step by its name. */
export interface NamedStep {
  readonly name: string
  readonly step: StepMembers
}
