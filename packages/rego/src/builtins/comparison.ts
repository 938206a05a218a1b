import { anyType, booleanType, functionType } from '../types/type.ts'
import { compare } from '../value/compare.ts'
import { equal } from '../value/equal.ts'
import type { Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'

const declaration = functionType([anyType, anyType], booleanType)

function relation(name: string, holds: (a: Value, b: Value) => boolean): Builtin {
  return { name, declaration, call: (_context, a, b) => holds(a, b) }
}

/** `==`, `!=`, `<` and the others, in Rego's total order; and `=`, `:=` for those who name them. */
export const comparisonBuiltins: readonly Builtin[] = [
  relation('eq', equal),
  relation('assign', equal),
  relation('equal', equal),
  relation('neq', (a, b) => !equal(a, b)),
  relation('lt', (a, b) => compare(a, b) < 0),
  relation('lte', (a, b) => compare(a, b) <= 0),
  relation('gt', (a, b) => compare(a, b) > 0),
  relation('gte', (a, b) => compare(a, b) >= 0),
]
