import { anyType, arrayType, booleanType, functionType, mapType, nullType, numberType, setType, stringType, unionType, type Type } from '../types/type.ts'
import { RegoNumber, numberFromText, toDouble } from '../value/number.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isNumber, isObject, typeName, type TypeName, type Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, operandError, operandTypeError } from './operands.ts'

const anyObject = mapType(anyType, anyType)

function is(type: TypeName): Builtin {
  return { name: `is_${type}`, declaration: functionType([anyType], booleanType), call: (_context, x) => typeName(x) === type }
}

function cast(name: string, result: Type, convert: (value: Value) => Value): Builtin {
  return { name, deprecated: true, declaration: functionType([anyType], result), call: (_context, x) => convert(x) }
}

function only(type: TypeName): (value: Value) => Value {
  return (value) => {
    if (typeName(value) !== type) throw operandTypeError(1, value, type)
    return value
  }
}

/** What Go's ParseFloat reads, other than infinities. */
const goFloat = /^[+-]?(?:(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?|0[xX]_?(?:[\da-fA-F]+(?:_[\da-fA-F]+)*(?:\.[\da-fA-F]*)?|\.[\da-fA-F]+)[pP][+-]?\d+)$/

const toNumber: Builtin = {
  name: 'to_number',
  declaration: functionType([unionType(nullType, booleanType, numberType, stringType)], numberType),
  call: (_context, x) => {
    if (x === null) return 0
    if (typeof x === 'boolean') return x ? 1 : 0
    if (x !== undefined && isNumber(x)) return x
    if (typeof x !== 'string') throw operandTypeError(1, x, 'null', 'boolean', 'number', 'string')
    if (/^[+-]?(?:nan|inf(?:inity)?)$/i.test(x)) throw operandError(1, 'must be valid number string but got string')
    if (!goFloat.test(x)) throw builtinError(`strconv.ParseFloat: parsing ${JSON.stringify(x)}: invalid syntax`)
    const number = numberFromText(x)
    if (number instanceof RegoNumber && !Number.isFinite(toDouble(number)) && !/[xX]/.test(x)) throw builtinError(`strconv.ParseFloat: parsing ${JSON.stringify(x)}: value out of range`)
    return number
  },
}

export const typeBuiltins: readonly Builtin[] = [
  is('null'),
  is('boolean'),
  is('number'),
  is('string'),
  is('array'),
  is('object'),
  is('set'),
  { name: 'type_name', declaration: functionType([anyType], stringType), call: (_context, x) => typeName(x) },
  toNumber,
  cast('cast_array', arrayType(anyType), (value) => {
    if (value instanceof RegoSet) return value.values()
    if (!isArray(value)) throw operandTypeError(1, value, 'array', 'set')
    return value
  }),
  cast('cast_set', setType(anyType), (value) => {
    if (isArray(value)) return RegoSet.of(value)
    if (!(value instanceof RegoSet)) throw operandTypeError(1, value, 'array', 'set')
    return value
  }),
  cast('cast_string', stringType, only('string')),
  cast('cast_boolean', booleanType, only('boolean')),
  cast('cast_null', nullType, only('null')),
  cast('cast_object', anyObject, (value) => {
    if (!isObject(value)) throw operandTypeError(1, value, 'object')
    return value
  }),
]
