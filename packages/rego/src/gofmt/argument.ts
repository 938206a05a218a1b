import { formatTerm } from '../value/format.ts'
import { numberText, toDouble, toInt64 } from '../value/number.ts'
import { isNumber, type Value } from '../value/value.ts'

/** An argument as OPA hands it to Go's `fmt`. */
export type GoArgument =
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: '*big.Int'; readonly value: bigint }
  | { readonly type: 'float64'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  // What templates print besides: OPA's sprintf gets texts in their place.
  | { readonly type: 'json.Number'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: '[]interface {}' | 'map[string]interface {}' | 'nil'; readonly value: string; readonly composite: true }

/** Numbers become the narrowest Go number their text fits, everything else but strings its Rego text. */
export function goArgument(value: Value): GoArgument {
  if (typeof value === 'string') return { type: 'string', value }
  if (!isNumber(value)) return { type: 'string', value: formatTerm(value) }
  const small = toInt64(value)
  if (small !== undefined) return { type: 'int', value: small }
  const text = numberText(value)
  if (/^[+-]?\d+$/.test(text)) return { type: '*big.Int', value: BigInt(text.replace(/^\+/, '')) }
  const double = toDouble(value)
  return Number.isFinite(double) ? { type: 'float64', value: double } : { type: 'string', value: text }
}
