import { BuiltinError, type Builtin, type BuiltinContext } from '../builtins/builtin.ts'
import { builtinError } from '../builtins/operands.ts'
import { rethrowExhaustion } from '../guarded.ts'
import { anyType, arrayType, booleanType, functionType, mapType, nullType, objectType, stringType, tupleType, unionType } from '../types/type.ts'
import { toJson } from '../value/format.ts'
import { parseJson } from '../value/json.ts'
import { isArray, isObject, type Value } from '../value/value.ts'
import { compileSchema } from './compile.ts'
import { validate } from './validate.ts'

export type { Builtin } from '../builtins/builtin.ts'

const documentType = unionType(stringType, mapType(anyType, anyType))

/** A JSON text, or a value as JSON shows it. */
function jsonOperand(context: BuiltinContext, value: Value | undefined): Value {
  if (typeof value === 'string') {
    context.spend(1 + (value.length >> 4))
    try {
      return parseJson(value, { maxDepth: context.limits.depth })
    } catch (error) {
      rethrowExhaustion(error)
      throw builtinError('invalid JSON string', { cause: error })
    }
  }
  if (value === undefined || !(isArray(value) || isObject(value))) throw builtinError('wrong type, expected string or object')
  // a tree, where the same object in two places is two: references are relative to where they stand
  return parseJson(toJson(value), { maxDepth: context.limits.depth })
}

/**
 * OPA's `json.match_schema` and `json.verify_schema`, for drafts 4, 6 and 7. References stay within the schema:
 * nothing is loaded from a network or a file. `pattern` is not looked at, as in OPA.
 *
 * @example
 * ```ts
 * import { compile, coreBuiltins } from '@cilock/rego'
 * import { jsonSchemaBuiltins } from '@cilock/rego/json-schema'
 * const program = compile([{ name: 'p.rego', source }], { capabilities: { builtins: [...coreBuiltins, ...jsonSchemaBuiltins] } })
 * ```
 */
export const jsonSchemaBuiltins: readonly Builtin[] = [
  {
    name: 'json.match_schema',
    declaration: functionType(
      [documentType, documentType],
      tupleType(booleanType, arrayType(objectType({ error: stringType, type: stringType, field: stringType, desc: stringType }))),
    ),
    call: (context, document, schema) => {
      const node = jsonOperand(context, document)
      const failures = validate(compileSchema(jsonOperand(context, schema), context), node, context)
      return [
        failures.length === 0,
        failures.map(({ type, field, description }) => ({ error: `${field}: ${description}`, type, field, desc: description })),
      ]
    },
  },
  {
    name: 'json.verify_schema',
    declaration: functionType([documentType], tupleType(booleanType, unionType(nullType, stringType))),
    call: (context, schema) => {
      try {
        compileSchema(jsonOperand(context, schema), context)
        return [true, null]
      } catch (error) {
        if (error instanceof BuiltinError) return [false, `jsonschema: ${error.message}`]
        throw error
      }
    },
  },
]
