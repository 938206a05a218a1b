import { CilockError } from '@cilock/core'
import type { PredicateType, Source } from '@cilock/core'
import { fileSource } from '@cilock/core/node'
import { evaluate, firstCause } from '@cilock/policy'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { readInputs } from './command-line.ts'
import type { VerifyCase } from './recording.ts'

interface Verdict {
  readonly verdict: 'pass' | 'fail'
  /** The code and message of the first cause. */
  readonly cause: string
}

/** Decides one recorded case by our rules, at the recorded time. */
export async function runCase(folder: string, recorded: VerifyCase, types: readonly PredicateType[]): Promise<Outcome> {
  const { tags } = recorded
  const { source, searches } = counting()
  const found = await decide(folder, recorded, types, source)
  if (found.cause.startsWith('ERR_POLICY_UNSUPPORTED') && searches() > 0) return failed(`refused with ${found.cause}, but only after evidence was fetched`)
  const expected = expectedVerdict(recorded)
  // of a free case either verdict is sound
  if (found.verdict === expected || tags.includes('free')) return passed
  return failed(`expected ${expected}${recorded.interpretation.cause === null ? '' : ` (${recorded.interpretation.cause})`}, found ${found.verdict} ${found.cause}`.trim())
}

async function decide(folder: string, recorded: VerifyCase, types: readonly PredicateType[], wrap: (source: Source) => Source): Promise<Verdict> {
  try {
    const { policy, policyVerifiers, subjects, attestations } = await readInputs(folder, recorded)
    const source = wrap(fileSource(attestations))
    const report = await evaluate({ policy, policyVerifiers, subjects, source, types, now: new Date(recorded.clock) })
    if (report.verdict === 'passed') return { verdict: 'pass', cause: '' }
    const cause = firstCause(report)
    return { verdict: 'fail', cause: cause === undefined ? 'without a cause' : `${cause.code} ${cause.message}` }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { verdict: 'fail', cause: `${error.code} ${error.message}` }
  }
}

/** Under our only set of rules, cases that pass by the rules of the Go library alone fail. */
function expectedVerdict({ interpretation: { expected, why = '' } }: VerifyCase): 'pass' | 'fail' {
  return why.startsWith('Compatibility preset only') ? 'fail' : expected
}

function counting(): { readonly source: (source: Source) => Source; readonly searches: () => number } {
  let count = 0
  return {
    source: (inner) => ({
      search: async (query, options) => {
        count += 1
        return inner.search(query, options)
      },
    }),
    searches: () => count,
  }
}
