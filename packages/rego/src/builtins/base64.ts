import { decodeBase64, encodeBase64 } from '../encoding/base64-bytes.ts'
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import { booleanType, functionType, stringType } from '../types/type.ts'
import type { Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

function textOperand(context: BuiltinContext, value: Value): string {
  const text = stringOperand(value, 1)
  context.spend(1 + (text.length >> 2))
  return text
}

function decoded(text: string, alphabet: 'standard' | 'url'): string {
  const bytes = decodeBase64(text, { alphabet })
  if (typeof bytes === 'number') throw builtinError(`illegal base64 data at input byte ${bytes}`)
  return decodeUtf8(bytes)
}

const encoder = (name: string, alphabet: 'standard' | 'url', padding: boolean): Builtin => ({
  name,
  declaration: functionType([stringType], stringType),
  call: (context, value) => {
    const bytes = encodeUtf8(textOperand(context, value))
    context.checkLength(bytes.length * 1.4)
    return encodeBase64(bytes, { alphabet, padding })
  },
})

/** Fills up what many encoders leave out (RFC 7515, appendix C). */
function padUrl(text: string): string {
  if (text.endsWith('=')) return text
  const rest = encodeUtf8(text).length % 4
  if (rest === 1) throw builtinError(`illegal base64url string: ${text}`)
  return rest === 0 ? text : text + '='.repeat(4 - rest)
}

/** `base64.*` and `base64url.*`. Bytes that are no UTF-8 come out as U+FFFD. */
export const base64Builtins: readonly Builtin[] = [
  encoder('base64.encode', 'standard', true),
  encoder('base64url.encode', 'url', true),
  encoder('base64url.encode_no_pad', 'url', false),
  {
    name: 'base64.decode',
    declaration: functionType([stringType], stringType),
    call: (context, value) => decoded(textOperand(context, value), 'standard'),
  },
  {
    name: 'base64.is_valid',
    declaration: functionType([stringType], booleanType),
    call: (context, value) => typeof value === 'string' && typeof decodeBase64(textOperand(context, value)) !== 'number',
  },
  {
    name: 'base64url.decode',
    declaration: functionType([stringType], stringType),
    call: (context, value) => decoded(padUrl(textOperand(context, value)), 'url'),
  },
]
