import * as fc from 'fast-check'
import { doc, key, noise, numberText, render, text, type Doc } from './arbitrary.ts'
import type { GoKind } from './go-oracle.ts'

type Question = readonly [GoKind, string]

const token = (value: string): Doc => ({ kind: 'token', text: value })
// Go reads a time from the text between the quotes as it stands, and so knows no escapes in it
const unescaped = (value: string): Doc => token(`"${value}"`)
const quoted = (value: string): Doc => ({ kind: 'string', value })
const object = (members: fc.Arbitrary<readonly (readonly [string, Doc])[]>): fc.Arbitrary<Doc> => members.map((members): Doc => ({ kind: 'object', members }))
const list = (item: fc.Arbitrary<Doc>): fc.Arbitrary<Doc> => fc.array(item, { maxLength: 3 }).map((items): Doc => ({ kind: 'array', items }))
const dictionary = (item: fc.Arbitrary<Doc>): fc.Arbitrary<Doc> => object(fc.uniqueArray(fc.tuple(key, item), { maxLength: 4, selector: ([name]) => name }))

const twoDigits = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'))

/** RFC 3339, and what is nearly so, without the two forms that Go takes beyond it: a decimal comma and minute 60 of an offset. */
export const timeText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('2026', '2024', '1900', '2000', '0001', '0000', '9999', '1969', '12026'),
    twoDigits(0, 13),
    twoDigits(0, 32),
    fc.constantFrom('T', 'T', 'T', 'T', 'T', 't', ' '),
    twoDigits(0, 24),
    twoDigits(0, 60),
    twoDigits(0, 60),
    fc.oneof(fc.constantFrom('', '.', '.0', '.500', '.123456789', '.1234567891', '.000000001', '.0000000001'), fc.nat(999_999_999).map((value) => `.${value}`)),
    fc.constantFrom('Z', 'Z', 'z', '+00:00', '-00:00', '+01:00', '-07:30', '+23:59', '+24:00', '+14:59', '', '+0100'),
  )
  .map(([year, month, day, separator, hour, minute, second, fraction, zone]) => `${year}-${month}-${day}${separator}${hour}:${minute}:${second}${fraction}${zone}`)

const likelyTime: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('2026-01-02T03:04:05', '0001-01-01T00:00:00', '2024-02-29T23:59:59'), fc.constantFrom('', '.5', '.120', '.123456789'), fc.constantFrom('Z', '+01:00', '-00:00', '+00:00'))
  .map((parts) => parts.join(''))

const string = text.map(quoted)
const integer = fc.oneof(fc.maxSafeInteger().map(String), fc.constantFrom('0', '-0', '1')).map(token)
const bool = fc.constantFrom('true', 'false').map(token)
const number = numberText.map(token)
const base64 = fc.uint8Array({ maxLength: 7 }).map((value) => quoted(Buffer.from(value).toString('base64')))
const innerStruct = object(
  fc
    .record({ a: fc.option(string), b: fc.option(integer), extra: fc.option(doc) }, { requiredKeys: [] })
    .map((fields) => Object.entries(fields).map(([name, value]) => [name, value ?? token('null')] as const)),
)

const fields: Readonly<Record<string, fc.Arbitrary<Doc>>> = {
  text: string,
  textOpt: string,
  count: integer,
  countOpt: integer,
  countPtr: integer,
  flag: bool,
  flagOpt: bool,
  real: number,
  realOpt: number,
  list: list(string),
  listOpt: list(innerStruct),
  map: dictionary(integer),
  mapOpt: dictionary(innerStruct),
  struct: innerStruct,
  structPtr: innerStruct,
  structOpt: innerStruct,
  time: likelyTime.map(unescaped),
  bytes: base64,
  bytesOpt: base64,
  any: doc,
  anyOpt: doc,
  deep: dictionary(list(innerStruct)),
  unknown: doc,
}

const struct = object(
  fc.subarray(Object.entries(fields), { maxLength: 7 }).chain((chosen) => fc.tuple(...chosen.map(([name, value]) => fc.option(value, { freq: 8 }).map((value) => [name, value ?? token('null')] as const)))),
)

const rendered = (kind: GoKind, document: fc.Arbitrary<Doc>): fc.Arbitrary<Question> => fc.tuple(document, noise).map(([node, choices]) => [kind, render(node, choices)] as const)

/** Documents for each kind of question, written in every way that JSON allows. */
export const questions: fc.Arbitrary<Question> = fc.oneof(
  rendered('any', doc),
  rendered('any', number),
  rendered('any', string),
  rendered('any', dictionary(integer)),
  rendered('exact', doc),
  rendered('struct', struct),
  rendered('struct', struct),
  rendered('time', timeText.map(unescaped)),
  rendered('time', likelyTime.map(unescaped)),
)
