let irregular: ReadonlyMap<number, readonly number[]> | undefined

/** Groups of more than two code points that fold together, and the one pair that a round trip through upper and lower case does not find. */
function irregularOrbits(): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>()
  // All of them begin below U+2130; two letters of one stand far behind the others.
  for (const codePoint of [...Array(0x2130).keys(), 0xa64a, 0xa64b]) {
    const upper = simpleUpper(simpleLower(codePoint))
    if (isDottedOrDotless(codePoint)) continue
    const group = groups.get(upper)
    if (group === undefined) groups.set(upper, [codePoint])
    else group.push(codePoint)
  }
  const table = new Map<number, readonly number[]>()
  for (const group of groups.values()) if (group.length > 2 || group[0] === 0xdf) for (const member of group) table.set(member, group)
  return table
}

function irregularOrbit(codePoint: number): readonly number[] | undefined {
  if (codePoint < 0x80) return (codePoint | 32) === 0x6b ? [0x4b, 0x6b, 0x212a] : (codePoint | 32) === 0x73 ? [0x53, 0x73, 0x17f] : undefined
  irregular ??= irregularOrbits()
  return irregular.get(codePoint)
}

/** They fold to themselves only. */
function isDottedOrDotless(codePoint: number): boolean {
  return codePoint === 0x130 || codePoint === 0x131
}

function single(text: string): number {
  const codePoint = text.codePointAt(0) ?? 0
  return text.length === (codePoint > 0xffff ? 2 : 1) ? codePoint : -1
}

/** The simple (one to one) lower-case mapping of Unicode, as Go's `unicode.ToLower`. */
export function simpleLower(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 32 : codePoint
  if (codePoint === 0x130) return 0x69 // JavaScript answers with two code points
  const lower = single(String.fromCodePoint(codePoint).toLowerCase())
  return lower < 0 ? codePoint : lower
}

/** The simple (one to one) upper-case mapping of Unicode, as Go's `unicode.ToUpper`. */
export function simpleUpper(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x61 && codePoint <= 0x7a ? codePoint - 32 : codePoint
  const upper = single(String.fromCodePoint(codePoint).toUpperCase())
  if (upper >= 0) return upper
  // Greek letters with iota subscript: JavaScript spells the iota out, the simple mapping is the letter with prosgegrammeni.
  if (codePoint >= 0x1f80 && codePoint <= 0x1faf) return codePoint | 8
  if (codePoint === 0x1fb3 || codePoint === 0x1fc3 || codePoint === 0x1ff3) return codePoint + 9
  return codePoint
}

/** All code points that are the same letter when case is ignored (simple case folding), the given one among them. */
export function foldOrbit(codePoint: number): readonly number[] {
  const members = irregularOrbit(codePoint)
  if (members !== undefined) return members
  if (isDottedOrDotless(codePoint)) return [codePoint]
  const lower = simpleLower(codePoint)
  if (lower !== codePoint) return [codePoint, lower]
  const upper = simpleUpper(codePoint)
  return upper !== codePoint ? [codePoint, upper] : [codePoint]
}
