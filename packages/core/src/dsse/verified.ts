declare const verified: unique symbol

/** A value that came out of a verification. Only this library's verify functions make it; a cast is the only other way. */
export type Verified<T> = T & { readonly [verified]: true }

// Shared between copies of this package, and not enumerable: a changed copy (`{ ...envelope, payload }`) loses it.
const brand = Symbol.for('@cilock/verified')

/** Marks a value as verified. Not exported from the package: whoever calls it has just checked the signatures. */
export function markVerified<T extends object>(value: T): Verified<T> {
  Object.defineProperty(value, brand, { value: true })
  return Object.freeze(value) as Verified<T>
}

/** Whether a value came out of a verification as it is; the type says so too, but a spread copies types. */
export function isVerified(value: object): boolean {
  return Object.hasOwn(value, brand)
}
