/**
 * `± digits × 10^exponent`. `digits` has no leading and no trailing zero, except that zero itself is `'0'` with
 * exponent 0, so that two equal numbers have equal parts.
 */
export interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

const zero: Decimal = { negative: false, digits: '0', exponent: 0 }

/** Reads a number in JSON's notation, or in one of the wider ones that `to_number` lets through. */
export function parseDecimal(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) return fromHexadecimal(text)
  const [, sign = '', whole = '', fraction = '', power = '0'] = match
  const raw = whole + fraction
  let start = 0
  while (start < raw.length && raw.charCodeAt(start) === 48) start++
  let end = raw.length
  while (end > start && raw.charCodeAt(end - 1) === 48) end--
  if (start === end) return zero
  return { negative: sign === '-', digits: raw.slice(start, end), exponent: Number(power) - fraction.length + (raw.length - end) }
}

/** `0x1p-4`, `1_000`: Go's ParseFloat accepts them, and `to_number` keeps their text. */
function fromHexadecimal(text: string): Decimal {
  const plain = text.replaceAll('_', '')
  const match = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?(?:[pP]([+-]?\d+))?$/.exec(plain)
  if (match === null) return plain === text ? zero : parseDecimal(plain)
  const [, sign = '', whole = '', fraction = '', power = '0'] = match
  let numerator = BigInt(`0x0${whole}${fraction}`)
  const binary = Math.max(-5000, Math.min(5000, Number(power) - 4 * fraction.length))
  let exponent = 0
  if (binary >= 0) numerator <<= BigInt(binary)
  else {
    numerator *= 5n ** BigInt(-binary)
    exponent = binary
  }
  return parseDecimal(`${sign}${numerator}e${exponent}`)
}

/** -1, 0 or 1, without ever writing the numbers out. */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const signA = a.digits === '0' ? 0 : a.negative ? -1 : 1
  const signB = b.digits === '0' ? 0 : b.negative ? -1 : 1
  if (signA !== signB) return signA < signB ? -1 : 1
  if (signA === 0) return 0
  const magnitude = compareMagnitudes(a, b)
  return signA < 0 ? (magnitude === 0 ? 0 : magnitude === 1 ? -1 : 1) : magnitude
}

function compareMagnitudes(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const topA = a.digits.length + a.exponent
  const topB = b.digits.length + b.exponent
  if (topA !== topB) return topA < topB ? -1 : 1
  if (a.digits === b.digits) return 0
  // Same position of the first digit, so comparing the digits as text compares the numbers.
  return a.digits < b.digits ? -1 : 1
}

/** A key that equal numbers share: the double where it stands for exactly this decimal, a text otherwise. */
export function decimalKey(decimal: Decimal): number | string {
  const text = decimalText(decimal)
  const double = Number(text)
  if (Number.isFinite(double) && compareDecimals(parseDecimal(String(double)), decimal) === 0) return double === 0 ? 0 : double
  return `\0${text}`
}

/** `-12e3`. */
export function decimalText(decimal: Decimal): string {
  return `${decimal.negative ? '-' : ''}${decimal.digits}e${decimal.exponent}`
}
