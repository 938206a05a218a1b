import type { Builtin } from '../builtins/builtin.ts'
import { stringOperand } from '../builtins/operands.ts'
import { booleanType, functionType, stringType } from '../types/type.ts'
import type { HashName } from '../x509/oids.ts'
import { digest, equalBytes, mac } from './hash.ts'

const encoder = new TextEncoder()

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function hashBuiltin(name: HashName): Builtin {
  return {
    name: `crypto.${name}`,
    declaration: functionType([stringType], stringType),
    call: (context, text) => {
      const data = encoder.encode(stringOperand(text ?? null, 1))
      context.spend(1 + (data.length >> 6))
      return hex(digest(name, data))
    },
  }
}

function hmacBuiltin(name: HashName): Builtin {
  return {
    name: `crypto.hmac.${name}`,
    declaration: functionType([stringType, stringType], stringType),
    call: (context, message, key) => {
      const data = encoder.encode(stringOperand(message ?? null, 1))
      const secret = encoder.encode(stringOperand(key ?? null, 2))
      context.spend(1 + ((data.length + secret.length) >> 6))
      return hex(mac(name, secret, data))
    },
  }
}

export const hashBuiltins: readonly Builtin[] = [
  hashBuiltin('md5'),
  hashBuiltin('sha1'),
  hashBuiltin('sha256'),
  hmacBuiltin('md5'),
  hmacBuiltin('sha1'),
  hmacBuiltin('sha256'),
  hmacBuiltin('sha512'),
  {
    name: 'crypto.hmac.equal',
    declaration: functionType([stringType, stringType], booleanType),
    call: (_context, a, b) => equalBytes(encoder.encode(stringOperand(a ?? null, 1)), encoder.encode(stringOperand(b ?? null, 2))),
  },
]
