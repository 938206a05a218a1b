import { findAll, splitAll } from '../regex/find-all.ts'
import { compileRegex, type Regex } from '../regex/regex.ts'
import { replaceAll } from '../regex/replace.ts'
import { RegexSyntaxError } from '../regex/syntax-error.ts'
import { arrayType, booleanType, functionType, numberType, stringType } from '../types/type.ts'
import type { Value } from '../value/value.ts'
import { type Builtin, type BuiltinContext, BuiltinError, limitError } from './builtin.ts'
import { compiledOnce } from './compiled.ts'
import { builtinError, integerOperand, stringOperand } from './operands.ts'

export function compiledRegex(context: BuiltinContext, pattern: string): Regex {
  return compiledOnce(context, 'regex', pattern, () => compile(context, pattern))
}

function compile(context: BuiltinContext, pattern: string): Regex {
  try {
    return compileRegex(pattern, { maxSize: context.limits.regexSize })
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error
    if (error.problem === 'expression too large') throw limitError('ERR_LIMIT_REGEX_SIZE', `regular expression larger than ${context.limits.regexSize} steps`)
    throw builtinError(error.message, { cause: error })
  }
}

function isValid(context: BuiltinContext, pattern: Value): boolean {
  if (typeof pattern !== 'string') return false
  context.spend(pattern.length)
  try {
    compile(context, pattern)
    return true
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error
    return false
  }
}

const match: Builtin['call'] = (context, pattern, value) => {
  const source = stringOperand(pattern, 1)
  const text = stringOperand(value, 2)
  return compiledRegex(context, source).test(text, context.spend)
}

/** `regex.*` and the deprecated `re_match`: Go's syntax and semantics, in time linear in the text. */
export const regexBuiltins: readonly Builtin[] = [
  { name: 'regex.match', declaration: functionType([stringType, stringType], booleanType), call: match },
  { name: 're_match', declaration: functionType([stringType, stringType], booleanType), deprecated: true, call: match },
  { name: 'regex.is_valid', declaration: functionType([stringType], booleanType), call: (context, pattern) => isValid(context, pattern) },
  {
    name: 'regex.find_n',
    declaration: functionType([stringType, stringType, numberType], arrayType(stringType)),
    call: (context, pattern, value, number) => {
      const source = stringOperand(pattern, 1)
      const text = stringOperand(value, 2)
      const limit = integerOperand(number, 3)
      const { find } = compiledRegex(context, source)
      const found = findAll(text, limit, (whole, from) => find(whole, from, context.spend))
      context.checkSize(found.length)
      return found.map(([start, end]) => text.slice(start, end))
    },
  },
  {
    name: 'regex.find_all_string_submatch_n',
    declaration: functionType([stringType, stringType, numberType], arrayType(arrayType(stringType))),
    call: (context, pattern, value, number) => {
      const source = stringOperand(pattern, 1)
      const text = stringOperand(value, 2)
      const limit = integerOperand(number, 3)
      const { capture, groupNames } = compiledRegex(context, source)
      const found = findAll(text, limit, (whole, from) => capture(whole, from, context.spend))
      context.checkSize(found.length * groupNames.length)
      context.spend(found.length * groupNames.length)
      return found.map((slots) => groupNames.map((_, group) => text.slice(slots[group * 2] ?? 0, slots[group * 2 + 1] ?? 0)))
    },
  },
  {
    name: 'regex.replace',
    declaration: functionType([stringType, stringType, stringType], stringType),
    call: (context, base, pattern, value) => {
      const text = stringOperand(base, 1)
      const source = stringOperand(pattern, 2)
      const template = stringOperand(value, 3)
      return replaceAll(compiledRegex(context, source), text, template, context.spend, context.checkLength)
    },
  },
  {
    name: 'regex.split',
    declaration: functionType([stringType, stringType], arrayType(stringType)),
    call: (context, pattern, value) => {
      const source = stringOperand(pattern, 1)
      const text = stringOperand(value, 2)
      const pieces = splitAll(compiledRegex(context, source), text, context.spend)
      context.checkSize(pieces.length)
      return pieces
    },
  },
]
