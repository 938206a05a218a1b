import { upstreamFirst } from '../document/cycles.ts'
import { waitingFor } from '../document/rules.ts'
import type { Candidate } from '../evidence/candidate.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { reach } from '../evidence/reach.ts'
import type { Reach } from '../evidence/reach.ts'
import type { VerifyLimits } from '../limits.ts'
import { hasFailed, hasPassed } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import type { WantedSubject } from '../subjects.ts'
import { artifactChecks } from './artifacts-from.ts'
import { askInContext } from './context-checks.ts'
import type { ViewMemo } from './context-checks.ts'
import type { JudgedExternal } from './externals.ts'
import type { Gate } from './gate-memo.ts'
import type { Ruling } from './ruling.ts'

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
  readonly limits: Required<VerifyLimits>
}

type Counting = ReadonlyMap<string, readonly Candidate[]>

interface Link {
  readonly checks: readonly Check[]
  readonly holds: boolean
}

interface Round {
  readonly reach: Reach
  readonly accepted: Counting
  readonly links: ReadonlyMap<string, ReadonlyMap<Candidate, Link>>
  /** Whether the rules of a candidate that counts hold in view of some evidence that counts, and not of other. */
  readonly isContested: boolean
}

type Dropped = ReadonlyMap<string, Map<Candidate, readonly Check[]>>

/**
 * Decides which candidates count. Everything that was collected is there before the first of them is judged, so no
 * verdict rests on what was found first.
 *
 * A candidate whose artifacts do not fit, or that its rules deny in view of other steps, is dropped, and with it what it
 * alone leads to: the walk is made again without it until nothing changes. Nothing that was dropped comes back, so this
 * ends, and the last round has judged all that counts by the very evidence that counts.
 *
 * Where several candidates of a step count, this is done twice. First with what may count: candidates whose rules hold in
 * view of something that may. That only grows with more evidence. Then those go whose rules do not hold in view of all
 * of it: so no evidence that is added, nor what it makes others deny, turns a denial into a pass.
 */
export function acceptCandidates(options: AcceptOptions): Accepted {
  const { ruling, gate, evidence, wanted, limits } = options
  const { steps: documented } = ruling.policy
  const names = [...documented.keys()].sort()
  const order = upstreamFirst(waitingFor(new Map(names.map((name) => [name, documented.get(name) ?? {}]))))
  const dropped: Dropped = new Map(names.map((name) => [name, new Map()]))
  const link = linker(options)
  const judge = (inView?: Counting): Round => {
    const accepts = (name: string, candidate: Candidate): boolean => dropped.get(name)?.has(candidate) !== true && gate.passes(name, candidate)
    const found = reach({ evidence, wanted, depth: limits.searchDepth, accepts })
    return { reach: found, ...link(order, (name, candidate) => accepts(name, candidate) && found.steps.get(name)?.has(candidate) === true, inView) }
  }
  const settle = (round: Round, inView?: Counting): Round => {
    let last = round
    while (names.every((name) => (last.accepted.get(name) ?? []).length > 0) && drop(last, order, dropped, gate)) last = judge(inView)
    return last
  }

  const first = judge()
  const may = settle(first)
  const last = may.isContested ? settle(judge(may.accepted), may.accepted) : may

  const judged = names.map((name) => {
    const acceptedHere = new Set(last.accepted.get(name))
    const candidates = candidatesOf(evidence, name).map((candidate): Judged => {
      const reachedBy = last.reach.steps.get(name)?.get(candidate)
      return {
        candidate,
        gate: gate.checks(name, candidate),
        links: dropped.get(name)?.get(candidate) ?? last.links.get(name)?.get(candidate)?.checks ?? [],
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

type Linker = (order: readonly string[], counts: (step: string, candidate: Candidate) => boolean, inView?: Counting) => Omit<Round, 'reach'>

/**
 * Steps before those that wait for them, so that only evidence that itself fits serves as upstream and as context. Without
 * `inView` a candidate's rules have to hold in view of something that counts, with it in view of all that stands there.
 */
function linker({ ruling, evidence, externals, limits }: AcceptOptions): Linker {
  const memo: ViewMemo = new WeakMap()
  return (order, counts, inView) => {
    const accepted = new Map<string, readonly Candidate[]>()
    const links = new Map<string, ReadonlyMap<Candidate, Link>>()
    let isContested = false
    for (const name of order) {
      const named = { name, step: ruling.policy.steps.get(name) ?? {} }
      const ask = askInContext(named, { steps: accepted, externals }, { steps: inView ?? accepted, externals }, ruling, limits, memo)
      const linked = candidatesOf(evidence, name).map((candidate): readonly [Candidate, Link] => {
        const artifacts = artifactChecks(candidate, named, accepted, ruling.rules)
        const { checks, sometimes, always } = ask(candidate)
        const holds = artifacts.every(hasPassed) && (inView === undefined ? sometimes : always)
        if (holds && !always && counts(name, candidate)) isContested = true
        return [candidate, { checks: [...artifacts, ...checks], holds }]
      })
      links.set(name, new Map(linked))
      accepted.set(name, linked.filter(([candidate, { holds }]) => holds && counts(name, candidate)).map(([candidate]) => candidate))
    }
    return { accepted, links, isContested }
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
      ([candidate, { checks, holds }]) =>
        !holds && known?.has(candidate) === false && checks.some((check) => hasFailed(check) && isMeant(check)) && gate.passes(name, candidate) && round.reach.steps.get(name)?.has(candidate) === true,
    )
    for (const [candidate, { checks }] of found) known?.set(candidate, checks)
    return found.length > 0
  }
  if (order.filter((name) => failing(name, isOfArtifacts)).length > 0) return true
  return order.some((name) => failing(name, () => true))
}

function isOfArtifacts({ code }: Check): boolean {
  return code === 'artifacts' || code === 'artifacts-untracked'
}
