import { findCycles } from './cycles.ts'
import { below, finding } from './reader.ts'
import type { Finding } from './reader.ts'
import type { FunctionaryMembers, PolicyMembers, StepMembers } from './members.ts'

/** What must hold between the parts of a document that has the right shape. Steps by name, so that the order is fixed. */
export function checkRules(policy: PolicyMembers): readonly Finding[] {
  const steps = sortedEntries(policy.steps)
  return [
    ...steps.flatMap(([name, step]) => [
      ...stepName(name, step),
      ...functionaryTypes(step.functionaries, below(pointerOf(name), 'functionaries')),
      ...references(name, step, policy),
      ...timestampConstraint(name, step),
    ]),
    ...sortedEntries(policy.externalAttestations).flatMap(([name, { functionaries }]) =>
      functionaryTypes(functionaries, below(below('/externalAttestations', name), 'functionaries')),
    ),
    ...cycles(steps, 'artifactsFrom'),
    ...cycles(steps, 'attestationsFrom'),
  ]
}

type Entries<T> = readonly (readonly [string, T])[]
type StepEdges = 'artifactsFrom' | 'attestationsFrom'

export function sortedEntries<T>(map: ReadonlyMap<string, T> | undefined): Entries<T> {
  return [...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
}

function pointerOf(step: string): string {
  return below('/steps', step)
}

function stepName(key: string, { name = '' }: StepMembers): readonly Finding[] {
  const pointer = below(pointerOf(key), 'name')
  if (key === '') return [finding('policy-step-name', pointerOf(key), 'a step with a name', 'an empty one, which proves nothing')]
  // CI/lock keeps the context of external attestations under this name, so a step of that name would pass for it
  if (key === '__external__') return [finding('policy-step-name', pointerOf(key), 'another name', 'the reserved name "__external__"')]
  return name === key ? [] : [finding('policy-step-name', pointer, `the step's own key ${JSON.stringify(key)}`, JSON.stringify(name))]
}

function functionaryTypes(functionaries: readonly FunctionaryMembers[] | undefined, pointer: string): readonly Finding[] {
  return (functionaries ?? []).flatMap(({ type, publickeyid = '', certConstraint }, index) => {
    const at = below(pointer, index)
    if (type === 'publickey') return []
    if (type !== 'root') {
      return [finding('policy-functionary-type', below(at, 'type'), '"publickey" or "root"', type === undefined ? 'nothing' : JSON.stringify(type))]
    }
    if ((certConstraint?.roots ?? []).length > 0) return []
    return [finding('policy-functionary-type', at, 'certConstraint.roots for a functionary of type "root"', publickeyid === '' ? 'none' : 'a publickeyid alone')]
  })
}

function references(name: string, step: StepMembers, policy: PolicyMembers): readonly Finding[] {
  const named = (key: StepEdges | 'externalFrom', known: ReadonlyMap<string, unknown> | undefined, what: string): readonly Finding[] =>
    (step[key] ?? []).flatMap((other, index) => {
      if (known?.has(other) === true) return []
      return [finding('policy-reference', below(below(pointerOf(name), key), index), `the name of ${what}`, JSON.stringify(other))]
    })
  return [
    ...named('artifactsFrom', policy.steps, 'a step'),
    ...named('attestationsFrom', policy.steps, 'a step'),
    ...named('externalFrom', policy.externalAttestations, 'an external attestation'),
  ]
}

function timestampConstraint(name: string, { timestampConstraint: constraint }: StepMembers): readonly Finding[] {
  if (constraint === undefined) return []
  const pointer = below(pointerOf(name), 'timestampConstraint')
  const { notBefore, notAfter, maxAge } = constraint
  if (notBefore === undefined && notAfter === undefined && maxAge === undefined) {
    return [finding('policy-timestamp-constraint', pointer, 'notBefore, notAfter or maxAge', 'none of them')]
  }
  if (maxAge !== undefined && maxAge <= 0) {
    return [finding('policy-timestamp-constraint', below(pointer, 'maxAge'), 'a duration above zero', `${maxAge} ms`)]
  }
  if (notBefore !== undefined && notAfter !== undefined && notBefore.getTime() > notAfter.getTime()) {
    return [finding('policy-timestamp-constraint', pointer, 'notBefore before notAfter', 'the other way round')]
  }
  return []
}

function cycles(steps: Entries<StepMembers>, key: StepEdges): readonly Finding[] {
  const graph = new Map(steps.map(([name, step]) => [name, step[key] ?? []]))
  return findCycles(graph).map((cycle) =>
    finding('policy-cycle', below(pointerOf(cycle[0] ?? ''), key), 'steps that do not lead back to themselves', cycle.map((name) => JSON.stringify(name)).join(' → ')),
  )
}
