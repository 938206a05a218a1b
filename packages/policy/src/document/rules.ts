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
    ...waitingCycles(steps),
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

/** What is found where a step has the name. */
export const reservedStepName = 'the reserved name "__external__"'

function stepName(key: string, { name = '' }: StepMembers): readonly Finding[] {
  const pointer = below(pointerOf(key), 'name')
  if (key === '') return [finding('policy-step-name', pointerOf(key), 'a step with a name', 'an empty one, which proves nothing')]
  // CI/lock keeps the context of external attestations under this name, so a step of that name would pass for it
  if (key === '__external__') return [{ ...finding('policy-step-name', pointerOf(key), 'another name', reservedStepName), found: reservedStepName }]
  return name === key ? [] : [finding('policy-step-name', pointer, `the step's own key ${JSON.stringify(key)}`, JSON.stringify(name))]
}

function functionaryTypes(functionaries: readonly FunctionaryMembers[] | undefined, pointer: string): readonly Finding[] {
  return (functionaries ?? []).flatMap(({ type, publickeyid = '', certConstraint }, index) => {
    const at = below(pointer, index)
    const hasRoots = (certConstraint?.roots ?? []).length > 0
    // one that names neither a key nor roots is nobody, which is told where evidence is held against it
    if (type === 'publickey') return publickeyid !== '' || !hasRoots ? [] : [finding('policy-functionary-type', at, 'a publickeyid for a functionary of type "publickey"', 'certConstraint.roots alone')]
    if (type !== 'root') {
      return [finding('policy-functionary-type', below(at, 'type'), '"publickey" or "root"', type === undefined ? 'nothing' : JSON.stringify(type))]
    }
    if (hasRoots) return []
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

/** Steps that wait for each other; where neither kind of edge closes a circle alone, both together must not either. */
function waitingCycles(steps: Entries<StepMembers>): readonly Finding[] {
  const alone = [...cycles(steps, 'artifactsFrom'), ...cycles(steps, 'attestationsFrom')]
  if (alone.length > 0) return alone
  return findCycles(waitingFor(new Map(steps))).map((cycle) => cycleFinding(cycle, 'attestationsFrom'))
}

/** The steps that each step's judgement waits for. */
export function waitingFor(steps: ReadonlyMap<string, StepMembers>): ReadonlyMap<string, readonly string[]> {
  return new Map([...steps].map(([name, { artifactsFrom = [], attestationsFrom = [] }]) => [name, [...artifactsFrom, ...attestationsFrom]]))
}

function cycles(steps: Entries<StepMembers>, key: StepEdges): readonly Finding[] {
  const graph = new Map(steps.map(([name, step]) => [name, step[key] ?? []]))
  return findCycles(graph).map((cycle) => cycleFinding(cycle, key))
}

function cycleFinding(cycle: readonly string[], key: StepEdges): Finding {
  const shown = cycle.length <= 20 ? cycle : [...cycle.slice(0, 10), `… ${cycle.length - 11} more …`, ...cycle.slice(-1)]
  return finding('policy-cycle', below(pointerOf(cycle[0] ?? ''), key), 'steps that do not lead back to themselves', shown.map((name) => JSON.stringify(name)).join(' → '))
}
