import { formatFloat, toFloat, roundedQuotient, floatFromRatio, type Float } from './float.ts'
import { numberFromBigInt, numberFromText, numberText, toBigInt, toDecimal, RegoNumber } from './number.ts'
import type { NumberValue } from './value.ts'

export function add(a: NumberValue, b: NumberValue): NumberValue {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(sum)) return sum === 0 ? 0 : sum
  }
  return combine(a, b, (x, y) => x + y, 'add')
}

export function subtract(a: NumberValue, b: NumberValue): NumberValue {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(difference)) return difference === 0 ? 0 : difference
  }
  return combine(a, b, (x, y) => x - y, 'subtract')
}

export function multiply(a: NumberValue, b: NumberValue): NumberValue {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(product)) return product === 0 ? 0 : product
  }
  return combine(a, b, (x, y) => x * y, 'multiply')
}

/** Undefined where `b` is zero. */
export function divide(a: NumberValue, b: NumberValue): NumberValue | undefined {
  if (typeof a === 'number' && typeof b === 'number' && b !== 0) {
    const quotient = a / b
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(quotient)) return quotient === 0 ? 0 : quotient
  }
  const x = toFloat(a)
  const y = toFloat(b)
  if (y.mantissa === 0n) return undefined
  const whole = exactQuotient(a, b)
  return whole ?? numberFromText(formatFloat(roundedQuotient(x, y)))
}

function exactQuotient(a: NumberValue, b: NumberValue): NumberValue | undefined {
  const x = wholeOperand(a)
  const y = wholeOperand(b)
  return x !== undefined && y !== undefined && x % y === 0n ? numberFromBigInt(x / y) : undefined
}

type Operation = 'add' | 'subtract' | 'multiply'

/** Integers of more digits are rounded as OPA rounds them, so that no policy can make a number fill the memory. */
const exactDigits = 2000

function wholeOperand(value: NumberValue): bigint | undefined {
  return value instanceof RegoNumber && value.text.length > exactDigits ? undefined : toBigInt(value)
}

function combine(a: NumberValue, b: NumberValue, exact: (x: bigint, y: bigint) => bigint, operation: Operation): NumberValue {
  const x = wholeOperand(a)
  const y = wholeOperand(b)
  if (x !== undefined && y !== undefined) return numberFromBigInt(exact(x, y))
  const key = `${numberText(a)} ${operation} ${numberText(b)}`
  const known = recent.get(key)
  if (known !== undefined) return known
  const left = toFloat(a)
  const right = toFloat(b)
  const result = numberFromText(formatFloat(operation === 'multiply' ? times(left, right) : sum(left, operation === 'add' ? right : { ...right, mantissa: -right.mantissa })))
  if (recent.size >= mostRecent) recent.clear()
  recent.set(key, result)
  return result
}

/** Results with fractions: a policy that loops over a list computes the same ones again and again. */
const recent: Map<string, NumberValue> = new Map()
const mostRecent = 500

/** The sum of numbers. Where there is a fraction, it is rounded to text only at the end, as in OPA. */
export function sumOf(numbers: readonly NumberValue[]): NumberValue {
  let total: NumberValue = 0
  for (const [index, number] of numbers.entries()) {
    if (!Number.isSafeInteger(number) && wholeOperand(number) === undefined) return numberFromText(formatFloat(numbers.slice(index).reduce((float, next) => sum(float, toFloat(next)), toFloat(total))))
    total = add(total, number)
  }
  return total
}

/** The product of numbers, rounded like {@link sumOf}. */
export function productOf(numbers: readonly NumberValue[]): NumberValue {
  let total: NumberValue = 1
  for (const [index, number] of numbers.entries()) {
    if (!Number.isSafeInteger(number) && wholeOperand(number) === undefined) return numberFromText(formatFloat(numbers.slice(index).reduce((float, next) => times(float, toFloat(next)), toFloat(total))))
    total = multiply(total, number)
  }
  return total
}

function times(a: Float, b: Float): Float {
  return floatFromRatio(a.mantissa * b.mantissa, 1n, a.exponent + b.exponent)
}

function sum(a: Float, b: Float): Float {
  if (a.mantissa === 0n) return b
  if (b.mantissa === 0n) return a
  const low = Math.min(a.exponent, b.exponent)
  // Far apart, the smaller one is below half a unit of the larger one's last bit, but still decides how ties round.
  if (Math.abs(a.exponent - b.exponent) > 400) return a.exponent > b.exponent ? a : b
  return floatFromRatio((a.mantissa << BigInt(a.exponent - low)) + (b.mantissa << BigInt(b.exponent - low)), 1n, low)
}

/** The remainder with the dividend's sign. Both must be integers, and `b` not zero. */
export function remainder(a: bigint, b: bigint): NumberValue {
  return numberFromBigInt(a % b)
}

/** The number without its sign. A text survives only where nothing changes, as in OPA (`abs(5.0)` is 5). */
export function absolute(value: NumberValue): NumberValue {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return Math.abs(value)
  const whole = toBigInt(value)
  if (whole !== undefined) return numberFromBigInt(whole < 0n ? -whole : whole)
  const float = toFloat(value)
  return numberFromText(formatFloat({ ...float, mantissa: float.mantissa < 0n ? -float.mantissa : float.mantissa }))
}

export type Rounding = 'round' | 'ceil' | 'floor'

/**
 * To an integer; `round` goes away from zero at a half. Between -1 and 0 `floor` gives 0 and `ceil` 1, as in OPA, which
 * looks at the sign of the integer part, and 0 has none.
 */
export function roundNumber(value: NumberValue, mode: Rounding): NumberValue {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  const { negative, digits, exponent } = toDecimal(value)
  if (exponent >= 0) {
    const whole = toBigInt(value)
    return whole === undefined ? value : numberFromBigInt(whole)
  }
  const keep = digits.length + exponent
  const whole = keep > 0 ? BigInt(digits.slice(0, keep)) : 0n
  const fraction = keep >= 0 ? digits.slice(keep) : digits.padStart(-exponent, '0')
  const sinks = negative && (whole > 0n || mode === 'round')
  const away = mode === 'round' ? fraction >= '5' : (mode === 'floor') === sinks
  const magnitude = away ? whole + 1n : whole
  return numberFromBigInt(sinks ? -magnitude : magnitude)
}

/** Toward zero. */
export function truncate(value: NumberValue): bigint | undefined {
  const decimal = toDecimal(value)
  if (decimal.exponent >= 0) return toBigInt(value)
  const keep = decimal.digits.length + decimal.exponent
  const whole = keep > 0 ? BigInt(decimal.digits.slice(0, keep)) : 0n
  return decimal.negative ? -whole : whole
}
