import { Random } from '../../rego/fuzz/random.ts'
import { faultNames, harmlessFaults } from './faults/index.ts'

/** How predicates are spelt: trees, or maps of files in CI/lock's or witness's names. */
export const spellings = ['trees', 'maps', 'witness'] as const
export type Spelling = (typeof spellings)[number]

/** Who signs for a step: a key of some kind, or somebody with a certificate and a timestamp. */
export const signerKinds = ['ed25519', 'ec-p256', 'ec-p384', 'ec-p521', 'rsa', 'certificate'] as const
export type SignerKind = (typeof signerKinds)[number]

/** What a world is before anything is wrong with it: everything that matters, as plain data, so that it can be made smaller. */
export interface Plan {
  readonly seed: number
  readonly spelling: Spelling
  /** Whether CI/lock's four switches are on. */
  readonly enforced: boolean
  /** In the order in which they happened; the last made the artifact. */
  readonly steps: readonly StepPlan[]
  readonly externals: readonly ExternalPlan[]
  /** What is wrong, one after the other. */
  readonly faults: readonly FaultPlan[]
}

export interface StepPlan {
  readonly name: string
  readonly signer: SignerKind
  /** A second signature by somebody whom the policy does not allow. */
  readonly alsoSigned: boolean
  /** `subject`: its collection names the artifact; `reference`: only the next step leads to it. */
  readonly found: 'subject' | 'reference'
  readonly files: number
  /** Steps before this one, by name. */
  readonly artifactsFrom: readonly string[]
  readonly attestationsFrom: readonly string[]
  readonly externalFrom: readonly string[]
  /** Names of rules, see `rules.ts`. */
  readonly rules: readonly string[]
  /** A second run of the step whose files are others. */
  readonly otherRun: boolean
}

export interface ExternalPlan {
  readonly name: string
  readonly predicateType: string
  readonly required: boolean
  readonly present: boolean
  readonly rules: readonly string[]
}

export interface FaultPlan {
  readonly name: string
  readonly seed: number
}

const stepNames = ['fetch', 'build', 'test', 'package'] as const
const externalTypes = ['https://slsa.dev/provenance/v1', 'https://example.com/review/v1'] as const

/**
 * The world of a seed. Two in five have nothing wrong with them, or only what has to make no difference; the others begin
 * with the faults one after the other, so that neighbouring seeds try them all.
 */
export function makePlan(seed: number): Plan {
  const random = new Random(seed)
  const spelling = random.pick([...spellings, 'trees'] as const)
  const externals = spelling === 'witness' || random.chance(0.7) ? [] : makeExternals(random)
  const count = random.int(1, 4)
  const steps: StepPlan[] = []
  for (const [index, name] of stepNames.slice(0, count).entries()) {
    const before = stepNames.slice(0, index)
    const looksBack = spelling !== 'witness' && before.length > 0 && random.chance(0.25)
    const attestationsFrom = looksBack ? someOf(random, before) : []
    const externalFrom = externals.length > 0 && random.chance(0.3) ? externals.map((each) => each.name) : []
    const wrapped = attestationsFrom.length > 0 || externalFrom.length > 0
    steps.push({
      name,
      signer: random.pick(signerKinds),
      alsoSigned: random.chance(0.15),
      // witness follows no back-references but those that it finds itself
      found: spelling !== 'witness' && index < count - 1 && random.chance(0.3) ? 'reference' : 'subject',
      files: random.int(1, 4),
      artifactsFrom: before.length > 0 && random.chance(0.7) ? (random.chance(0.75) ? before.slice(-1) : someOf(random, before)) : [],
      attestationsFrom,
      externalFrom,
      rules: random.chance(0.6) ? someOf(random, wrapped ? ['wrapped-exit', 'wrapped-steps', 'wrapped-count'] : ['exit', 'command', 'modern', 'files', 'built-ins']) : [],
      otherRun: random.chance(0.15),
    })
  }
  return { seed, spelling, enforced: random.chance(0.6), steps, externals, faults: makeFaults(seed, random) }
}

function makeExternals(random: Random): readonly ExternalPlan[] {
  return externalTypes.slice(0, random.int(1, 2)).map((predicateType, index) => {
    const required = random.chance(0.6)
    return { name: `external-${index}`, predicateType, required, present: required || random.chance(0.6), rules: random.chance(0.6) ? ['external-ok'] : [] }
  })
}

function makeFaults(seed: number, random: Random): readonly FaultPlan[] {
  const faults: FaultPlan[] = []
  const add = (name: string): void => void faults.push({ name, seed: random.int(1, 1e9) })
  if (seed % 5 >= 2) {
    // of five seeds three have a fault, and each has its turn
    const turn = Math.floor(seed / 5) * 3 + (seed % 5) - 2
    add(faultNames[turn % faultNames.length] ?? random.pick(faultNames))
    if (random.chance(0.15)) add(random.pick(faultNames))
  }
  while (random.chance(0.3)) add(random.pick(harmlessFaults))
  return faults
}

function someOf<T>(random: Random, list: readonly T[]): readonly T[] {
  const some = list.filter(() => random.chance(0.5))
  return some.length > 0 ? some : [random.pick(list)]
}
