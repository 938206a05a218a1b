import type { Builtin, BuiltinContext } from '../builtins/builtin.ts'
import { builtinError, objectOperand, stringOperand } from '../builtins/operands.ts'
import { hex } from '../crypto/hash-builtins.ts'
import { encodeBase64 } from '../encoding/base64-bytes.ts'
import { rethrowExhaustion } from '../guarded.ts'
import { anyType, booleanType, functionType, mapType, objectType, stringType, tupleType } from '../types/type.ts'
import { toGoJson } from '../value/format.ts'
import { parseJson } from '../value/json.ts'
import { objectGet } from '../value/members.ts'
import { isObject, isPlainObject, type Value } from '../value/value.ts'
import { algorithms, isAlgorithm, sign, verifySignature, type Algorithm } from './algorithms.ts'
import { keyOperation } from '../crypto/cost.ts'
import { decodeVerify } from './decode-verify.ts'
import { parseJwks } from './jwk.ts'
import { verificationKeys } from './keys.ts'
import { decodePart, headerParameters, readHeader, readJsonObject, readPayload, splitToken } from './token.ts'

export type { Builtin } from '../builtins/builtin.ts'

const jsonObject = mapType(stringType, anyType)
const openObject = objectType({}, { key: anyType, value: anyType })
const encoder = new TextEncoder()

function textOperand(context: BuiltinContext, value: Value | undefined, position: number): string {
  const text = stringOperand(value ?? null, position)
  context.spend(1 + (text.length >> 4))
  return text
}

function decode(text: string): Value {
  const token = splitToken(text)
  const header = readHeader(token)
  const payload = readPayload(token)
  const contentType = objectGet(header, 'cty')
  if (contentType !== undefined && typeof contentType !== 'string') throw builtinError('cty: must be a string')
  // RFC 7519 5.2: the payload is a token, which some encoders put in quotes.
  if (contentType === 'JWT') return decode(payload.replace(/^["']+|["']+$/g, ''))
  return [header, readJsonObject(payload), hex(decodePart(token.signature, 'JWT signature had invalid encoding: '))]
}

function verifyBuiltin(name: string, algorithm: Algorithm): Builtin {
  return {
    name: `io.jwt.verify_${name}`,
    declaration: functionType([stringType, stringType], booleanType),
    call: (context, tokenOperand, keyOperand) => {
      const token = splitToken(textOperand(context, tokenOperand, 1))
      const keys = verificationKeys(textOperand(context, keyOperand, 2))
      const signature = decodePart(token.signature)
      const { alg, kid } = headerParameters(readHeader(token))
      const data = encoder.encode(`${token.header}.${token.payload}`)
      const verify = ({ key }: (typeof keys)[number]): boolean => {
        context.spend(keyOperation)
        return verifySignature(key, algorithm, data, signature, { publicOnly: true, salt: 'auto', ecdsaLength: 'any' })
      }
      const named = kid === '' ? undefined : keys.find((key) => key.kid === kid)
      return named === undefined ? keys.some((key) => (key.alg === '' || key.alg === alg) && verify(key)) : verify(named)
    },
  }
}

function verifyWithSecret(name: string, algorithm: Algorithm): Builtin {
  return {
    name: `io.jwt.verify_${name}`,
    declaration: functionType([stringType, stringType], booleanType),
    call: (context, tokenOperand, secretOperand) => {
      const text = textOperand(context, tokenOperand, 1)
      const bytes = encoder.encode(textOperand(context, secretOperand, 2))
      const token = splitToken(text)
      const data = encoder.encode(`${token.header}.${token.payload}`)
      return verifySignature({ kind: 'oct', bytes }, algorithm, data, decodePart(token.signature), { salt: 'hash', ecdsaLength: 'exact' })
    },
  }
}

/** Makes a token of a header and a payload that are used as they are written. */
function encodeSign(context: BuiltinContext, header: string, payload: string, jwk: string): string {
  context.spend(keyOperation)
  const [first] = parseJwks(jwk)
  if (first === undefined) throw builtinError('no keys found in JWK set')
  const { alg, typ } = signingHeader(header)
  if (!isAlgorithm(alg)) throw builtinError(`unknown JWS algorithm: ${alg}`)
  if ((typ === undefined || typ === 'JWT') && !isJson(payload)) throw builtinError('type is JWT but payload is not JSON')
  const encode = (bytes: Uint8Array): string => encodeBase64(bytes, { alphabet: 'url', padding: false })
  const input = `${encode(encoder.encode(header))}.${encode(encoder.encode(payload))}`
  context.checkLength(input.length)
  return `${input}.${encode(sign(first.key, algorithms[alg] as Algorithm, encoder.encode(input)))}`
}

function signingHeader(text: string): { readonly alg: string; readonly typ: string | undefined } {
  const prefix = "missing or invalid 'alg' header: "
  let header: Value
  try {
    header = parseJson(text)
  } catch (error) {
    rethrowExhaustion(error)
    // The library behind OPA takes any run of these characters for a number, and a number has no `alg`.
    if (/^[-+.eE\d]+$/.test(text.trim())) throw builtinError(`${prefix}jwsbb: header "alg" not found`, { cause: error })
    throw builtinError(`${prefix}cannot parse JSON: ${text === '' ? 'cannot parse empty string; unparsed tail: ""' : 'malformed'}`, { cause: error })
  }
  const field = (name: string): Value | undefined => (isObject(header) && isPlainObject(header) ? objectGet(header, name) : undefined)
  const [alg, typ] = [field('alg'), field('typ')]
  if (alg === undefined) throw builtinError(`${prefix}jwsbb: header "alg" not found`)
  if (typeof alg !== 'string') throw builtinError(`${prefix}value doesn't contain string`)
  return { alg, typ: typeof typ === 'string' ? typ : undefined }
}

function isJson(text: string): boolean {
  try {
    parseJson(text)
    return true
  } catch (error) {
    rethrowExhaustion(error)
    return false
  }
}

const decoders: readonly Builtin[] = [
  {
    name: 'io.jwt.decode',
    declaration: functionType([stringType], tupleType(openObject, openObject, stringType)),
    call: (context, token) => decode(textOperand(context, token, 1)),
  },
  {
    name: 'io.jwt.decode_verify',
    declaration: functionType([stringType, jsonObject], tupleType(booleanType, openObject, openObject)),
    nondeterministic: true,
    call: (context, token, constraints) => {
      const options = objectOperand(constraints ?? null, 2)
      return decodeVerify(context, textOperand(context, token, 1), options)
    },
  },
]

const signers: readonly Builtin[] = [
  {
    name: 'io.jwt.encode_sign',
    declaration: functionType([jsonObject, jsonObject, jsonObject], stringType),
    nondeterministic: true,
    call: (context, header, payload, key) => encodeSign(context, toGoJson(header ?? null), toGoJson(payload ?? null), toGoJson(key ?? null)),
  },
  {
    name: 'io.jwt.encode_sign_raw',
    declaration: functionType([stringType, stringType, stringType], stringType),
    nondeterministic: true,
    call: (context, header, payload, key) => {
      const jwk = textOperand(context, key, 3)
      const headerText = textOperand(context, header, 1)
      return encodeSign(context, headerText, textOperand(context, payload, 2), jwk)
    },
  },
]

/**
 * OPA's `io.jwt.*`: decode, verify and sign tokens. Signing is deterministic; `decode_verify` takes the evaluation's
 * `now` where its constraints have no `time`.
 *
 * @example
 * ```ts
 * import { compile, coreBuiltins } from '@cilock/rego'
 * import { jwtBuiltins } from '@cilock/rego/jwt'
 * const program = compile([{ name: 'p.rego', source }], { capabilities: { builtins: [...coreBuiltins, ...jwtBuiltins] } })
 * ```
 */
export const jwtBuiltins: readonly Builtin[] = [
  ...decoders,
  ...Object.entries(algorithms).flatMap(([name, algorithm]) => {
    if (algorithm === undefined) return []
    return [algorithm.family === 'HS' ? verifyWithSecret(name.toLowerCase(), algorithm) : verifyBuiltin(name.toLowerCase(), algorithm)]
  }),
  ...signers,
]
