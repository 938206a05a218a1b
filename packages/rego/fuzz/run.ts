import { builtinTable } from './builtin-table.ts'
import { difference } from './compare.ts'
import { judgeHere } from './engine.ts'
import { knownDifferences } from './known.ts'
import { startOracle, type Verdict } from './oracle.ts'
import { makeCase, type Case } from './program.ts'

export interface Disagreement {
  readonly case: Case
  readonly reason: string
}

export interface Outcome {
  readonly cases: number
  /** Defined, and with at least one member. */
  readonly nonEmpty: number
  readonly errors: { readonly compile: number; readonly evaluate: number }
  readonly empty: number
  /** Cases at which OPA itself panicked. */
  readonly crashes: number
  /** How many cases each construct and built-in was in. */
  readonly used: ReadonlyMap<string, number>
  /** Disagreements that are understood, by name. */
  readonly known: ReadonlyMap<string, number>
  readonly disagreements: readonly Disagreement[]
}

/** Runs `count` cases from `seed` on through OPA and this engine. */
export async function runCases(opa: string, seed: number, count: number, progress?: (done: number) => void): Promise<Outcome> {
  const oracles = { v0: await startOracle(opa, 'v0'), v1: await startOracle(opa, 'v1') }
  const used = new Map<string, number>()
  const disagreements: Disagreement[] = []
  const known = new Map<string, number>()
  let [nonEmpty, compile, evaluate, empty, crashes] = [0, 0, 0, 0, 0]
  try {
    for (let i = 0; i < count; i++) {
      const made = makeCase(seed + i)
      for (const construct of made.used) used.set(construct, (used.get(construct) ?? 0) + 1)
      const oracle = oracles[made.dialect === 'v1' ? 'v1' : 'v0']
      const verdict = await oracle.judge(made.source, made.input)
      if (verdict.kind === 'crash') crashes += 1
      else if (verdict.kind === 'errors' && verdict.stage === 'compile') compile += 1
      else if (verdict.kind === 'errors') evaluate += 1
      else if (verdict.kind === 'value' && /[^\s{}[\]]/.test(verdict.json)) nonEmpty += 1
      else empty += 1
      const here = judgeHere(made)
      const reason = difference(verdict, here)
      if (reason !== undefined) {
        const meant = knownDifferences.find(({ matches }) => matches(verdict, here, made))?.name ?? ((await isChance(opa, made, verdict, here)) ? chance : undefined)
        if (meant === undefined) disagreements.push({ case: made, reason })
        else known.set(meant, (known.get(meant) ?? 0) + 1)
      }
      progress?.(i + 1)
    }
  } finally {
    oracles.v0.stop()
    oracles.v1.stop()
  }
  return { cases: count, nonEmpty, errors: { compile, evaluate }, empty, crashes, used, known, disagreements }
}

const chance = 'OPA answers the same module now so, now otherwise'
const attempts = 100

/**
 * True where a new process of OPA gives the answer that is given here. What a process has judged before has a say in its
 * type errors (seeds 4434404 and 4434917, behind four thousand others). And it keeps the rules that it checks, and the
 * references of a rule index, in Go's maps: which of several errors comes first, and whether a body that is true comes before one that
 * fails (seed 5321209), differs from one compilation to the next.
 */
async function isChance(opa: string, { source, input, dialect }: Case, there: Verdict, here: Verdict): Promise<boolean> {
  const oracle = await startOracle(opa, dialect === 'v1' ? 'v1' : 'v0')
  try {
    const times = [there, here].some(({ kind }) => kind === 'errors') ? attempts : 1
    for (let i = 0; i < times; i++) if (difference(await oracle.judge(source, input), here) === undefined) return true
    return false
  } finally {
    oracle.stop()
  }
}

/** What of the table and of the constructs was never generated. */
export function unreached({ used }: Pick<Outcome, 'used'>): readonly string[] {
  return [...builtinTable.map(({ name }) => `built-in ${name}`), ...constructs].filter((name) => !used.has(name))
}

/** Every construct that the generator knows. */
export const constructs: readonly string[] = [
  'dialect v0, dialect v0-future, dialect v0-import, dialect v1, complete rule, constant rule, default rule, else',
  'partial set, partial object, set below a reference, value below a reference, chained bodies, function',
  'function pattern, default function, function call, rule reference, data reference, input reference',
  'bare reference, path, index, key, comprehension [], comprehension {}, every, some in, some key in',
  'some declaration, membership, not, walk, wildcard, template string, iteration by reference, iteration of input',
  'array pattern, object pattern, assignment :=, assignment =, with input, with data, with function, with built-in',
  'operator + - *, operator / %, operator & | - of sets, operator ==, operator !=, operator <, operator <=',
  'operator >, operator >=, array, set, object, keys that are no strings',
].flatMap((line) => line.split(', '))
