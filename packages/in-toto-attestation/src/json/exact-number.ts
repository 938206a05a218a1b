import { InTotoError } from '../error.ts'

/** A number with the text it was written with, as the strict reader of `@cilock/core` gives it. */
interface NumberText {
  readonly text: string
}

const brand = Symbol.for('@cilock/json-number')

export function isNumberText(value: unknown): value is NumberText {
  return typeof value === 'object' && value !== null && brand in value && 'text' in value && typeof value.text === 'string'
}

/**
 * A number that a double holds as it was written. Integers beyond 2^53 are refused: as a `number` they may have been
 * rounded already, and as text they would be.
 */
export function exactNumber(value: number | bigint | NumberText, path: string): number {
  const number = typeof value === 'number' ? value : Number(typeof value === 'bigint' ? value : value.text)
  const isRounded = isNumberText(value) && decimalOf(value.text) !== decimalOf(String(number))
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number)) || isRounded) {
    throw new InTotoError('ERR_NUMBER_INEXACT', 'expected a number that 64 bits of floating point hold exactly, found another', path)
  }
  return number
}

/** One spelling for each decimal number: its digits without zeros around them, and the power of ten of the last. */
function decimalOf(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const trimmed = digits.replace(/0+$/, '')
  return trimmed === '' ? '0' : `${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`
}
