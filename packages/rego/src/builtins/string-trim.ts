import { functionType, stringType } from '../types/type.ts'
import type { Builtin } from './builtin.ts'
import { stringOperand } from './operands.ts'

/** White space as Go's `unicode.IsSpace`: a zero-width no-break space, which JavaScript trims, is none. */
const space: ReadonlySet<string> = new Set('\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000')

function trimLeft(text: string, chars: ReadonlySet<string>): string {
  let start = 0
  while (start < text.length) {
    const char = String.fromCodePoint(text.codePointAt(start) ?? 0)
    if (!chars.has(char)) break
    start += char.length
  }
  return text.slice(start)
}

function trimRight(text: string, chars: ReadonlySet<string>): string {
  let end = text.length
  while (end > 0) {
    const low = text.charCodeAt(end - 1)
    const char = text.slice(low >= 0xdc00 && low <= 0xdfff ? end - 2 : end - 1, end)
    if (!chars.has(char)) break
    end -= char.length
  }
  return text.slice(0, end)
}

const trimBoth = (text: string, chars: ReadonlySet<string>): string => trimRight(trimLeft(text, chars), chars)

const binary = (name: string, cut: (text: string, part: string) => string): Builtin => ({
  name,
  declaration: functionType([stringType, stringType], stringType),
  call: (context, value, part) => {
    const text = stringOperand(value, 1)
    const piece = stringOperand(part, 2)
    context.spend(1 + ((text.length + piece.length) >> 4))
    return cut(text, piece)
  },
})

/** `trim*`: sets of characters, or a whole prefix or suffix. */
export const stringTrimBuiltins: readonly Builtin[] = [
  binary('trim', (text, set) => trimBoth(text, new Set(set))),
  binary('trim_left', (text, set) => trimLeft(text, new Set(set))),
  binary('trim_right', (text, set) => trimRight(text, new Set(set))),
  binary('trim_prefix', (text, prefix) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  binary('trim_suffix', (text, suffix) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text)),
  {
    name: 'trim_space',
    declaration: functionType([stringType], stringType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + (text.length >> 4))
      return trimBoth(text, space)
    },
  },
]
