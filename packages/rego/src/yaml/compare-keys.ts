const letter = /\p{L}/u
const digit = /\p{Nd}/u

/** The order in which go-yaml writes keys: runs of digits by their value, letters behind all else. */
export function compareKeys(left: string, right: string): number {
  const a = Array.from(left)
  const b = Array.from(right)
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x = '', y = ''] = [a[i], b[i]]
    if (x !== y) return compareAt(a, b, i, x, y)
  }
  return a.length - b.length
}

function compareAt(a: readonly string[], b: readonly string[], i: number, x: string, y: string): number {
  const order = codePoint(x) - codePoint(y)
  const [letterX, letterY] = [letter.test(x), letter.test(y)]
  if (letterX && letterY) return order
  if (letterX || letterY) return letterY ? -1 : 1
  // Zeros behind a number that has begun count as its digits.
  const begun = (x === '0' || y === '0') && numberBegun(a, i)
  const [valueA, endA] = digits(a, i, begun)
  const [valueB, endB] = digits(b, i, begun)
  if (valueA !== valueB) return valueA < valueB ? -1 : 1
  return endA === endB ? order : endA - endB
}

function numberBegun(text: readonly string[], end: number): boolean {
  for (let j = end - 1; j >= 0 && digit.test(text[j] ?? ''); j--) if (text[j] !== '0') return true
  return false
}

/** The value wraps at 64 bits, as Go's does. */
function digits(text: readonly string[], start: number, begun: boolean): readonly [bigint, number] {
  let value = begun ? 1n : 0n
  let end = start
  for (; end < text.length && digit.test(text[end] ?? ''); end++) value = BigInt.asIntN(64, value * 10n + BigInt(codePoint(text[end] ?? '0') - 48))
  return [value, end]
}

function codePoint(char: string): number {
  return char.codePointAt(0) ?? 0
}
