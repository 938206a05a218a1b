import type { Decimal } from '../value/decimal.ts'

/** Whether `value` is a whole number of `unit`s; exact, and without writing either number out. */
export function isMultiple(value: Decimal, unit: Decimal): boolean {
  if (value.digits === '0') return true
  const shift = value.exponent - unit.exponent
  const divisor = BigInt(unit.digits)
  // Digits carry no trailing zeros, so nothing with more decimal places than the unit is a multiple of it.
  if (shift < 0) return false
  return (BigInt(value.digits) * powerOfTen(shift, divisor)) % divisor === 0n
}

function powerOfTen(exponent: number, modulus: bigint): bigint {
  let result = 1n % modulus
  for (const bit of exponent.toString(2)) result = (result * result * (bit === '1' ? 10n : 1n)) % modulus
  return result
}

/** A number as Go's `%v` prints a `big.Float`: with an exponent below 1e-4 and from 1e+06 on. */
export function printDecimal({ negative, digits, exponent }: Decimal): string {
  const sign = negative ? '-' : ''
  if (digits === '0') return '0'
  const point = digits.length + exponent
  const power = point - 1
  if (power < -4 || power >= 6) {
    const fraction = digits.length === 1 ? '' : `.${digits.slice(1)}`
    return `${sign}${digits[0] ?? ''}${fraction}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.length <= point ? digits.padEnd(point, '0') : `${digits.slice(0, point)}.${digits.slice(point)}`}`
}
