import type { PredicateType } from '@cilock/core'
import type { StepMembers } from '../document/members.ts'
import type { Policy } from '../document/open-policy.ts'
import { shapesOfType } from './input-paths.ts'
import type { ContextShape, Shapes } from './input-paths.ts'

/** Whether the rules of a step see more than the predicate: then it stands under `input.attestation`. */
export function isWrapped({ attestationsFrom = [], externalFrom = [] }: StepMembers): boolean {
  return attestationsFrom.length > 0 || externalFrom.length > 0
}

/** What `input` can look like to the rules of an attestation of a step. */
export function stepInputShape(step: StepMembers, type: string, extra: readonly string[], policy: Pick<Policy, 'steps' | 'externals'>, types: readonly PredicateType[]): Shapes {
  const body = shapesOfType(type, types)
  if (!isWrapped(step)) return withKeys(body, extra)
  const { attestationsFrom = [], externalFrom = [] } = step
  const steps = named(attestationsFrom, (name) => [byType(policy.steps.get(name) ?? {}, types)])
  const external = named(externalFrom, (name) => shapesOfType(policy.externals.get(name)?.predicateType ?? '', types))
  const parts = new Map<string, Shapes>([['attestation', body], ['steps', [steps]], ...(externalFrom.length > 0 ? [['external', [external]] as const] : [])])
  return withKeys([named([...parts.keys()], (key) => parts.get(key) ?? [])], extra)
}

/** What `input` can look like to the rules of an external attestation. */
export function externalInputShape(type: string, extra: readonly string[], types: readonly PredicateType[]): Shapes {
  return withKeys(shapesOfType(type, types), extra)
}

function withKeys(shapes: Shapes, extra: readonly string[]): Shapes {
  return extra.length === 0 ? shapes : [...shapes, named(extra, () => [{ kind: 'any' }])]
}

function named(keys: readonly string[], below: (key: string) => Shapes): ContextShape {
  return { kind: 'context', keys, below: (key) => (keys.includes(key) ? below(key) : []) }
}

/** The attestations of another step by their types; any may be there, but each key is the URI of a type. */
function byType({ attestations = [] }: StepMembers, types: readonly PredicateType[]): ContextShape {
  const keys = attestations.flatMap(({ type = '' }) => (type === '' ? [] : [type]))
  return { kind: 'context', keys, below: (key) => (keys.includes(key) || key.includes(':') ? shapesOfType(key, types) : []) }
}
