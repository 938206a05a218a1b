import { below } from './reader.ts'
import { sortedEntries } from './rules.ts'
import type { CertConstraintMembers, PolicyMembers, StepMembers } from './members.ts'

/** Something that a policy asks for and that is not judged yet. */
export interface UnsupportedUse {
  readonly feature: string
  readonly pointer: string
}

interface Feature {
  readonly feature: string
  /** JSON pointers of the keys that ask for it. */
  readonly uses: (policy: PolicyMembers) => readonly string[]
}

/**
 * Features of a policy that are refused rather than passed over. A feature leaves this table in the change that judges
 * it.
 */
const features: readonly Feature[] = [
  { feature: 'roots', uses: ({ roots }) => ((roots?.size ?? 0) > 0 ? ['/roots'] : []) },
  {
    feature: 'timestampauthorities',
    uses: ({ timestampauthorities }) => ((timestampauthorities?.size ?? 0) > 0 ? ['/timestampauthorities'] : []),
  },
  {
    feature: 'a functionary of type root',
    uses: eachSigned(({ functionaries }, pointer) => positions(functionaries, ({ type }) => type === 'root', below(pointer, 'functionaries'), 'type')),
  },
  {
    feature: 'certConstraint',
    uses: eachSigned(({ functionaries }, pointer) =>
      positions(functionaries, ({ certConstraint }) => constrains(certConstraint), below(pointer, 'functionaries'), 'certConstraint'),
    ),
  },
  {
    feature: 'timestampConstraint',
    uses: eachStep(({ timestampConstraint }, pointer) => when(timestampConstraint !== undefined, below(pointer, 'timestampConstraint'))),
  },
]

/** Every use of a feature that is not judged yet. */
export function unsupportedUses(policy: PolicyMembers): readonly UnsupportedUse[] {
  return features.flatMap(({ feature, uses }) => uses(policy).map((pointer) => ({ feature, pointer })))
}

/** Questions to a language model, wherever they stand. */
export function aiPolicies({ steps, externalAttestations }: PolicyMembers): readonly string[] {
  return [
    ...sortedEntries(steps).flatMap(([name, { attestations }]) =>
      positions(attestations, ({ aipolicies = [] }) => aipolicies.length > 0, below(below('/steps', name), 'attestations'), 'aipolicies'),
    ),
    ...sortedEntries(externalAttestations).flatMap(([name, { aipolicies = [] }]) => when(aipolicies.length > 0, below(below('/externalAttestations', name), 'aipolicies'))),
  ]
}

/** Whether a constraint says anything. Go writes one full of empty members for every functionary. */
function constrains(constraint: CertConstraintMembers | undefined): boolean {
  if (constraint === undefined) return false
  const { extensions = {}, ...fields } = constraint
  return [...Object.values(fields), ...Object.values(extensions)].some((value) => value !== undefined && value.length > 0)
}

function eachStep(uses: (step: StepMembers, pointer: string) => readonly string[]): Feature['uses'] {
  return ({ steps }) => sortedEntries(steps).flatMap(([name, step]) => uses(step, below('/steps', name)))
}

/** Whatever has functionaries. */
function eachSigned(uses: (signed: Pick<StepMembers, 'functionaries'>, pointer: string) => readonly string[]): Feature['uses'] {
  return ({ steps, externalAttestations }) => [
    ...sortedEntries(steps).flatMap(([name, step]) => uses(step, below('/steps', name))),
    ...sortedEntries(externalAttestations).flatMap(([name, external]) => uses(external, below('/externalAttestations', name))),
  ]
}

function positions<T>(items: readonly T[] | undefined, asks: (item: T) => boolean, pointer: string, key: string): readonly string[] {
  return (items ?? []).flatMap((item, index) => when(asks(item), below(below(pointer, index), key)))
}

function when(holds: boolean, pointer: string): readonly string[] {
  return holds ? [pointer] : []
}
