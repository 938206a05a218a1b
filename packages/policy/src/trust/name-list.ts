import { isPattern, isPrintable, matchesPattern } from './pattern.ts'

/** Why a certificate's names are not those that are wanted; undefined when they are. */
export function listMismatch(wanted: readonly string[], found: readonly string[], { emptyConstraints }: { readonly emptyConstraints: boolean }): string | undefined {
  if (wanted.includes('*')) return undefined
  if (!wanted.every(isPrintable)) return 'the constraint holds a character that cannot be printed'
  const constraints = wanted.filter((text) => text !== '')
  const values = found.filter((text) => text !== '')
  if (constraints.length === 0) return emptyMismatch(values, emptyConstraints)
  return unmatched(constraints, values)
}

function emptyMismatch(values: readonly string[], emptyConstraints: boolean): string | undefined {
  if (values.length > 0) return 'the constraint is empty and forbids all'
  return emptyConstraints ? 'the constraint is empty, which says nothing; write "*" where anything will do' : undefined
}

/**
 * A list means exactly these names: each exact one has a name of its own, whatever is left matches a pattern of its own,
 * and nothing is left over on either side. Patterns are handed out so that as many names as possible find one, and not in
 * the order of the list as Go does: that never lets through what Go's order would not, nor depends on the order.
 */
function unmatched(constraints: readonly string[], values: readonly string[]): string | undefined {
  const left = [...values]
  for (const exact of constraints.filter((text) => !isPattern(text))) {
    const at = left.indexOf(exact)
    if (at === -1) return `${JSON.stringify(exact)} is missing`
    left.splice(at, 1)
  }
  const patterns = constraints.filter(isPattern)
  const matching = assign(left, patterns)
  const unexpected = left.find((_, index) => !matching.has(index))
  if (unexpected !== undefined) return `${JSON.stringify(unexpected)} is not among what is wanted`
  if (matching.size < patterns.length) return `no name is left for ${patterns.filter((_, index) => ![...matching.values()].includes(index)).map((text) => JSON.stringify(text)).join(', ')}`
  return undefined
}

/** A largest set of pairs of a value and a pattern that it matches, by index (augmenting paths). */
function assign(values: readonly string[], patterns: readonly string[]): ReadonlyMap<number, number> {
  const fits = values.map((value) => patterns.map((pattern) => matchesPattern(pattern.toLowerCase(), value.toLowerCase())))
  const holder = new Map<number, number>()
  for (const [value] of values.entries()) give(value, fits, holder, new Set())
  return new Map([...holder].map(([pattern, value]) => [value, pattern]))
}

function give(value: number, fits: readonly (readonly boolean[])[], holder: Map<number, number>, seen: Set<number>): boolean {
  for (const [pattern, does] of (fits[value] ?? []).entries()) {
    if (!does || seen.has(pattern)) continue
    seen.add(pattern)
    const other = holder.get(pattern)
    if (other !== undefined && !give(other, fits, holder, seen)) continue
    holder.set(pattern, value)
    return true
  }
  return false
}
