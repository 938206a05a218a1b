import type { Case, Outcome } from './case.ts'
import type { ExpectedFailure } from './expected.ts'

export interface Tally {
  /** Those that did as expected. */
  readonly passed: number
  /** How many among them failed as the list says, by its reasons, in its order. */
  readonly expected: ReadonlyMap<string, number>
  readonly failed: number
  readonly skipped: number
}

/**
 * Runs cases, a few at a time since most of their time goes into waiting for processes, and prints, in their order, a
 * line for each that did not do what was expected of it: a failure that is not on the list, a pass that is, and a listed
 * case that was not there to be run.
 */
export async function runCases(cases: readonly Case[], expected: ReadonlyMap<string, ExpectedFailure>, complete: boolean, print: (line: string) => void): Promise<Tally> {
  const tally = { passed: 0, failed: 0, skipped: 0 }
  const byReason = new Map([...expected.values()].map(({ reason }) => [reason, 0]))
  const unseen = new Set(expected.keys())
  const outcomes = startedAhead(cases)
  for (const [index, each] of cases.entries()) {
    unseen.delete(each.id)
    const outcome = await outcomes(index)
    const listed = expected.get(each.id)
    if (outcome.outcome === 'skipped') {
      tally.skipped += 1
      print(`skipped ${each.id}: needs ${outcome.needs}`)
    } else if (outcome.outcome === 'failed' && (listed === undefined || outcome.isBroken === true)) {
      tally.failed += 1
      print(`failed ${each.id}: ${outcome.detail}`)
    } else if (outcome.outcome === 'passed' && listed !== undefined) {
      tally.failed += 1
      print(`failed ${each.id}: passes, but is expected to fail (${listed.reason})`)
    } else {
      tally.passed += 1
      if (listed !== undefined) byReason.set(listed.reason, (byReason.get(listed.reason) ?? 0) + 1)
    }
  }
  if (complete) {
    for (const id of unseen) {
      tally.failed += 1
      print(`failed ${id}: on the list of expected failures, and no such case`)
    }
  }
  return { ...tally, expected: new Map([...byReason].filter(([, count]) => count > 0)) }
}

/** How many cases run at a time. */
const together = 4

/** The outcome of each case by its index; to ask for one starts those that come next. */
function startedAhead(cases: readonly Case[]): (index: number) => Promise<Outcome> {
  const started: Promise<Outcome>[] = []
  return (index) => {
    for (const each of cases.slice(started.length, index + together)) started.push(attempt(each))
    return started[index] ?? Promise.reject(new TypeError(`no case ${index}`))
  }
}

async function attempt(each: Case): Promise<Outcome> {
  try {
    return await each.run()
  } catch (error) {
    return { outcome: 'failed', isBroken: true, detail: `the runner threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }
  }
}
