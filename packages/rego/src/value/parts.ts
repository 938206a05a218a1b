import { RegoError } from '../errors.ts'
import { guarded } from '../guarded.ts'

/** Takes steps from a budget, or throws. */
export type Spend = (steps: number) => void

/** What is counted between two payments; four parts are a step. */
const chunk = 65_536

let left = chunk
let spend: Spend | undefined

/**
 * Counts parts of a value, or of a type, that are looked at: members, and characters that are written. Values share
 * their parts: forty lines of `x1 := [x0, x0]` make a small value that takes for ever to compare or to print.
 */
export function countParts(parts: number): void {
  left -= parts
  if (left < 0) pay()
}

function pay(): void {
  const steps = (chunk - left) >> 2
  left = chunk
  spend?.(steps)
}

/** Who pays for what is looked at, and how much was counted. */
export interface Account {
  readonly left: number
  readonly spend: Spend | undefined
}

/** From now on `to` pays; returns what {@link restoreAccount} takes. */
export function openAccount(to: Spend): Account {
  const outer = { left, spend }
  left = chunk
  spend = to
  return outer
}

export function restoreAccount(outer: Account): void {
  left = outer.left
  spend = outer.spend
}

/** Does something that may take so many steps. */
export function withinSteps<T>(most: number, work: string, run: () => T): T {
  let steps = 0
  const outer = openAccount((count) => {
    steps += count
    if (steps > most) throw new RegoError('ERR_LIMIT_STEPS', `${work} took more than ${most} steps`)
  })
  try {
    return run()
  } finally {
    restoreAccount(outer)
  }
}

/** Steps for one value outside of an evaluation: twenty million parts. */
const standing = 5_000_000

/** Does something for a caller from outside, within a limit; inside an evaluation, that one pays. */
export function withinLimits<T>(run: () => T): T {
  return spend === undefined ? guarded(() => withinSteps(standing, 'what was asked of a value', run)) : run()
}
