import { builtinError } from '../builtins/operands.ts'
import { goString } from '../value/format.ts'
import { numberText, toDouble } from '../value/number.ts'
import { members } from './members.ts'
import { isArray, isNumber, isObject, type Value } from '../value/value.ts'

/** JSON in which numbers are doubles, so that `1`, `1.0` and `1e0` are one; `const` and `enum` compare by it. */
export function canonicalJson(value: Value): string {
  if (typeof value === 'string') return goString(value)
  if (isNumber(value)) {
    const double = toDouble(value)
    if (!Number.isFinite(double)) throw builtinError(`json: cannot unmarshal number ${numberText(value)} into Go value of type float64`)
    return String(double)
  }
  if (isArray(value)) return `[${value.map(canonicalJson).join()}]`
  if (isObject(value)) return `{${members(value).map(([key, member]) => `${goString(key)}:${canonicalJson(member)}`).join()}}`
  return value === null ? 'null' : String(value === true)
}
