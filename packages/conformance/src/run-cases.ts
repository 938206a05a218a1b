import type { Case, Outcome } from './case.ts'
import type { ExpectedFailure } from './expected.ts'

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Runs cases one after the other and prints a line for each that did not do what was expected of it: a failure that is
 * not on the list, a pass that is, and a listed case that was not there to be run.
 */
export async function runCases(cases: readonly Case[], expected: ReadonlyMap<string, ExpectedFailure>, complete: boolean, print: (line: string) => void): Promise<Tally> {
  const tally = { passed: 0, failed: 0, skipped: 0 }
  const unseen = new Set(expected.keys())
  for (const each of cases) {
    unseen.delete(each.id)
    const outcome = await attempt(each)
    const listed = expected.get(each.id)
    if (outcome.outcome === 'skipped') {
      tally.skipped += 1
      print(`skipped ${each.id}: needs ${outcome.needs}`)
    } else if (outcome.outcome === 'failed' && listed === undefined) {
      tally.failed += 1
      print(`failed ${each.id}: ${outcome.detail}`)
    } else if (outcome.outcome === 'passed' && listed !== undefined) {
      tally.failed += 1
      print(`failed ${each.id}: passes, but is expected to fail (${listed.reason})`)
    } else tally.passed += 1
  }
  if (complete) {
    for (const id of unseen) {
      tally.failed += 1
      print(`failed ${id}: on the list of expected failures, and no such case`)
    }
  }
  return tally
}

async function attempt(each: Case): Promise<Outcome> {
  try {
    return await each.run()
  } catch (error) {
    return { outcome: 'failed', detail: `the runner threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }
  }
}
