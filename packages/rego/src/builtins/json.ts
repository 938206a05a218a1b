import { anyType, booleanType, functionType, stringType } from '../types/type.ts'
import { RegoError } from '../errors.ts'
import { toGoJson } from '../value/format.ts'
import { parseJson } from '../value/json.ts'
import type { Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

function parse(context: BuiltinContext, text: string): Value {
  context.spend(text.length >> 4)
  return parseJson(text, { maxDepth: context.limits.depth })
}

function unmarshal(context: BuiltinContext, text: string): Value {
  try {
    return parse(context, text)
  } catch (error) {
    if (error instanceof RegoError && error.code === 'ERR_MALFORMED_JSON') throw builtinError(error.message.replace(/^malformed JSON at offset \d+: /, ''), { cause: error })
    throw error
  }
}

/** Compact JSON, as Go's encoder writes it. */
export function marshal(context: BuiltinContext, value: Value): string {
  const text = toGoJson(value)
  context.checkLength(text.length)
  context.spend(text.length >> 4)
  return text
}

/** `json.marshal`, `json.unmarshal` and `json.is_valid`. */
export const jsonBuiltins: readonly Builtin[] = [
  { name: 'json.marshal', declaration: functionType([anyType], stringType), call: (context, x) => marshal(context, x) },
  { name: 'json.unmarshal', declaration: functionType([stringType], anyType), call: (context, text) => unmarshal(context, stringOperand(text, 1)) },
  {
    name: 'json.is_valid',
    declaration: functionType([stringType], booleanType),
    call: (context, text) => {
      if (typeof text !== 'string') return false
      try {
        parse(context, text)
        return true
      } catch (error) {
        if (error instanceof RegoError && error.code === 'ERR_MALFORMED_JSON') return false
        throw error
      }
    },
  },
]
