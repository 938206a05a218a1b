import { InTotoError } from '../error.ts'
import { isNumberText } from './exact-number.ts'

/** Refuses a value by kind and place, never by content. */
export function refuse(expected: string, found: unknown, path: string): never {
  throw new InTotoError('ERR_MALFORMED', `expected ${expected}, found ${kindOf(found)}`, path)
}

/** Whether a value is a plain JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumberText(value)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  if (isNumberText(value)) return 'a number'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
