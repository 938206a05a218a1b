import { toDecimal } from './number.ts'
import type { NumberValue } from './value.ts'

/**
 * `mantissa × 2^exponent`, the mantissa of at most 64 bits: what Go's `big.Float` holds after reading a literal, and
 * what OPA therefore computes fractions with.
 */
export interface Float {
  readonly mantissa: bigint
  readonly exponent: number
}

const precision = 64

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(16).length * 4 - (3 - Math.floor(Math.log2(Number.parseInt(value.toString(16)[0] as string, 16))))
}

/** `numerator / denominator × 2^exponent`, rounded half to even. The denominator is positive. */
export function floatFromRatio(numerator: bigint, denominator: bigint, exponent: number): Float {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0 }
  const negative = numerator < 0n
  const magnitude = negative ? -numerator : numerator
  // Enough bits that the quotient has at least two more than are kept.
  const shift = precision + 2 + bitLength(denominator) - bitLength(magnitude)
  const scaled = shift >= 0 ? magnitude << BigInt(shift) : magnitude
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift)
  let quotient = scaled / divisor
  const sticky = scaled % divisor !== 0n
  let power = exponent - shift
  const extra = bitLength(quotient) - precision
  if (extra > 0) {
    const mask = (1n << BigInt(extra)) - 1n
    const rest = quotient & mask
    const half = 1n << BigInt(extra - 1)
    quotient >>= BigInt(extra)
    power += extra
    if (rest > half || (rest === half && (sticky || (quotient & 1n) === 1n))) quotient += 1n
  }
  return { mantissa: negative ? -quotient : quotient, exponent: power }
}

export function roundedQuotient(a: Float, b: Float): Float {
  return floatFromRatio(b.mantissa < 0n ? -a.mantissa : a.mantissa, b.mantissa < 0n ? -b.mantissa : b.mantissa, a.exponent - b.exponent)
}

/** Powers of ten beyond this are held at it: results stay huge (or tiny), and no memory goes into them. */
const largestPower = 20_000

export function toFloat(value: NumberValue): Float {
  const { negative, digits, exponent } = toDecimal(value)
  const power = Math.max(-largestPower, Math.min(largestPower, exponent))
  const whole = BigInt(negative ? `-${digits}` : digits)
  return power >= 0 ? floatFromRatio(whole * 10n ** BigInt(power), 1n, 0) : floatFromRatio(whole, 10n ** BigInt(-power), 0)
}

/** Go's `Text('f', -1)` for integers and `Text('g', -1)` for the rest. */
export function formatFloat(float: Float): string {
  if (float.mantissa === 0n) return '0'
  const { digits, point, negative } = shortest(float)
  const sign = negative ? '-' : ''
  if (isInteger(float)) {
    return sign + (point >= digits.length ? digits + '0'.repeat(point - digits.length) : digits.slice(0, point))
  }
  const exponent = point - 1
  // `%g` with the fewest digits decides for the exponent form at six digits before the point.
  if (exponent < -4 || exponent >= 6) return sign + scientific(digits, exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length ? sign + digits + '0'.repeat(point - digits.length) : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function isInteger(float: Float): boolean {
  if (float.exponent >= 0) return true
  const shift = BigInt(-float.exponent)
  return -float.exponent < 20_000 && (float.mantissa >> shift) << shift === float.mantissa
}

/** The fewest digits that read back as the same float: `0.digits × 10^point`. */
function shortest(float: Float): { readonly digits: string; readonly point: number; readonly negative: boolean } {
  const negative = float.mantissa < 0n
  let mantissa = negative ? -float.mantissa : float.mantissa
  let { exponent } = float
  const missing = precision - bitLength(mantissa)
  if (missing > 0) {
    mantissa <<= BigInt(missing)
    exponent -= missing
  }
  // The interval of all numbers that round to this one, in halves of a unit of the last bit.
  const even = (mantissa & 1n) === 0n
  const lowerIsClose = mantissa === 1n << BigInt(precision - 1)
  const scale = (twice: bigint, power: number): readonly [bigint, bigint] => (power >= 0 ? [twice << BigInt(power), 1n] : [twice, 1n << BigInt(-power)])
  const [upper, denominator] = scale(mantissa * 4n + 2n, exponent - 2)
  const [lower] = scale(lowerIsClose ? mantissa * 4n - 1n : mantissa * 4n - 2n, exponent - 2)
  const [exact] = scale(mantissa * 4n, exponent - 2)
  let point = Math.floor((bitLength(exact) - bitLength(denominator)) * 0.30103) - 1
  while (exact >= denominator * power10(point)) point++
  for (let count = 1; ; count++) {
    // Candidates with `count` digits: exact × 10^(count − point), down and up.
    const places = count - point
    const grow = places >= 0 ? 10n ** BigInt(places) : 1n
    const shrink = places >= 0 ? denominator : denominator * 10n ** BigInt(-places)
    const down = (exact * grow) / shrink
    const inside = (candidate: bigint): boolean => {
      const low = candidate * shrink - lower * grow
      const high = upper * grow - candidate * shrink
      return even ? low >= 0n && high >= 0n : low > 0n && high > 0n
    }
    const downIn = inside(down)
    const upIn = inside(down + 1n)
    if (!downIn && !upIn) continue
    const rest = exact * grow - down * shrink
    const choice = downIn && (!upIn || rest * 2n <= shrink) ? down : down + 1n
    const text = choice.toString()
    const trimmed = text.replace(/0+$/, '')
    return { digits: trimmed === '' ? '0' : trimmed, point: point + (text.length - count), negative }
  }

  function power10(at: number): bigint {
    return at >= 0 ? 10n ** BigInt(at) : 1n
  }
}
