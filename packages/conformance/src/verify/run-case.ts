import { CilockError } from '@cilock/core'
import type { PredicateType, Source } from '@cilock/core'
import { fileSource } from '@cilock/core/node'
import { evaluate, firstCause } from '@cilock/policy'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { readInputs } from './command-line.ts'
import type { VerifyCase } from './recording.ts'

/** What our verification says to a recorded case. */
export interface Decision {
  readonly verdict: 'pass' | 'fail'
  /** Code and message of the first cause. */
  readonly code?: string
  readonly message?: string
  /** How often evidence was asked for. */
  readonly searches: number
}

/** Decides one recorded case by our rules, at the recorded time, and holds it against what is right. */
export async function runCase(folder: string, recorded: VerifyCase, types: readonly PredicateType[]): Promise<Outcome> {
  const decision = await decide(folder, recorded, types)
  const { verdict, code = '', message = '', searches } = decision
  if (code === 'ERR_POLICY_UNSUPPORTED' && searches > 0) return failed(`refused with ${code} ${message}, but only after evidence was fetched`)
  const { interpretation, tags } = recorded
  const expected = expectedVerdict(recorded)
  // of a free case either verdict is sound
  if (verdict === expected || tags.includes('free')) return passed
  const cause = interpretation.cause === null ? '' : ` (${interpretation.cause})`
  return failed(`expected ${expected}${cause}, found ${[verdict, code, message].filter((part) => part !== '').join(' ')}`)
}

export async function decide(folder: string, recorded: VerifyCase, types: readonly PredicateType[]): Promise<Decision> {
  let searches = 0
  try {
    const { policy, policyVerifiers, subjects, attestations } = await readInputs(folder, recorded)
    const files = fileSource(attestations, { base: process.cwd() })
    const source: Source = {
      search: async (query, options) => {
        searches += 1
        return files.search(query, options)
      },
    }
    const report = await evaluate({ policy, policyVerifiers, subjects, source, types, now: new Date(recorded.clock) })
    if (report.verdict === 'passed') return { verdict: 'pass', searches }
    const { code = 'ERR_WITHOUT_CAUSE', message = '' } = firstCause(report) ?? {}
    return { verdict: 'fail', code, message, searches }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { verdict: 'fail', code: error.code, message: error.message, searches }
  }
}

/** Under our only set of rules, cases that pass by the rules of the Go library alone fail. */
function expectedVerdict({ interpretation: { expected, why = '' } }: VerifyCase): 'pass' | 'fail' {
  return why.includes('Compatibility preset only') ? 'fail' : expected
}
