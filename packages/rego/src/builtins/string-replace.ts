import { functionType, mapType, stringType } from '../types/type.ts'
import { objectEntries } from '../value/members.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { objectOperand, operandError, stringOperand } from './operands.ts'

type Pair = readonly [old: string, replacement: string]

/**
 * Replaces in one pass, left to right; where several texts fit, the first of the list is taken. An empty text fits
 * before every character and at the end, but not twice at one place (Go's `strings.Replacer`).
 */
function replacePairs(context: BuiltinContext, text: string, pairs: readonly Pair[]): string {
  const byFirst = new Map<string, Pair[]>()
  const empty = pairs.find(([old]) => old === '')
  for (const pair of pairs) {
    const first = pair[0].charAt(0)
    const same = byFirst.get(first)
    if (same === undefined) byFirst.set(first, [pair])
    else same.push(pair)
  }
  const out: string[] = []
  let length = 0
  const write = (piece: string): void => {
    length += piece.length
    context.checkLength(length)
    if (piece !== '') out.push(piece)
  }
  let copied = 0
  let at = 0
  let afterEmpty = false
  while (at <= text.length) {
    const candidates = byFirst.get(text.charAt(at)) ?? []
    context.spend(1 + candidates.length)
    // An empty text sorts first among the keys, so it goes before any other that fits here.
    const found: Pair | undefined = empty !== undefined && !afterEmpty ? empty : candidates.find(([old]) => old !== '' && text.startsWith(old, at))
    afterEmpty = found !== undefined && found[0] === ''
    if (found === undefined) {
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
      continue
    }
    write(text.slice(copied, at))
    write(found[1])
    at += found[0].length
    copied = at
  }
  write(text.slice(copied))
  return out.join('')
}

/** `replace` and `strings.replace_n`. */
export const stringReplaceBuiltins: readonly Builtin[] = [
  {
    name: 'replace',
    declaration: functionType([stringType, stringType, stringType], stringType),
    call: (context, base, old, replacement) => {
      const text = stringOperand(base, 1)
      const part = stringOperand(old, 2)
      const filled = stringOperand(replacement, 3)
      if (part === '') return replacePairs(context, text, [[part, filled]])
      const pieces = text.split(part)
      context.spend(1 + (text.length >> 4) + pieces.length)
      context.checkLength(text.length + (pieces.length - 1) * (filled.length - part.length))
      return pieces.join(filled)
    },
  },
  {
    name: 'strings.replace_n',
    declaration: functionType([mapType(stringType, stringType), stringType], stringType),
    call: (context, patterns, value) => {
      const object = objectOperand(patterns, 1)
      const text = stringOperand(value, 2)
      const pairs = objectEntries(object).map(([old, replacement]): Pair => {
        if (typeof old !== 'string') throw operandError(1, 'non-string key found in pattern object')
        if (typeof replacement !== 'string') throw operandError(1, 'non-string value found in pattern object')
        return [old, replacement]
      })
      return replacePairs(context, text, pairs)
    },
  },
]
