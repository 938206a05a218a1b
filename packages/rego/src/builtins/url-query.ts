import { arrayType, functionType, mapType, setType, stringType, unionType } from '../types/type.ts'
import { escapeQuery, parseQuery, unescapeQuery } from '../url/query.ts'
import { toJson } from '../value/format.ts'
import { compareStrings } from '../value/strings.ts'
import { objectEntries } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, type Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, objectOperand, operandError, stringOperand } from './operands.ts'

function values(value: Value): readonly string[] {
  const members = isArray(value) ? value : value instanceof RegoSet ? value.values() : [value]
  return members.map((member) => {
    if (typeof member !== 'string') throw operandError(1, 'values must be string, array[string], or set[string]')
    return member
  })
}

/** `urlquery.*`: Go's query strings. */
export const urlQueryBuiltins: readonly Builtin[] = [
  {
    name: 'urlquery.encode',
    declaration: functionType([stringType], stringType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + text.length)
      context.checkLength(text.length)
      return escapeQuery(text)
    },
  },
  {
    name: 'urlquery.decode',
    declaration: functionType([stringType], stringType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + text.length)
      return unescapeQuery(text, builtinError)
    },
  },
  {
    name: 'urlquery.encode_object',
    declaration: functionType([mapType(stringType, unionType(stringType, arrayType(stringType), setType(stringType)))], stringType),
    call: (context, value) => {
      const pairs = objectEntries(objectOperand(value, 1))
        .map(([key, member]): readonly [string, readonly string[]] => [typeof key === 'string' ? key : toJson(key), values(member)])
        .sort(([a], [b]) => compareStrings(a, b))
      const parts: string[] = []
      for (const [name, members] of pairs) {
        for (const member of members) {
          context.spend(1 + name.length + member.length)
          parts.push(`${escapeQuery(name)}=${escapeQuery(member)}`)
        }
      }
      context.checkLength(parts.reduce((length, part) => length + part.length + 1, 0))
      return parts.join('&')
    },
  },
  {
    name: 'urlquery.decode_object',
    declaration: functionType([stringType], mapType(stringType, arrayType(stringType))),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + text.length)
      return RegoObject.of(parseQuery(text, builtinError))
    },
  },
]
