import { stringifyJson } from '@cilock/core'
import type { AttestContext, Evidence } from '@cilock/core'

/** Everything that evidence says, as one text: what is compared between runs. */
export function snapshot({ predicate, predicateType, subjects, backRefs, materials, products }: Evidence): string {
  const parts = { predicate, predicateType, subjects, backRefs, materials, products }
  return stringifyJson(Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)))
}

/** A copy of a context whose data nobody can change. */
export function frozen(context: AttestContext): AttestContext {
  const { env, materials, products, host, completed, hashes, ...rest } = context
  return Object.freeze({ ...rest, ...(deepFrozen({ env, materials, products, host, completed, hashes }) as typeof context) })
}

function deepFrozen(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(deepFrozen))
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  const copy: object = Object.create(null)
  for (const [key, member] of Object.entries(value)) Object.defineProperty(copy, key, { value: deepFrozen(member), enumerable: true, configurable: true, writable: true })
  return Object.freeze(copy)
}

/** Variables of a process are an object of their own kind; their copy is an ordinary one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === Object.prototype
}
