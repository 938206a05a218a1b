import { CilockError } from '@cilock/core'
import type { PredicateType, Source } from '@cilock/core'
import { evaluate, firstCause } from '@cilock/policy'
import type { RulesPreset } from '@cilock/policy'
import { tellsCause } from './causes.ts'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { readInputs } from './command-line.ts'
import { evidenceSource } from './evidence-source.ts'
import type { VerifyCase } from './recording.ts'
import { rulesOf } from './rules-of.ts'

/** What our verification says to a recorded case. */
export interface Decision {
  readonly verdict: 'pass' | 'fail'
  /** Code and message of the first cause. */
  readonly code?: string
  readonly message?: string
  /** How often evidence was asked for. */
  readonly searches: number
}

/** Decides one recorded case by all of our rules, at the recorded time, and holds verdict and cause against what is right. */
export async function runCase(folder: string, recorded: VerifyCase, types: readonly PredicateType[]): Promise<Outcome> {
  const decision = await decide(folder, recorded, types, 'strict')
  const { verdict, code = '', message = '' } = decision
  const { interpretation, tags } = recorded
  const expected = expectedVerdict(recorded)
  // of a free case either verdict is sound
  const cause = interpretation.cause === null ? '' : ` (${interpretation.cause})`
  const found = [verdict, code, message].filter((part) => part !== '').join(' ')
  if (tags.includes('free')) return passed
  if (verdict !== expected) return failed(`expected ${expected}${cause}, found ${found}`)
  if (verdict === 'fail' && !tellsCause(recorded.id, interpretation.cause, code)) return failed(`the cause is ${interpretation.cause ?? 'none'}, found ${found}`)
  return passed
}

/** The same by CI/lock's own rules, held against what the real tool said with the switches of its recording. */
export async function runCompatCase(folder: string, recorded: VerifyCase, types: readonly PredicateType[]): Promise<Outcome> {
  const { exitCode } = recorded.results.cilock ?? {}
  // how a command line is read, and what is handed in as a file, is no question of rules
  if (exitCode === undefined || recorded.interpretation.cause === 'usage') return passed
  const { verdict, code = '', message = '' } = await decide(folder, recorded, types, 'compat')
  const expected = exitCode === 0 ? 'pass' : 'fail'
  return verdict === expected ? passed : failed(`cilock said ${expected}, found ${[verdict, code, message].filter((part) => part !== '').join(' ')}`)
}

export async function decide(folder: string, recorded: VerifyCase, types: readonly PredicateType[], preset: RulesPreset): Promise<Decision> {
  let searches = 0
  try {
    const { policy, policyVerifiers, subjects, attestations, bundles } = await readInputs(folder, recorded)
    const evidence = await evidenceSource({ attestations, bundles })
    const source: Source = {
      search: async (query, options) => {
        searches += 1
        return evidence.search(query, options)
      },
    }
    const report = await evaluate({ policy, policyVerifiers, subjects, source, types, now: new Date(recorded.clock), rules: rulesOf(preset, recorded) })
    if (report.verdict === 'passed') return { verdict: 'pass', searches }
    const { code = 'ERR_WITHOUT_CAUSE', message = '' } = firstCause(report) ?? {}
    return { verdict: 'fail', code, message, searches }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { verdict: 'fail', code: error.code, message: error.message, searches }
  }
}

/** Under all of our rules, cases that pass by the rules of the Go library alone fail. */
function expectedVerdict({ interpretation: { expected, why = '' } }: VerifyCase): 'pass' | 'fail' {
  return /only in the compatibility preset|compatibility preset only/i.test(why) ? 'fail' : expected
}
