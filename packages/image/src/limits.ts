/** The defaults, with what was given in their place. */
export function positive<T extends Readonly<Record<string, number>>>(defaults: T, given: Partial<T> = {}): T {
  const limits = { ...defaults }
  for (const name of Object.keys(defaults) as (keyof T)[]) {
    const value = given[name]
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`limits.${String(name)} has to be a positive integer, not ${String(value)}`)
    limits[name] = value
  }
  return limits
}
