import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goTools } from '@cilock/vectors'
import type { GoTool } from '@cilock/vectors'
import { inject } from './faults/index.ts'
import { judgeHere, judgeWithGo } from './judge.ts'
import type { Verdict } from './judge.ts'
import { explain, knownDifferences, laxer, witnessDifferences } from './known.ts'
import { makeDraft } from './make-draft.ts'
import { makePeople } from './people.ts'
import type { People } from './people.ts'
import { makePlan } from './plan.ts'
import type { Plan } from './plan.ts'
import { seal } from './seal.ts'
import { shrink } from './shrink.ts'

/** What everybody said to one world. */
export interface Judged {
  readonly plan: Plan
  /** Names of the faults that the world had something for. */
  readonly faults: readonly string[]
  readonly compat: Verdict
  readonly strict: Verdict
  readonly cilock: Verdict
  /** Of worlds in witness's spelling. */
  readonly witness?: Verdict
}

/** A world on which somebody disagrees without a known reason, made as small as it gets. */
export interface Disagreement {
  readonly between: string
  readonly judged: Judged
}

export interface Outcome {
  readonly worlds: number
  readonly passes: number
  /** How often each first cause was named, by either preset. */
  readonly causes: ReadonlyMap<string, number>
  readonly faults: ReadonlyMap<string, number>
  /** How often each known difference was seen, by its id. */
  readonly known: ReadonlyMap<string, number>
  readonly disagreements: readonly Disagreement[]
}

/** What judges worlds. */
export interface Bench {
  readonly judge: (plan: Plan) => Promise<Judged>
  readonly close: () => void
}

/** Unpacks the real tools and makes the keys. */
export async function openBench(): Promise<Bench> {
  const { cilock, witness } = goTools('cilock', 'witness')
  const people = await makePeople()
  const folder = mkdtempSync(join(tmpdir(), 'cilock-worlds-'))
  let count = 0
  return {
    judge: async (plan) => judge(plan, people, { cilock, witness }, join(folder, String((count += 1)))),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function judge(plan: Plan, people: People, { cilock, witness }: Readonly<Record<'cilock' | 'witness', GoTool>>, folder: string): Promise<Judged> {
  const draft = makeDraft(plan, people)
  const faults = plan.faults.filter((fault) => inject(draft, fault)).map(({ name }) => name)
  const sealed = await seal(draft, folder)
  try {
    const [go, other, compat, strict] = await Promise.all([
      judgeWithGo(cilock, ['--policy-hardening', plan.enforced ? 'enforce' : 'warn'], sealed),
      plan.spelling === 'witness' ? judgeWithGo(witness, [], sealed) : undefined,
      judgeHere(sealed, plan, 'compat'),
      judgeHere(sealed, plan, 'strict'),
    ])
    return { plan, faults, compat, strict, cilock: go, ...(other !== undefined && { witness: other }) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Every disagreement of a world that nothing explains, and the ids of those that something does. */
export function compare({ plan, compat, strict, cilock, witness }: Judged): { readonly unexplained: readonly string[]; readonly known: readonly string[] } {
  const unexplained: string[] = []
  const known: string[] = []
  const hold = (between: string, list: Parameters<typeof explain>[0], ours: Verdict, theirs: Verdict): void => {
    if (ours.passed === theirs.passed) return
    const difference = explain(list, plan, ours, theirs)
    if (difference === undefined) unexplained.push(between)
    else known.push(difference.id)
  }
  hold('compat and cilock', knownDifferences, compat, cilock)
  if (witness !== undefined) hold('compat and witness', [...witnessDifferences, ...knownDifferences], compat, witness)
  if (strict.passed && !compat.passed) hold('strict and compat', laxer, strict, compat)
  return { unexplained, known }
}

/** Judges the worlds of `count` seeds from one on, two at a time. */
export async function runWorlds(seed: number, count: number, progress?: (done: number) => void): Promise<Outcome> {
  const bench = await openBench()
  const [causes, faults, known] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]
  const found: { readonly seed: number; readonly disagreement: Disagreement }[] = []
  let [passes, next] = [0, seed]
  const work = async (): Promise<void> => {
    while (next < seed + count) {
      const plan = makePlan(next++)
      const judged = await bench.judge(plan)
      if (judged.cilock.passed) passes += 1
      for (const { passed, cause } of [judged.compat, judged.strict]) if (!passed) tally(causes, cause)
      for (const name of judged.faults) tally(faults, name)
      const { unexplained, known: ids } = compare(judged)
      for (const id of ids) tally(known, id)
      for (const between of unexplained) {
        const smaller = await shrink(plan, async (each) => compare(await bench.judge(each)).unexplained.includes(between))
        found.push({ seed: plan.seed, disagreement: { between, judged: await bench.judge(smaller) } })
      }
      progress?.(next - seed)
    }
  }
  try {
    await Promise.all([work(), work()])
  } finally {
    bench.close()
  }
  return { worlds: count, passes, causes, faults, known, disagreements: found.toSorted((a, b) => a.seed - b.seed).map(({ disagreement }) => disagreement) }
}

function tally(map: Map<string, number>, name: string): void {
  map.set(name, (map.get(name) ?? 0) + 1)
}

/** What a run fell short of. */
export function quotas({ worlds, passes, causes }: Outcome): readonly string[] {
  return [...(passes * 100 < worlds * 30 ? [`${passes} of ${worlds} worlds pass: fewer than 30 %`] : []), ...(causes.size < 25 ? [`${causes.size} distinct first causes: fewer than 25`] : [])]
}
