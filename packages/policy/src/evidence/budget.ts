import type { VerifyLimits } from '../limits.ts'

/** A limit on the whole of a verification, which all of its evidence shares. */
export type SharedLimit = Extract<keyof VerifyLimits, 'evidenceBytes' | 'signatureChecks' | 'regoTotalSteps'>

const words: Readonly<Record<SharedLimit, string>> = {
  evidenceBytes: 'bytes of evidence',
  signatureChecks: 'checks of signatures',
  regoTotalSteps: 'steps of Rego',
}

/** Ends what takes more than its limits allow: what was judged until then says nothing. */
export class BudgetSpent extends Error {
  override readonly name: string = 'BudgetSpent'
  readonly limit: SharedLimit
  readonly most: number

  constructor(limit: SharedLimit, most: number, what: string) {
    super(`the ${what} takes more than ${most} ${words[limit]} (limits.${limit}), so none of it was judged`)
    this.limit = limit
    this.most = most
  }
}

/** Counts what one verification takes, or the opening of a policy. The sums do not depend on the order of the evidence. */
export class Budget {
  readonly #limits: Required<VerifyLimits>
  readonly #what: string
  readonly #spent: Record<SharedLimit, number> = { evidenceBytes: 0, signatureChecks: 0, regoTotalSteps: 0 }

  constructor(limits: Required<VerifyLimits>, what: 'evidence' | 'policy' = 'evidence') {
    this.#limits = limits
    this.#what = what
  }

  /** @throws BudgetSpent when it is too much. */
  spend(limit: SharedLimit, amount: number): void {
    this.#spent[limit] += amount
    if (this.#spent[limit] > this.#limits[limit]) throw new BudgetSpent(limit, this.#limits[limit], this.#what)
  }
}
