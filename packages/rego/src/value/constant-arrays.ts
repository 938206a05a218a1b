import { keyOf, type Key } from './key.ts'
import type { Value } from './value.ts'

const members: WeakMap<readonly Value[], { keys: Set<Key> | undefined }> = new WeakMap()

/** Below this, looking at each element is as quick. */
const worthwhile = 16

/** Says that an array stands in a policy's source: it never changes, so that its members may be remembered. */
export function markConstantArray(value: Value | undefined): void {
  if (Array.isArray(value) && value.length >= worthwhile) members.set(value as readonly Value[], { keys: undefined })
}

/** Whether a marked array has a member; undefined for arrays that are not marked. */
export function constantArrayHas(array: readonly Value[], value: Value): boolean | undefined {
  const known = members.get(array)
  if (known === undefined) return undefined
  known.keys ??= new Set(array.map(keyOf))
  return known.keys.has(keyOf(value))
}
