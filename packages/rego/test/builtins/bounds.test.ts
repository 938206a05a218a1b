import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RegoError } from '../../src/errors.ts'
import { RegoNumber } from '../../src/value/number.ts'
import { equal } from '../../src/value/equal.ts'
import { RegoObject } from '../../src/value/object.ts'
import type { Value } from '../../src/value/value.ts'
import { call, familyNames, testContext, type TestLimits } from './families.ts'

const code = (name: string, operands: readonly Value[], limits: TestLimits): string => {
  try {
    call(name, operands, testContext(limits).context)
    return 'no error'
  } catch (error) {
    return RegoError.is(error) ? error.code : String(error)
  }
}

describe('limits', () => {
  it.each([
    ['numbers.range', [0, 1e15], 'ERR_LIMIT_RESULT_SIZE'],
    ['numbers.range_step', [1e15, 0, 2], 'ERR_LIMIT_RESULT_SIZE'],
    ['net.cidr_expand', ['0.0.0.0/0'], 'ERR_LIMIT_RESULT_SIZE'],
    ['net.cidr_expand', ['::/0'], 'ERR_LIMIT_RESULT_SIZE'],
    ['split', ['a'.repeat(200_000), ''], 'ERR_LIMIT_RESULT_SIZE'],
    ['indexof_n', ['a'.repeat(200_000), 'a'], 'ERR_LIMIT_RESULT_SIZE'],
    ['regex.find_n', ['a', 'a'.repeat(200_000), -1], 'ERR_LIMIT_RESULT_SIZE'],
    ['regex.find_all_string_submatch_n', ['(a)', 'a'.repeat(60_000), -1], 'ERR_LIMIT_RESULT_SIZE'],
    ['regex.split', ['a', 'a'.repeat(200_000)], 'ERR_LIMIT_RESULT_SIZE'],
    ['replace', ['a'.repeat(2000), 'a', 'b'.repeat(2000)], 'ERR_LIMIT_STRING_LENGTH'],
    ['replace', ['a'.repeat(2000), '', 'b'.repeat(2000)], 'ERR_LIMIT_STRING_LENGTH'],
    ['strings.replace_n', [RegoObject.of([['a', 'b'.repeat(2000)]]), 'a'.repeat(2000)], 'ERR_LIMIT_STRING_LENGTH'],
    ['regex.replace', ['a'.repeat(2000), 'a', 'b'.repeat(2000)], 'ERR_LIMIT_STRING_LENGTH'],
    ['regex.replace', ['a'.repeat(2000), '(a+)', '$1'.repeat(2000)], 'ERR_LIMIT_STRING_LENGTH'],
    ['concat', ['x'.repeat(2000), Array.from({ length: 2000 }, () => 'y')], 'ERR_LIMIT_STRING_LENGTH'],
    ['sprintf', ['%1000000d%1000000d', [1, 2]], 'ERR_LIMIT_STRING_LENGTH'],
    ['hex.encode', ['a'.repeat(600_000)], 'ERR_LIMIT_STRING_LENGTH'],
    ['base64.encode', ['a'.repeat(800_000)], 'ERR_LIMIT_STRING_LENGTH'],
    ['bits.lsh', [1, 1e9], 'ERR_LIMIT_STRING_LENGTH'],
    ['bits.lsh', [1, 1e7], 'ERR_LIMIT_STRING_LENGTH'],
    ['regex.match', ['(?:abc){1000}', 'x'], 'ERR_LIMIT_REGEX_SIZE'],
    ['regex.is_valid', ['(?:abc){1000}'], 'ERR_LIMIT_REGEX_SIZE'],
  ] as const)('%s is stopped', (name, operands, expected) => {
    expect(code(name, operands, { regexSize: 2000 })).toBe(expected)
  })

  it.each([
    ['regex.match', ['(a+)+$', `${'a'.repeat(100_000)}b`]],
    ['regex.globs_match', ['a*b*'.repeat(100), '[ab]+a+'.repeat(100)]],
    ['glob.match', ['*a*a*a*a*a*b', [], 'a'.repeat(100_000)]],
    ['semver.compare', [`1.0.0-${'a.'.repeat(20_000)}a`, `1.0.0-${'a.'.repeat(20_000)}b`]],
    ['net.cidr_contains_matches', [Array.from({ length: 200 }, () => '10.0.0.0/8'), Array.from({ length: 200 }, () => '10.0.0.1')]],
    ['strings.any_prefix_match', [Array.from({ length: 300 }, () => 'ab'), Array.from({ length: 300 }, () => 'b')]],
    ['numbers.range', [0, 50_000]],
    ['upper', ['é'.repeat(1_000_000)]],
    ['urlquery.decode_object', ['a=1&'.repeat(20_000)]],
  ] as const)('%s spends steps that grow with its operands', (name, operands) => {
    expect(code(name, operands, { steps: 20_000 })).toBe('ERR_LIMIT_STEPS')
  })
})

describe('time and chance', () => {
  it('come from the caller only', () => {
    expect(() => call('time.now_ns', [])).toThrow('no clock was given')
    expect(() => call('rand.intn', ['a', 10])).toThrow('no seed was given')
    expect(() => call('uuid.rfc4122', ['a'])).toThrow('no seed was given')
    expect(call('time.now_ns', [], testContext({ now: 1_700_000_000_123_456_789n }).context)).toEqual(new RegoNumber('1700000000123456789'))
  })

  it('give the same for the same seed and operands', () => {
    const { context } = testContext({ seed: 's' })
    const other = testContext({ seed: 't' }).context
    expect(call('uuid.rfc4122', ['a'], context)).toBe(call('uuid.rfc4122', ['a'], testContext({ seed: 's' }).context))
    expect(call('uuid.rfc4122', ['a'], context)).not.toBe(call('uuid.rfc4122', ['b'], context))
    expect(call('uuid.rfc4122', ['a'], context)).not.toBe(call('uuid.rfc4122', ['a'], other))
    expect(call('uuid.parse', [call('uuid.rfc4122', ['a'], context) ?? null], context)).toEqual({ version: 4, variant: 'RFC4122' })
  })

  it('spread over the whole range', () => {
    const drawn = new Set(Array.from({ length: 400 }, (_, i) => call('rand.intn', [`k${i}`, 10], testContext({ seed: 's' }).context)))
    expect(drawn).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    expect(call('rand.intn', ['a', 0], testContext({ seed: 's' }).context)).toBe(0)
    const negative = call('rand.intn', ['a', -5], testContext({ seed: 's' }).context)
    expect(negative).toBe(call('rand.intn', ['a', 5], testContext({ seed: 's' }).context))
  })
})

describe('round trips', () => {
  const text = fc.string({ unit: 'grapheme' })
  it.each([
    ['base64.encode', 'base64.decode'],
    ['base64url.encode', 'base64url.decode'],
    ['base64url.encode_no_pad', 'base64url.decode'],
    ['hex.encode', 'hex.decode'],
    ['urlquery.encode', 'urlquery.decode'],
  ])('%s and back', (encode, decode) => {
    fc.assert(
      fc.property(text, (value) => {
        expect(call(decode, [call(encode, [value]) ?? null])).toBe(value)
      }),
    )
  })

  it('of query objects', () => {
    const object = fc.dictionary(fc.string({ minLength: 1 }), fc.array(fc.string(), { minLength: 1, maxLength: 3 }), { noNullPrototype: true })
    fc.assert(
      fc.property(object, (values) => {
        const decoded = call('urlquery.decode_object', [call('urlquery.encode_object', [RegoObject.of(Object.entries(values))]) ?? null])
        expect(decoded instanceof RegoObject ? Object.fromEntries(decoded.keys().map((key) => [key, decoded.get(key)])) : decoded).toEqual(values)
      }),
    )
  })

  it('of instants through a layout with all their digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'), (ns, zone) => {
        // Offsets with seconds, as they were before the zones were agreed on, do not fit into RFC 3339.
        const layout = '2006-01-02T15:04:05.999999999Z07:00:00'
        const value = new RegoNumber(ns.toString())
        const written = call('time.format', [[value, zone, layout]])
        const read = call('time.parse_ns', [layout, written ?? null])
        expect(equal(read ?? null, value)).toBe(true)
      }),
    )
  })
})

describe('any operands at all', () => {
  const scalar = fc.oneof(
    fc.constantFrom<Value>(null, true, 0, -1, 1.5, '', 'a', '[', '%d', '1.0.0', '10.0.0.0/30', '1h', 'UTC', '2006'),
    fc.string(),
    fc.integer().map(String),
    fc.constantFrom('1.0', '1e3', '99999999999999999999', '1e400', '-0').map((number): Value => new RegoNumber(number)),
  )
  const value: fc.Arbitrary<Value> = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.string(), scalar, { maxKeys: 3, noNullPrototype: true }),
  )

  it.each(familyNames)('%s answers or fails with a code', (name) => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 4, maxLength: 4 }), (operands) => {
        try {
          call(name, operands, testContext({ seed: 's', now: 0n }).context)
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(?:eval_(?:type|builtin)_error|ERR_LIMIT_\w+)$/) as string })
        }
      }),
      { numRuns: 150 },
    )
  })
})
