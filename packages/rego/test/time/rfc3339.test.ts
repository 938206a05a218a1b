import { compile } from '@cilock/rego'
import { furtherBuiltins } from '@cilock/rego/further'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const program = compile([{ name: 'p.rego', source: 'package p\nshort := time.parse_rfc3339_ns(input)\nlong := time.parse_ns("RFC3339Nano", input)' }], { version: 'v1', builtins: furtherBuiltins })
const parse = (rule: string, input: string): unknown => program.evaluate(`data.p.${rule}`, { input })

const two = (most: number): fc.Arbitrary<string> => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'))
const zone = fc.oneof(fc.constantFrom('Z', 'z', '', '+00:00', '-00:00', '+24:60', '+25:00', '-09:61'), fc.tuple(fc.constantFrom('+', '-'), two(25), two(62)).map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`))
const fraction = fc.oneof(fc.constantFrom('', '.', ',5', '.1234567891'), fc.stringMatching(/^\.\d{1,9}$/))
const year = fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.constantFrom(1600, 1900, 1969, 1970, 2000, 2024, 2100)).map((value) => String(value).padStart(4, '0'))
const timestamp = fc.tuple(year, two(13), two(32), two(24), two(60), two(61), fraction, zone).map(([y, month, day, hour, minute, second, rest, offset]) => `${y}-${month}-${day}T${hour}:${minute}:${second}${rest}${offset}`)

test('the quick way through a timestamp finds what the thorough way finds', () => {
  fc.assert(
    fc.property(timestamp, (text) => {
      expect(parse('short', text)).toEqual(parse('long', text))
    }),
    { numRuns: 2000 },
  )
})

test('reads what everyone writes', () => {
  expect(parse('short', '2024-02-29T12:00:00.5+01:30')).toEqual(parse('long', '2024-02-29T10:30:00.500Z'))
  expect(parse('short', '2023-02-29T12:00:00Z')).toBeUndefined()
})
