import type { Outcome } from './suite/check.ts'
import { filesGroup } from './suite/files-group.ts'
import type { Runtime } from './runtimes.ts'

export interface Verdict {
  readonly passed: number
  /** Checks that were refused because the runtime lacks what they need, as documented. */
  readonly unavailable: number
  /** What is wrong, one sentence each. */
  readonly faults: readonly string[]
}

/** Holds what a runtime said against what the first one said, and against what is documented about it. */
export function judge(runtime: Runtime, outcomes: readonly Outcome[], first: readonly Outcome[]): Verdict {
  const expected = new Map(first.filter(({ name }) => runtime.hasFiles || !name.startsWith(filesGroup)).map((outcome) => [outcome.name, outcome]))
  const found = new Map(outcomes.map((outcome) => [outcome.name, outcome]))
  const missing = [...expected.keys()].filter((name) => !found.has(name)).map((name) => `${name}: did not run`)
  const faults = [...missing, ...(found.size === outcomes.length ? [] : ['two checks have one name'])]
  const counts = { passed: 0, unavailable: 0 }
  for (const outcome of outcomes) {
    const fault = faultOf(runtime, outcome, expected.get(outcome.name))
    if (fault !== undefined) faults.push(`${outcome.name}: ${fault}`)
    else if (outcome.state === 'unavailable') counts.unavailable += 1
    else counts.passed += 1
  }
  const unseen = runtime.lacks.filter((what) => !outcomes.some(({ needs, state }) => state === 'unavailable' && needs.includes(what)))
  return { ...counts, faults: [...faults, ...unseen.map((what) => `${what} is said to be lacking, but no check needed it`)] }
}

function faultOf({ lacks }: Runtime, outcome: Outcome, expected: Outcome | undefined): string | undefined {
  const missing = outcome.needs.filter((what) => lacks.includes(what))
  if (outcome.state === 'failed') return outcome.message
  if (outcome.state === 'unavailable') return missing.length > 0 ? undefined : `refused, though ${outcome.needs.join(' or ')} is not said to be lacking`
  if (missing.length > 0) return `${missing.join(' and ')} is said to be lacking, but it came to a result`
  if (expected === undefined) return 'ran here alone'
  if (expected.state !== 'result') return `the first runtime came to no result, this one to ${shortened(outcome.value)}`
  return outcome.value === expected.value ? undefined : `expected ${differing(expected.value, outcome.value)}`
}

/** Both texts from where they part. */
function differing(expected: string, found: string): string {
  let start = 0
  while (start < expected.length && expected[start] === found[start]) start++
  const from = Math.max(0, start - 40)
  return `${shortened(expected.slice(from))}, found ${shortened(found.slice(from))}`
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
