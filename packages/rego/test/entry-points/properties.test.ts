import { cryptoBuiltins } from '@cilock/rego/crypto'
import { jsonSchemaBuiltins } from '@cilock/rego/json-schema'
import { jwtBuiltins } from '@cilock/rego/jwt'
import { yamlBuiltins } from '@cilock/rego/yaml'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { callBuiltin, testContext, type Value } from './context.ts'

const texts = JSON.parse(readFileSync(new URL('recorded-texts.json', import.meta.url), 'utf8')) as readonly string[]
const certificate = texts.find((text) => text.startsWith('-----BEGIN CERTIFICATE-----') && text.split('-----BEGIN').length === 2) ?? ''
const der = Buffer.from(certificate.split('\n').slice(1, -2).join(''), 'base64')
const key = (alg: string): Value => {
  const pem = texts.find((text) => text.startsWith('-----BEGIN PRIVATE KEY-----') && tryKey(text, alg) !== undefined)
  return tryKey(pem ?? '', alg) ?? null
}

function tryKey(pem: string, kty: string): Value | undefined {
  try {
    const jwk = callBuiltin(cryptoBuiltins, 'crypto.x509.parse_rsa_private_key', [pem]) as Record<string, Value>
    return jwk['kty'] === kty && (kty !== 'OKP' || jwk['crv'] === 'Ed25519') ? jwk : undefined
  } catch {
    return undefined
  }
}

/** Runs and gives what came: a result, or the one kind of error that built-ins may throw. */
function outcome(run: () => unknown): 'result' | 'error' {
  try {
    run()
    return 'result'
  } catch (error) {
    expect(error).toMatchObject({ name: 'BuiltinError' })
    return 'error'
  }
}

const jsonValue = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).filter((value) => !/[\ud800-\udfff\u007f-\u009f\ufffe\uffff]/.test(JSON.stringify(value)))

describe('yaml', () => {
  test('what is written reads back as it was', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = callBuiltin(yamlBuiltins, 'yaml.marshal', [JSON.parse(JSON.stringify(value)) as Value])
        expect(JSON.parse(JSON.stringify(callBuiltin(yamlBuiltins, 'yaml.unmarshal', [text ?? '']), (_, part: unknown) => (isForeign(part) ? Number(String(part)) : part)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        )
      }),
      { seed: 11, numRuns: 400 },
    )
  })

  test('any text is read or refused', () => {
    const pieces = fc.constantFrom('a', ': ', '- ', '\n', '  ', '[', ']', '{', '}', ',', '"', "'", '#', '&x', '*x', '!', '|', '>', '<<', '? ', '---\n', '\t', '%')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const text = parts.join('')
        const valid = callBuiltin(yamlBuiltins, 'yaml.is_valid', [text])
        expect(outcome(() => callBuiltin(yamlBuiltins, 'yaml.unmarshal', [text]))).toBe(valid === true ? 'result' : 'error')
      }),
      { seed: 12, numRuns: 2000 },
    )
  })

  test('nesting deeper than the limit is an error of its own', () => {
    expect(() => callBuiltin(yamlBuiltins, 'yaml.unmarshal', ['['.repeat(50_000)])).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH' }))
    expect(() => callBuiltin(yamlBuiltins, 'yaml.unmarshal', ['- '.repeat(50_000)])).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH' }))
  })

  test('aliases that multiply are refused as OPA refuses them', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)}]`)].join('\n')
    expect(() => callBuiltin(yamlBuiltins, 'yaml.unmarshal', [bomb], testContext({ steps: 100_000 }))).toThrow('document contains excessive aliasing')
  })

  test('a key named __proto__ is a key', () => {
    const read = callBuiltin(yamlBuiltins, 'yaml.unmarshal', ['__proto__: {a: 1}']) as object
    expect(Object.keys(read)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })
})

function isForeign(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype
}

describe('certificates', () => {
  test('a damaged certificate is read or refused', () => {
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), fc.nat(der.length), (at, byte, length) => {
        const damaged = Buffer.from(der)
        damaged[at] = byte
        outcome(() => callBuiltin(cryptoBuiltins, 'crypto.x509.parse_certificates', [damaged.toString('base64')]))
        outcome(() => callBuiltin(cryptoBuiltins, 'crypto.x509.parse_certificate_request', [damaged.subarray(0, length).toString('base64')]))
      }),
      { seed: 13, numRuns: 1500 },
    )
  })

  test('a changed byte never verifies', () => {
    const chain = texts.find((text) => text.split('-----BEGIN').length === 4) ?? ''
    const blocks = chain.match(/-----BEGIN[^]*?-----END CERTIFICATE-----\n/g) ?? []
    const now = { CurrentTime: 1_800_000_000_000_000_000 }
    const name = 'crypto.x509.parse_and_verify_certificates_with_options'
    expect(callBuiltin(cryptoBuiltins, name, [chain, now])).toMatchObject([true, expect.anything()])
    const leaf = Buffer.from((blocks[2] ?? '').split('\n').slice(1, -2).join(''), 'base64')
    fc.assert(
      fc.property(fc.nat(leaf.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(leaf)
        damaged[at] = (damaged[at] ?? 0) ^ change
        const pem = `-----BEGIN CERTIFICATE-----\n${damaged.toString('base64')}\n-----END CERTIFICATE-----\n`
        expect(callBuiltin(cryptoBuiltins, name, [`${blocks[0] ?? ''}${blocks[1] ?? ''}${pem}`, now])).toEqual([false, []])
      }),
      { seed: 14, numRuns: 150 },
    )
  })

  test('without a clock, verifying is an error', () => {
    expect(() => callBuiltin(cryptoBuiltins, 'crypto.x509.parse_and_verify_certificates', [certificate + certificate])).toThrow(/no current time/)
  })

  test('any text as PEM or base64 is read or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string().map((text) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`)), (text) => {
        for (const name of ['crypto.x509.parse_certificates', 'crypto.parse_private_keys', 'crypto.x509.parse_rsa_private_key', 'crypto.x509.parse_certificate_request']) {
          outcome(() => callBuiltin(cryptoBuiltins, name, [text]))
        }
        outcome(() => callBuiltin(cryptoBuiltins, 'crypto.x509.parse_keypair', [text, text]))
      }),
      { seed: 15, numRuns: 500 },
    )
  })
})

describe('tokens', () => {
  const algorithms: readonly (readonly [string, string])[] = [
    ['RS256', 'RSA'],
    ['PS512', 'RSA'],
    ['EdDSA', 'OKP'],
    ['ES256', 'EC'],
  ]

  test.each(algorithms)('%s: what is signed verifies, and nothing else does', (alg, kty) => {
    const jwk = key(kty) as Record<string, Value>
    const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicKey } = jwk
    const verify = `io.jwt.verify_${alg.toLowerCase()}`
    fc.assert(
      fc.property(fc.string(), fc.nat(), (subject, position) => {
        const token = callBuiltin(jwtBuiltins, 'io.jwt.encode_sign', [{ alg, typ: 'JWT' }, { sub: subject }, jwk]) as string
        expect(callBuiltin(jwtBuiltins, 'io.jwt.encode_sign', [{ alg, typ: 'JWT' }, { sub: subject }, jwk])).toBe(token)
        expect(callBuiltin(jwtBuiltins, verify, [token, JSON.stringify(publicKey)])).toBe(true)
        const [header = '', payload = '', signature = ''] = token.split('.')
        const at = position % payload.length
        const changed = `${payload.slice(0, at)}${payload[at] === 'A' ? 'B' : 'A'}${payload.slice(at + 1)}`
        if (changed !== payload) expect(callBuiltin(jwtBuiltins, verify, [`${header}.${changed}.${signature}`, JSON.stringify(publicKey)])).toBe(false)
      }),
      { seed: 16, numRuns: 12 },
    )
  })

  test('any text as a token or a key is judged or refused', () => {
    const part = fc.oneof(fc.base64String(), fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')), fc.string())
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.oneof(fc.string(), fc.json()), (parts, secret) => {
        const token = parts.join('.')
        outcome(() => callBuiltin(jwtBuiltins, 'io.jwt.decode', [token]))
        outcome(() => callBuiltin(jwtBuiltins, 'io.jwt.verify_hs256', [token, secret]))
        outcome(() => callBuiltin(jwtBuiltins, 'io.jwt.verify_es256', [token, secret]))
        outcome(() => callBuiltin(jwtBuiltins, 'io.jwt.decode_verify', [token, { secret, time: 0 }]))
        outcome(() => callBuiltin(jwtBuiltins, 'io.jwt.encode_sign_raw', ['{"alg":"HS256"}', '{}', secret]))
      }),
      { seed: 17, numRuns: 500 },
    )
  })

  test('a token without alg, or with alg none, does not verify', () => {
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const header of [{}, { alg: 'none' }, { alg: 'None' }, { alg: 'HS1' }, { alg: 'constructor' }]) {
      expect(callBuiltin(jwtBuiltins, 'io.jwt.decode_verify', [`${encode(header)}.${encode({})}.`, { secret: 's', time: 0 }])).toEqual([false, {}, {}])
    }
  })

  test('a public key is no HMAC secret', () => {
    const jwk = key('EC') as Record<string, Value>
    const forged = callBuiltin(jwtBuiltins, 'io.jwt.encode_sign', [{ alg: 'HS256' }, {}, { kty: 'oct', k: Buffer.from(JSON.stringify(jwk)).toString('base64url') }])
    expect(callBuiltin(jwtBuiltins, 'io.jwt.decode_verify', [forged ?? '', { cert: JSON.stringify(jwk), time: 0 }])).toEqual([false, {}, {}])
  })

  test('without a clock, a claim about time is an error', () => {
    const token = callBuiltin(jwtBuiltins, 'io.jwt.encode_sign', [{ alg: 'HS256' }, { exp: 5 }, { kty: 'oct', k: 'YQ' }])
    expect(() => callBuiltin(jwtBuiltins, 'io.jwt.decode_verify', [token ?? '', { secret: 'a' }])).toThrow(/no current time/)
  })
})

describe('schemas', () => {
  test('any schema compiles or is refused, and then judges any document', () => {
    const keyword = fc.constantFrom('type', 'properties', 'items', 'anyOf', 'allOf', 'oneOf', 'not', '$ref', '$id', 'definitions', 'enum', 'minimum', 'format', 'required', 'if', 'then')
    const schema = fc.letrec((tie) => ({
      node: fc.oneof({ depthSize: 'small' }, fc.boolean(), fc.constantFrom('string', '#', '#/definitions/a', 5, 'object', 'date'), fc.array(tie('node'), { maxLength: 3 }), fc.dictionary(keyword, tie('node'), { maxKeys: 3 })),
    })).node
    fc.assert(
      fc.property(schema, jsonValue, (candidate, document) => {
        const text = JSON.stringify(candidate)
        const verdict = callBuiltin(jsonSchemaBuiltins, 'json.verify_schema', [text]) as readonly [boolean, unknown]
        let result: 'result' | 'error' | 'limit'
        try {
          result = outcome(() => callBuiltin(jsonSchemaBuiltins, 'json.match_schema', [JSON.stringify(document), text]))
        } catch {
          result = 'limit'
        }
        if (result !== 'limit') expect(result).toBe(verdict[0] ? 'result' : 'error')
      }),
      { seed: 18, numRuns: 1500 },
    )
  })

  test('a schema that leads to itself ends with a limit', () => {
    expect(() => callBuiltin(jsonSchemaBuiltins, 'json.match_schema', ['{}', '{"$ref":"#"}'])).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH' }))
  })

  test('nothing is loaded from elsewhere', () => {
    expect(callBuiltin(jsonSchemaBuiltins, 'json.verify_schema', ['{"$ref":"https://example.com/schema.json"}'])).toEqual([
      false,
      'jsonschema: remote reference loading disabled: https://example.com/schema.json',
    ])
    expect(callBuiltin(jsonSchemaBuiltins, 'json.verify_schema', ['{"$ref":"file:///etc/passwd"}'])).toMatchObject([false, expect.stringContaining('canonical')])
  })
})
