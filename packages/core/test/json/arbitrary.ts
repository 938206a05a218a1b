import * as fc from 'fast-check'

/** A JSON document before it is written down: numbers are their text. */
export type Doc =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Doc[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Doc])[] }

/** Text with all that writers treat specially: controls, HTML, separators, quotes, characters beyond the BMP, U+FFFD. */
export const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 3 }) },
      { weight: 2, arbitrary: fc.constantFrom('<', '>', '&', '"', '\\', '/', '\u2028', '\u2029', '\u007f', '\u0080', '\u0000', '\b', '\f', '\n', '\r', '\t', '\u001b', '\ufffd', '\ufeff', '\ue000', '\u{10000}', '\u{10ffff}', 'ſ', 'K', '\\u0041') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))

/** Keys, among them those that JavaScript treats specially. */
export const key: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', '0', '1', '10', '2', '01', '-1', '4294967294', '4294967295', 'a', 'A', '') },
)

/** The text of a number, as JavaScript prints it or not. */
export const numberText: fc.Arbitrary<string> = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  fc.constantFrom('-0', '0.0', '-0.0', '1.0', '1e3', '1E3', '1e+3', '100e-2', '0e5', '9007199254740993', '123456789012345678901234567890', '1e21', '1e20', '1e-6', '1e-7', '0.000001', '0.0000001', '5e-324', '1.7976931348623157e308'),
  fc.bigInt().map(String),
  fc.tuple(fc.nat(999), fc.nat(999), fc.integer({ min: -300, max: 300 })).map(([whole, part, exponent]) => `${whole}.${part}e${exponent}`),
)

const scalar: fc.Arbitrary<Doc> = fc.oneof(
  fc.constantFrom('null', 'true', 'false').map((text): Doc => ({ kind: 'token', text })),
  numberText.map((text): Doc => ({ kind: 'token', text })),
  text.map((value): Doc => ({ kind: 'string', value })),
)

export const doc: fc.Arbitrary<Doc> = fc.letrec<{ doc: Doc }>((tie) => ({
  doc: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('doc'), { maxLength: 4 }).map((items): Doc => ({ kind: 'array', items })),
    fc.uniqueArray(fc.tuple(key, tie('doc')), { maxLength: 5, selector: ([name]) => name }).map((members): Doc => ({ kind: 'object', members })),
  ),
})).doc

/** Whatever a writer may choose freely, as numbers that {@link render} uses up in turn. */
export const noise: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 })

/** Writes a document with white space, escapes and an order of keys that `choices` decide. */
export function render(document: Doc, choices: readonly number[]): string {
  let turn = 0
  const choose = (count: number): number => (choices[turn++ % choices.length] ?? 0) % count
  const space = (): string => ['', '', '', ' ', '\n', '\t', '\r\n  '][choose(7)] ?? ''
  const string = (value: string): string => `"${Array.from({ length: value.length }, (_, index) => unit(value.charCodeAt(index))).join('')}"`
  const unit = (code: number): string => {
    const short = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 34: '\\"', 47: '\\/', 92: '\\\\' }[code]
    const hex = code.toString(16).padStart(4, '0')
    const escaped = [`\\u${hex}`, `\\u${hex.toUpperCase()}`, short ?? `\\u${hex}`]
    const mustEscape = code < 32 || code === 34 || code === 92
    // a raw half beside an escaped one would be no text at all, so halves are always escaped or always raw
    if (code >= 0xd800 && code <= 0xdfff) return value(code)
    return mustEscape || choose(8) === 0 ? (escaped[choose(3)] ?? '') : String.fromCharCode(code)
  }
  const escapeHalves = (choices[0] ?? 0) % 2 === 0
  const value = (code: number): string => (escapeHalves ? `\\u${code.toString(16)}` : String.fromCharCode(code))
  const shuffle = <T>(items: readonly T[]): readonly T[] => {
    const rest = [...items]
    return items.flatMap(() => rest.splice(choose(rest.length), 1))
  }
  const write = (node: Doc): string => {
    switch (node.kind) {
      case 'token':
        return node.text
      case 'string':
        return string(node.value)
      case 'array':
        return `[${space()}${node.items.map((item) => `${space()}${write(item)}${space()}`).join(',')}]`
      case 'object':
        return `{${space()}${shuffle(node.members).map(([name, member]) => `${space()}${string(name)}${space()}:${space()}${write(member)}${space()}`).join(',')}}`
    }
  }
  return `${space()}${write(document)}${space()}`
}
