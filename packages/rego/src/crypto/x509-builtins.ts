import type { Builtin, BuiltinContext } from '../builtins/builtin.ts'
import { builtinError, objectOperand, operandError, stringOperand } from '../builtins/operands.ts'
import { encodeBase64 } from '../encoding/base64-bytes.ts'
import { unsignedBytes } from '../der/reader.ts'
import { rethrowExhaustion } from '../guarded.ts'
import { anyType, arrayType, booleanType, functionType, mapType, stringType, tupleType } from '../types/type.ts'
import { toInt64 } from '../value/number.ts'
import { objectEntries } from '../value/members.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isNumber, type JsonObject, type ObjectValue, type Value } from '../value/value.ts'
import { certificateRequestJson } from '../x509/certificate-request.ts'
import { certificateJson, certificateWithUriStrings } from '../x509/json.ts'
import { privateKeyJson, type PrivateKey } from '../x509/private-key.ts'
import { verifyChain, type ChainOptions } from '../x509/verify.ts'
import type { Certificate } from '../x509/certificate.ts'
import { keyOperation } from './cost.ts'
import { curveSize } from './curves.ts'
import { base64Bytes, certificateRequestFrom, certificatesFrom, privateKeysFrom } from './inputs.ts'
import { keyPairJson } from './key-pair.ts'
import { modularInverse } from './rsa.ts'

const jsonObject = mapType(stringType, anyType)
const verification = tupleType(booleanType, arrayType(jsonObject))

/** Text operands of these functions are PEM or base64: a step for each sixteen characters. */
function textOperand(context: BuiltinContext, value: Value | undefined, position: number): string {
  const text = stringOperand(value ?? null, position)
  context.spend(1 + (text.length >> 4))
  return text
}

export const x509Builtins: readonly Builtin[] = [
  {
    name: 'crypto.x509.parse_certificates',
    declaration: functionType([stringType], arrayType(jsonObject)),
    call: (context, text) => certificatesFrom(textOperand(context, text, 1)).map(certificateWithUriStrings),
  },
  {
    name: 'crypto.x509.parse_and_verify_certificates',
    declaration: functionType([stringType], verification),
    call: (context, text) => verified(context, textOperand(context, text, 1), {}, certificateWithUriStrings),
  },
  {
    name: 'crypto.x509.parse_and_verify_certificates_with_options',
    declaration: functionType([stringType, jsonObject], verification),
    call: (context, text, options) => {
      const certificates = textOperand(context, text, 1)
      return verified(context, certificates, objectOperand(options ?? null, 2), certificateJson)
    },
  },
  {
    name: 'crypto.x509.parse_certificate_request',
    declaration: functionType([stringType], jsonObject),
    call: (context, text) => certificateRequestJson(certificateRequestFrom(textOperand(context, text, 1))),
  },
  {
    name: 'crypto.x509.parse_keypair',
    declaration: functionType([stringType, stringType], jsonObject),
    call: (context, certificates, key) => {
      context.spend(keyOperation)
      return keyPairJson(textOperand(context, certificates, 1), textOperand(context, key, 1))
    },
  },
  {
    name: 'crypto.x509.parse_rsa_private_key',
    declaration: functionType([stringType], jsonObject),
    call: (context, operand) => {
      const text = textOperand(context, operand, 1)
      if (text === '') throw builtinError('input PEM data was empty')
      context.spend(keyOperation)
      const pem = text.startsWith('-----BEGIN') ? text : new TextDecoder('utf-8', { ignoreBOM: true }).decode(base64Bytes(text))
      const [key] = privateKeysFrom(pem)
      return key === undefined ? null : jsonWebKey(key)
    },
  },
  {
    name: 'crypto.parse_private_keys',
    declaration: functionType([stringType], arrayType(jsonObject)),
    call: (context, operand) => {
      const text = textOperand(context, operand, 1)
      if (text === '') return null
      context.spend(keyOperation)
      return privateKeysFrom(text).map(privateKeyJson)
    },
  },
]

function verified(context: BuiltinContext, text: string, options: ObjectValue, toJson: (certificate: Certificate) => JsonObject): Value {
  let certificates: readonly Certificate[]
  try {
    certificates = certificatesFrom(text)
  } catch (error) {
    rethrowExhaustion(error)
    return [false, []]
  }
  const { now, ...wanted } = chainOptions(options)
  const instant = now ?? context.now
  if (instant === undefined) throw builtinError('no current time: give one in CurrentTime or as the time of the evaluation')
  context.spend(keyOperation * certificates.length)
  const chain = verifyChain(certificates, { ...wanted, now: instant })
  return chain === undefined ? [false, []] : [true, chain.map(toJson)]
}

const keyUsages: Readonly<Record<string, number | undefined>> = {
  KeyUsageAny: 0,
  KeyUsageServerAuth: 1,
  KeyUsageClientAuth: 2,
  KeyUsageCodeSigning: 3,
  KeyUsageEmailProtection: 4,
  KeyUsageIPSECEndSystem: 5,
  KeyUsageIPSECTunnel: 6,
  KeyUsageIPSECUser: 7,
  KeyUsageTimeStamping: 8,
  KeyUsageOCSPSigning: 9,
  KeyUsageMicrosoftServerGatedCrypto: 10,
  KeyUsageNetscapeServerGatedCrypto: 11,
  KeyUsageMicrosoftCommercialCodeSigning: 12,
  KeyUsageMicrosoftKernelCodeSigning: 13,
}

function chainOptions(options: ObjectValue): Omit<ChainOptions, 'now'> & { readonly now?: bigint } {
  const out: { now?: bigint; dnsName?: string; keyUsages?: readonly number[] } = {}
  for (const [key, value] of objectEntries(options)) {
    switch (key) {
      case 'DNSName':
        if (typeof value !== 'string') throw builtinError("'DNSName' should be a string")
        out.dnsName = value.replace(/^"+|"+$/g, '')
        break
      case 'CurrentTime':
        out.now = int64(value, key, 'int64 number')
        break
      case 'MaxConstraintComparisons':
        // Go has ignored the number since 1.26; constraints are few enough here, too.
        int64(value, key, 'number')
        break
      case 'KeyUsages':
        out.keyUsages = usageNumbers(value)
        break
      default:
        if (typeof key === 'string') throw builtinError('invalid key option')
    }
  }
  return out
}

function int64(value: Value, key: string, kind: string): bigint {
  if (!isNumber(value)) throw builtinError(`'${key}' should be a number`)
  const integer = toInt64(value)
  if (integer === undefined) throw builtinError(`'${key}' should be a valid ${kind}`)
  return integer
}

function usageNumbers(value: Value): readonly number[] {
  if (!isArray(value) && !(value instanceof RegoSet)) throw builtinError("'KeyUsages' should be an Array or Set")
  const names = [...value].filter((name) => typeof name === 'string').map((name) => name.replace(/^"+|"+$/g, ''))
  const unknown = names.filter((name) => !Object.hasOwn(keyUsages, name))
  if (unknown.length > 0) throw builtinError(`invalid entries for 'KeyUsages' found: [${unknown.join(' ')}]`)
  return names.map((name) => keyUsages[name] ?? 0)
}

/** The key as a JSON Web Key (RFC 7518 6). */
function jsonWebKey(key: PrivateKey): JsonObject {
  const text = (bytes: Uint8Array): string => encodeBase64(bytes, { alphabet: 'url', padding: false })
  const number = (value: bigint, length?: number): string => text(unsignedBytes(value, length))
  switch (key.kind) {
    case 'rsa': {
      const [p = 1n, q = 1n] = key.primes
      return {
        kty: 'RSA',
        n: number(key.n),
        e: number(key.e),
        d: number(key.d),
        p: number(p),
        q: number(q),
        dp: number(key.d % (p - 1n)),
        dq: number(key.d % (q - 1n)),
        qi: number(modularInverse(q, p) ?? 0n),
      }
    }
    case 'ec': {
      if (key.curve === 'P-224') throw operandError(1, 'holds a key on a curve that JSON Web Keys do not have: P-224')
      const size = curveSize(key.curve)
      return { kty: 'EC', crv: key.curve, x: number(key.x, size), y: number(key.y, size), d: number(key.d, size) }
    }
    case 'ed25519':
      return { kty: 'OKP', crv: 'Ed25519', x: text(key.publicKey), d: text(key.seed) }
    case 'x25519':
      return { kty: 'OKP', crv: 'X25519', x: text(key.publicKey), d: text(key.scalar) }
  }
}
