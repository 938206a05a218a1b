import { isNumberText } from './exact-number.ts'
import { refuse } from './refuse.ts'

/** An integer of a field, from a number, a bigint, or its decimal text. */
export function integerWithin(value: unknown, min: bigint, max: bigint, path: string): bigint {
  const integer = integerOf(value)
  return integer !== undefined && integer >= min && integer <= max ? integer : refuse(`an integer from ${min} to ${max}`, value, path)
}

/** An integer from number, bigint, or decimal text; undefined for anything else, and for a number that may be rounded. */
function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  const text = isNumberText(value) ? value.text : value
  return typeof text === 'string' && /^-?(?:0|[1-9][0-9]{0,39})$/.test(text) ? BigInt(text) : undefined
}
