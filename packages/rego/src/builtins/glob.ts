import { compileGlob, type Glob, GlobError, quoteGlob } from '@cilock/glob'
import { goGlobError } from '../glob/go-error.ts'
import { arrayType, booleanType, functionType, nullType, stringType, unionType } from '../types/type.ts'
import { isArray, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { compiledOnce } from './compiled.ts'
import { builtinError, operandElementError, operandTypeError, stringOperand } from './operands.ts'

/** No delimiters for null, a dot for an empty array. */
function delimiters(value: Value): readonly string[] {
  if (value === null) return []
  if (!isArray(value)) throw operandTypeError(2, value, 'array', 'null')
  if (value.length === 0) return ['.']
  return value.map((member) => {
    if (typeof member !== 'string') throw operandElementError(2, value, member, 'string')
    if (Array.from(member).length !== 1) throw operandElementError(2, value, member, 'rune')
    return member
  })
}

function compiled(context: BuiltinContext, pattern: string, separators: readonly string[]): Glob {
  return compiledOnce(context, 'glob', `${separators.join('')}:${pattern}`, () => {
    try {
      return compileGlob(pattern, { separators })
    } catch (error) {
      if (error instanceof GlobError) throw builtinError(error.code === 'ERR_GLOB_INVALID' ? goGlobError(pattern, error) : error.message, { cause: error })
      throw error
    }
  })
}

/** `glob.*`: the dialect of gobwas/glob. */
export const globBuiltins: readonly Builtin[] = [
  {
    name: 'glob.match',
    declaration: functionType([stringType, unionType(nullType, arrayType(stringType)), stringType], booleanType),
    call: (context, pattern, separators, value) => {
      const source = stringOperand(pattern, 1)
      const characters = delimiters(separators)
      const text = stringOperand(value, 3)
      // The matcher's states are the pattern's positions.
      context.spend((text.length + 1) * (1 + (source.length >> 4)))
      return compiled(context, source, characters).match(text)
    },
  },
  {
    name: 'glob.quote_meta',
    declaration: functionType([stringType], stringType),
    call: (context, pattern) => {
      const text = stringOperand(pattern, 1)
      context.checkLength(text.length * 2)
      return quoteGlob(text)
    },
  },
]
