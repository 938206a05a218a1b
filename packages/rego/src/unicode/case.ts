/** Groups of more than two code points that fold together, and pairs that a round trip through upper and lower case does not find. */
const irregularOrbits =
  'Kk\u212a Ss\u017f \u00b5\u039c\u03bc \u00c5\u00e5\u212b \u01c4\u01c5\u01c6 \u01c7\u01c8\u01c9 \u01ca\u01cb\u01cc \u01f1\u01f2\u01f3 ' +
  '\u0345\u0399\u03b9\u1fbe \u0392\u03b2\u03d0 \u0395\u03b5\u03f5 \u0398\u03b8\u03d1\u03f4 \u039a\u03ba\u03f0 \u03a0\u03c0\u03d6 ' +
  '\u03a1\u03c1\u03f1 \u03a3\u03c2\u03c3 \u03a6\u03c6\u03d5 \u03a9\u03c9\u2126 \u0412\u0432\u1c80 \u0414\u0434\u1c81 \u041e\u043e\u1c82 ' +
  '\u0421\u0441\u1c83 \u0422\u0442\u1c84\u1c85 \u042a\u044a\u1c86 \u0462\u0463\u1c87 \u1c88\ua64a\ua64b \u1e60\u1e61\u1e9b \u00df\u1e9e'

let irregular: ReadonlyMap<number, readonly number[]> | undefined

function irregularOrbit(codePoint: number): readonly number[] | undefined {
  if (irregular === undefined) {
    const table = new Map<number, readonly number[]>()
    for (const word of irregularOrbits.split(' ')) {
      const members = Array.from(word, (char) => char.codePointAt(0) ?? 0)
      for (const member of members) table.set(member, members)
    }
    irregular = table
  }
  return irregular.get(codePoint)
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
  if (codePoint === 0x130 || codePoint === 0x131) return [codePoint] // dotted capital and dotless small i fold to themselves only
  const lower = simpleLower(codePoint)
  if (lower !== codePoint) return [codePoint, lower]
  const upper = simpleUpper(codePoint)
  return upper !== codePoint ? [codePoint, upper] : [codePoint]
}
