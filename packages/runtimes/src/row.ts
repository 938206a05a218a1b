import { keyKinds } from '@cilock/core'
import type { Verdict } from './judge.ts'
import type { Runtime } from './runtimes.ts'
import type { Outcome } from './suite/check.ts'
import { signCheck } from './suite/sign.ts'

/** One line about a runtime: name, version, how many checks passed, what it cannot sign with. */
export function rowOf(runtime: Runtime, agent: string, outcomes: readonly Outcome[], { passed, unavailable, faults }: Verdict, milliseconds: number): string {
  const [name = '', version = ''] = agent.split('/')
  const cannot = keyKinds.filter((kind) => outcomes.find((outcome) => outcome.name === signCheck(kind))?.state !== 'result')
  const counts = [`${passed} passed`, ...(unavailable > 0 ? [`${unavailable} need ${runtime.lacks.join(' or ')}`] : []), ...(faults.length > 0 ? [`${faults.length} FAILED`] : [])]
  const signs = cannot.length === 0 ? 'signs with every kind of key' : `cannot sign with ${cannot.join(', ')}`
  return `${name.padEnd(9)} ${version.padEnd(14)} ${counts.join(', ')}; ${signs}${runtime.hasFiles ? '' : '; no files'} (${(milliseconds / 1000).toFixed(1)} s)`
}
