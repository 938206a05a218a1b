import { arrayType, booleanType, functionType, numberType, setType, stringType, unionType } from '../types/type.ts'
import { simpleLower, simpleUpper } from '../unicode/case.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { operandTypeError, stringOperand, stringsOperand } from './operands.ts'

type Test = (text: string, part: string) => boolean

const test = (name: string, decide: Test): Builtin => ({
  name,
  declaration: functionType([stringType, stringType], booleanType),
  call: (context, text, part) => {
    const whole = stringOperand(text, 1)
    const piece = stringOperand(part, 2)
    context.spend(1 + (whole.length >> 6))
    return decide(whole, piece)
  },
})

const strings = unionType(stringType, arrayType(stringType), setType(stringType))

function oneOrMany(value: Value, position: number): readonly string[] {
  if (typeof value === 'string') return [value]
  if (isArray(value) || value instanceof RegoSet) return stringsOperand(value, position)
  throw operandTypeError(position, value, 'string', 'set', 'array')
}

/** Any of the first operand's strings with any of the second one's; both may be one string or a collection. */
const anyMatch = (name: string, decide: Test): Builtin => ({
  name,
  declaration: functionType([strings, strings], booleanType),
  call: (context, texts, parts) => {
    const candidates = oneOrMany(texts, 1)
    const pieces = oneOrMany(parts, 2)
    return candidates.some((text) =>
      pieces.some((piece) => {
        context.spend(1)
        return decide(text, piece)
      }),
    )
  },
})

const ascii = /^[\0-\x7f]*$/

function mapped(context: BuiltinContext, value: Value, fast: (text: string) => string, map: (codePoint: number) => number): string {
  const text = stringOperand(value, 1)
  context.spend(1 + (text.length >> 4))
  if (ascii.test(text)) return fast(text)
  let out = ''
  for (const char of text) out += String.fromCodePoint(map(char.codePointAt(0) ?? 0))
  return out
}

function count(context: BuiltinContext, text: string, part: string): number {
  context.spend(1 + text.length)
  if (part === '') return Array.from(text).length + 1
  let found = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found++
  return found
}

/** Tests, letter case, counting and reversing of strings. */
export const stringBuiltins: readonly Builtin[] = [
  test('contains', (text, part) => text.includes(part)),
  test('startswith', (text, part) => text.startsWith(part)),
  test('endswith', (text, part) => text.endsWith(part)),
  anyMatch('strings.any_prefix_match', (text, part) => text.startsWith(part)),
  anyMatch('strings.any_suffix_match', (text, part) => text.endsWith(part)),
  {
    name: 'lower',
    declaration: functionType([stringType], stringType),
    call: (context, text) => mapped(context, text, (plain) => plain.toLowerCase(), simpleLower),
  },
  {
    name: 'upper',
    declaration: functionType([stringType], stringType),
    call: (context, text) => mapped(context, text, (plain) => plain.toUpperCase(), simpleUpper),
  },
  {
    name: 'strings.count',
    declaration: functionType([stringType, stringType], numberType),
    call: (context, text, part) => count(context, stringOperand(text, 1), stringOperand(part, 2)),
  },
  {
    name: 'strings.reverse',
    declaration: functionType([stringType], stringType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + text.length)
      return Array.from(text).reverse().join('')
    },
  },
]
