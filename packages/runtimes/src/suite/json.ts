import { CilockError, compareUtf8, decodeUtf8, encodeJson, formatTime, parseJson, parseTime, sha256Hex, stringifyJson } from '@cilock/core'
import type { Check } from './check.ts'
import { same } from './check.ts'

const written: Readonly<Record<string, () => unknown>> = {
  'escapes of Go': () => '<script>&amp;\u2028\u2029\u007f\u0000\b\f\n\r\t"\\/é€\u{1F600}',
  'keys as given': () => ({ b: 1, a: 2, B: 3, '': 4, 'é': 5 }),
  'keys like indices': () => ({ b: 1, 10: 2, 9: 3, a: 4 }),
  numbers: () => [0, -0, 1, -1, 1e21, 1e-7, 123456789012345680000, 5e-324, 1.7976931348623157e308, 0.1, 1 / 3, 100, 1e20],
  'numbers as text': () => parseJson('[1.0,1e2,-0,12345678901234567890123,0.10]'),
  bigints: () => [2n ** 64n, -(2n ** 63n)],
  nothing: () => [null, false, { left: undefined, there: null }, [], {}],
}

const refused: Readonly<Record<string, string>> = {
  'a repeated key': '{"a":1,"a":2}',
  'a repeated key in other escapes': '{"a":1,"\\u0061":2}',
  'a lone surrogate': '"\\ud800"',
  'a byte order mark': '\uFEFF{}',
  'a trailing comma': '[1,]',
  'a leading zero': '01',
  'deep nesting': '['.repeat(2000) + ']'.repeat(2000),
  nothing: '',
}

/** Writing JSON as Go does, reading it strictly, the order of keys, times. */
export function jsonChecks(): readonly Check[] {
  return [
    ...Object.entries(written).map(([name, make]) => ({ name: `json: writes ${name}`, run: () => decodeUtf8(encodeJson(make())) })),
    ...Object.entries(refused).map(([name, text]) => ({ name: `json: refuses ${name}`, run: () => codeAt(() => parseJson(text)) })),
    { name: 'json: order of keys', run: () => ['\u{10000}', '\uFFFF', 'z', 'Z', 'ä', 'a', ''].toSorted(compareUtf8).map((text) => escape(text)).join(' ') },
    { name: 'json: times', run: () => ['2026-01-02T03:04:05.120000000Z', '2026-01-02T03:04:05.123456789+02:00', '0001-01-01T00:00:00Z', 'soon'].map((text) => timeOf(text)).join(' ') },
    { name: 'json: numbers of every size', run: everyNumber },
    { name: 'json: text of every code point', run: everyCodePoint },
  ]
}

function codeAt(work: () => unknown): string {
  try {
    return `read as ${stringifyJson(work())}`
  } catch (error) {
    if (CilockError.is(error)) return error.code
    throw error
  }
}

function timeOf(text: string): string {
  const date = parseTime(text)
  return date === undefined ? 'no time' : formatTime(date)
}

const escape = (text: string): string => Array.from(text, (point) => (point.codePointAt(0) ?? 0).toString(16)).join('')

/** Engines may differ in the shortest text of a number: each power of two, and its neighbours. */
function everyNumber(): string {
  const numbers: number[] = []
  for (let exponent = -1074; exponent < 1024; exponent++) for (const factor of [1, 1 + Number.EPSILON, 1.9, -1.1]) numbers.push(factor * 2 ** exponent)
  const text = stringifyJson(numbers.filter((number) => Number.isFinite(number)))
  same('written again', stringifyJson(parseJson(text)), text)
  return sha256Hex(text)
}

function everyCodePoint(): string {
  let text = ''
  for (let point = 0; point <= 0x10ffff; point += point < 0x3000 ? 1 : 97) if (point < 0xd800 || point > 0xdfff) text += String.fromCodePoint(point)
  const written = stringifyJson(text)
  same('read and written again', stringifyJson(parseJson(written)), written)
  return sha256Hex(written)
}
