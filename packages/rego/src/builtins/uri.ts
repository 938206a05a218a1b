import { booleanType, functionType, mapType, stringType } from '../types/type.ts'
import { GoUrlError, parseGoUrl, readGoUrl, type GoUrl } from '../url/go-url.ts'
import { RegoObject } from '../value/object.ts'
import type { Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

/** `uri.*` of OPA after 1.13.1: the parts of a URL as Go reads it. */
export const uriBuiltins: readonly Builtin[] = [
  {
    name: 'uri.parse',
    declaration: functionType([stringType], mapType(stringType, stringType)),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + text.length)
      try {
        return partsOf(readGoUrl(text))
      } catch (error) {
        if (!(error instanceof GoUrlError)) throw error
        throw builtinError(error.message, { cause: error })
      }
    },
  },
  {
    name: 'uri.is_valid',
    declaration: functionType([stringType], booleanType),
    call: (context, value) => {
      // The empty text is a valid reference, but no policy that asks means that.
      if (typeof value !== 'string' || value === '') return false
      context.spend(1 + value.length)
      return parseGoUrl(value) !== undefined
    },
  },
]

/** Only the parts that there are. `raw_path` stands wherever `path` does. */
function partsOf({ scheme, host, path, rawPath, rawQuery, fragment }: GoUrl): Value {
  const { hostname, port } = splitHost(host)
  const parts: readonly (readonly [string, string])[] = [
    ['scheme', scheme],
    ['hostname', hostname],
    ['port', port],
    ['path', path],
    ['raw_path', rawPath === '' ? path : rawPath],
    ['raw_query', rawQuery],
    ['fragment', fragment],
  ]
  return RegoObject.of(parts.filter(([, part]) => part !== ''))
}

/** Go's `URL.Hostname` and `URL.Port`: without the brackets of an address; a colon that no digits follow is no port's. */
function splitHost(host: string): { readonly hostname: string; readonly port: string } {
  const [, before = host, port = ''] = /^(.*):(\d*)$/s.exec(host) ?? []
  return { hostname: /^\[.*\]$/s.test(before) ? before.slice(1, -1) : before, port }
}
