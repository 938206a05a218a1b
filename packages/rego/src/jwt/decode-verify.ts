import type { BuiltinContext } from '../builtins/builtin.ts'
import { builtinError } from '../builtins/operands.ts'
import { numberFromText, toDouble } from '../value/number.ts'
import { compareNumbers } from '../value/compare.ts'
import { objectEntries, objectGet } from '../value/members.ts'
import { isArray, isNumber, type JsonObject, type ObjectValue, type Value } from '../value/value.ts'
import { algorithms, verifySignature } from './algorithms.ts'
import { keyOperation } from '../crypto/cost.ts'
import type { NamedKey } from './jwk.ts'
import { verificationKeys } from './keys.ts'
import { decodePart, headerParameters, readHeader, readJsonObject, readPayload, splitToken } from './token.ts'

interface Constraints {
  keys?: readonly NamedKey[]
  secret: string
  alg: string
  iss: string
  aud: string
  /** Nanoseconds since 1970, as a double, as in OPA. */
  time?: number
}

const unverified: Value = [false, {}, {}]
const encoder = new TextEncoder()

/** `io.jwt.decode_verify`: `[true, header, payload]` where signature and claims hold, else `[false, {}, {}]`. */
export function decodeVerify(context: BuiltinContext, token: string, options: ObjectValue): Value {
  const constraints = readConstraints(context, options)
  const signed = openSigned(context, token, constraints)
  if (signed === undefined) return unverified
  return claimsHold(signed.payload, constraints) ? [true, signed.header, signed.payload] : unverified
}

function readConstraints(context: BuiltinContext, options: ObjectValue): Constraints {
  const constraints: Constraints = { secret: '', alg: '', iss: '', aud: '' }
  for (const [name, value] of objectEntries(options)) {
    switch (name) {
      case 'cert':
        constraints.keys = verificationKeys(constraintText(name, value))
        break
      case 'secret':
      case 'alg':
      case 'iss':
      case 'aud':
        constraints[name] = constraintText(name, value)
        break
      case 'time':
        if (!isNumber(value)) throw builtinError('token time constraint: must be a number')
        constraints.time = toDouble(value)
        if (constraints.time < 0) throw builtinError('token time constraint: must not be negative')
        break
      default:
        throw builtinError(`unknown token validation constraint: ${typeof name === 'string' ? name : 'a key that is no string'}`)
    }
  }
  if (constraints.time === undefined && context.now !== undefined) constraints.time = Number(context.now)
  if (constraints.keys !== undefined && constraints.secret !== '') throw builtinError('duplicate key constraints')
  if (constraints.keys === undefined && constraints.secret === '') throw builtinError('no key constraint')
  return constraints
}

function constraintText(name: string, value: Value): string {
  if (typeof value !== 'string') throw builtinError(`${name} constraint: must be a string`)
  return value
}

/** Header and claims of the innermost token, each layer verified; undefined where one does not verify. */
function openSigned(context: BuiltinContext, token: string, constraints: Constraints): { readonly header: JsonObject; readonly payload: JsonObject } | undefined {
  let text = token
  for (;;) {
    const parts = splitToken(text)
    const header = readHeader(parts)
    const parameters = headerParameters(header)
    if (!parameters.acceptable || (constraints.alg !== '' && constraints.alg !== parameters.alg)) return undefined
    const signature = decodePart(parts.signature)
    const data = encoder.encode(`${parts.header}.${parts.payload}`)
    if (!verifyWithAny(context, constraints, parameters, data, signature)) return undefined
    const payload = readPayload(parts)
    // RFC 7519 5.2: the payload is a token itself.
    if (parameters.cty.toLowerCase() !== 'jwt') return { header, payload: readJsonObject(payload) }
    text = payload
  }
}

function verifyWithAny(
  context: BuiltinContext,
  { keys, secret }: Constraints,
  { alg, kid }: { readonly alg: string; readonly kid: string },
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const algorithm = Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined
  if (algorithm === undefined) return false
  const verify = ({ key }: Pick<NamedKey, 'key'>): boolean => {
    context.spend(keyOperation)
    return verifySignature(key, algorithm, data, signature, { salt: 'hash', ecdsaLength: 'exact' })
  }
  if (keys === undefined) return verify({ key: { kind: 'oct', bytes: encoder.encode(secret) } })
  const named = kid === '' ? undefined : keys.find((key) => key.kid === kid)
  if (named !== undefined) return verify(named)
  return keys.some((key) => (key.alg === '' || key.alg === alg) && verify(key))
}

function claimsHold(payload: JsonObject, { iss, aud, time }: Constraints): boolean {
  if (iss !== '' && objectGet(payload, 'iss') !== iss) return false
  const audience = objectGet(payload, 'aud')
  if (audience === undefined ? aud !== '' : !(audience === aud || (isArray(audience) && audience.includes(aud)))) return false
  const [exp, nbf] = [objectGet(payload, 'exp'), objectGet(payload, 'nbf')]
  return (exp === undefined || compareTime(exp, 'exp', time) < 0) && (nbf === undefined || compareTime(nbf, 'nbf', time) >= 0)
}

/** The order of the time to check at and a claim, which is in seconds. */
function compareTime(claim: Value, name: string, time: number | undefined): number {
  if (!isNumber(claim)) throw builtinError(`${name} value must be a number`)
  if (time === undefined) throw builtinError('no current time: give one in the constraint "time" or as the time of the evaluation')
  return compareNumbers(numberFromText(String(time / 1e9)), claim)
}
