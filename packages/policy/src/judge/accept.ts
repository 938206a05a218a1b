import { upstreamFirst } from '../document/cycles.ts'
import { waitingFor } from '../document/rules.ts'
import type { Candidate } from '../evidence/candidate.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { reach } from '../evidence/reach.ts'
import type { Reach } from '../evidence/reach.ts'
import { isWrapped } from '../rego/input-shape.ts'
import { hasFailed, hasPassed } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import type { WantedSubject } from '../subjects.ts'
import { artifactChecks } from './artifacts-from.ts'
import { contextOf } from './context.ts'
import type { JudgedExternal } from './externals.ts'
import { ruleChecks } from './gate.ts'
import type { Gate } from './gate-memo.ts'
import type { NamedStep, Ruling } from './ruling.ts'

/** What came of one candidate of one step. */
export interface Judged {
  readonly candidate: Candidate
  readonly gate: readonly Check[]
  /** What depends on the evidence of other steps: artifacts, and rules with a context. */
  readonly links: readonly Check[]
  /** The digest by which it was found. */
  readonly reachedBy: string | undefined
  /** Found at first, but only through evidence that was turned down. */
  readonly isCutOff: boolean
  readonly isAccepted: boolean
}

export interface Accepted {
  readonly steps: ReadonlyMap<string, readonly Judged[]>
  readonly reach: Reach
}

interface AcceptOptions {
  readonly ruling: Ruling
  readonly gate: Gate
  readonly evidence: Evidence
  readonly externals: ReadonlyMap<string, JudgedExternal>
  readonly wanted: readonly WantedSubject[]
  readonly searchDepth: number
}

interface Round {
  readonly reach: Reach
  readonly accepted: ReadonlyMap<string, readonly Candidate[]>
  readonly links: ReadonlyMap<string, ReadonlyMap<Candidate, readonly Check[]>>
}

type Dropped = ReadonlyMap<string, Map<Candidate, readonly Check[]>>

/**
 * Decides which candidates count. Everything that was collected is there before the first of them is judged, so no
 * verdict rests on what was found first.
 *
 * A candidate whose artifacts do not fit, or that its rules deny in view of other steps, is dropped, and with it what it
 * alone leads to: the walk is made again without it until nothing changes. Nothing that was dropped comes back, so this
 * ends, and the last round has judged all that counts by the very evidence that counts.
 */
export function acceptCandidates(options: AcceptOptions): Accepted {
  const { ruling, gate, evidence, wanted, searchDepth } = options
  const { steps: documented } = ruling.policy
  const names = [...documented.keys()].sort()
  const order = upstreamFirst(waitingFor(new Map(names.map((name) => [name, documented.get(name) ?? {}]))))
  const dropped: Dropped = new Map(names.map((name) => [name, new Map()]))
  const link = linker(options)
  const judge = (): Round => {
    const accepts = (name: string, candidate: Candidate): boolean => dropped.get(name)?.has(candidate) !== true && gate.passes(name, candidate)
    const found = reach({ evidence, wanted, depth: searchDepth, accepts })
    return { reach: found, ...link(order, (name, candidate) => accepts(name, candidate) && found.steps.get(name)?.has(candidate) === true) }
  }

  const first = judge()
  let last = first
  while (names.every((name) => (last.accepted.get(name) ?? []).length > 0) && drop(last, order, dropped, gate)) last = judge()

  const judged = names.map((name) => {
    const acceptedHere = new Set(last.accepted.get(name))
    const candidates = candidatesOf(evidence, name).map((candidate): Judged => {
      const reachedBy = last.reach.steps.get(name)?.get(candidate)
      return {
        candidate,
        gate: gate.checks(name, candidate),
        links: dropped.get(name)?.get(candidate) ?? last.links.get(name)?.get(candidate) ?? [],
        reachedBy,
        isCutOff: reachedBy === undefined && first.reach.steps.get(name)?.has(candidate) === true,
        isAccepted: acceptedHere.has(candidate),
      }
    })
    return [name, candidates] as const
  })
  return { steps: new Map(judged), reach: last.reach }
}

function candidatesOf(evidence: Evidence, step: string): readonly Candidate[] {
  return evidence.steps.get(step)?.candidates ?? []
}

type Link = (order: readonly string[], counts: (step: string, candidate: Candidate) => boolean) => Pick<Round, 'accepted' | 'links'>

/** Steps before those that wait for them, so that only evidence that itself fits serves as upstream and as context. */
function linker({ ruling, evidence, externals }: AcceptOptions): Link {
  const known = new WeakMap<Candidate, Map<string, readonly Check[]>>()
  const inContext = (candidate: Candidate, named: NamedStep, accepted: ReadonlyMap<string, readonly Candidate[]>): readonly Check[] => {
    if (!isWrapped(named.step)) return []
    const context = contextOf(named, accepted, externals, ruling)
    if ('missing' in context) return context.missing
    // the same context comes round after round
    const key = `${named.name}\n${context.of}`
    const memo = known.get(candidate) ?? new Map<string, readonly Check[]>()
    known.set(candidate, memo)
    const checks = memo.get(key) ?? ruleChecks(candidate, named, ruling, context.seen)
    memo.set(key, checks)
    return checks
  }
  return (order, counts) => {
    const accepted = new Map<string, readonly Candidate[]>()
    const links = new Map<string, ReadonlyMap<Candidate, readonly Check[]>>()
    for (const name of order) {
      const named = { name, step: ruling.policy.steps.get(name) ?? {} }
      const checks = new Map(candidatesOf(evidence, name).map((candidate) => [candidate, [...artifactChecks(candidate, named, accepted, ruling.rules), ...inContext(candidate, named, accepted)]]))
      links.set(name, checks)
      accepted.set(name, [...checks].filter(([candidate, each]) => counts(name, candidate) && each.every(hasPassed)).map(([candidate]) => candidate))
    }
    return { accepted, links }
  }
}

/**
 * Notes the candidates that only their links keep from counting, and says whether there were any. Artifacts that do not
 * fit will not fit less evidence either, so all of those go at once; what rules deny goes step by step, since the steps
 * after it were judged in view of it.
 */
function drop(round: Round, order: readonly string[], dropped: Dropped, gate: Gate): boolean {
  const failing = (name: string, isMeant: (check: Check) => boolean): boolean => {
    const known = dropped.get(name)
    const found = [...(round.links.get(name) ?? [])].filter(
      ([candidate, checks]) =>
        known?.has(candidate) === false && checks.some((check) => hasFailed(check) && isMeant(check)) && gate.passes(name, candidate) && round.reach.steps.get(name)?.has(candidate) === true,
    )
    for (const [candidate, checks] of found) known?.set(candidate, checks)
    return found.length > 0
  }
  if (order.filter((name) => failing(name, isOfArtifacts)).length > 0) return true
  return order.some((name) => failing(name, () => true))
}

function isOfArtifacts({ code }: Check): boolean {
  return code === 'artifacts' || code === 'artifacts-untracked'
}
