import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import { isPrintable } from '../gofmt/quote.ts'
import { functionType, stringType } from '../types/type.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

/** `U+0067 'g'`, the character only where it can be printed. */
function named(byte: number): string {
  const char = String.fromCharCode(byte)
  return `U+${byte.toString(16).toUpperCase().padStart(4, '0')}${isPrintable(char) ? ` '${char}'` : ''}`
}

function decoded(text: string): string {
  const source = encodeUtf8(text)
  const wrong = source.find((byte) => !/[\da-fA-F]/.test(String.fromCharCode(byte)))
  if (wrong !== undefined) throw builtinError(`encoding/hex: invalid byte: ${named(wrong)}`)
  if (text.length % 2 === 1) throw builtinError('encoding/hex: odd length hex string')
  return decodeUtf8(Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(i * 2, i * 2 + 2), 16)))
}

/** `hex.*`: the bytes of a text as digits, and back. */
export const hexBuiltins: readonly Builtin[] = [
  {
    name: 'hex.encode',
    declaration: functionType([stringType], stringType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + (text.length >> 2))
      context.checkLength(text.length * 2)
      return Array.from(encodeUtf8(text), (byte) => byte.toString(16).padStart(2, '0')).join('')
    },
  },
  {
    name: 'hex.decode',
    declaration: functionType([stringType], stringType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + (text.length >> 2))
      return decoded(text)
    },
  },
]
