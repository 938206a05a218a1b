import { objectGet, objectKeys } from '../value/members.ts'
import type { ObjectValue, Value } from '../value/value.ts'

/** Names and values of an object that came from JSON, in order. */
export function members(object: ObjectValue): readonly (readonly [string, Value])[] {
  return objectKeys(object).flatMap((key) => (typeof key === 'string' ? [[key, objectGet(object, key) ?? null] as const] : []))
}
