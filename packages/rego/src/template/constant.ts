import type { Token } from './lex.ts'
import type { Constant } from './node.ts'

const controls: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"', "'": "'" }

/** The escapes of a Go string. Undefined where one is no escape. */
function unescape(text: string): string | undefined {
  let wrong = false
  const out = text.replaceAll(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs, (_, x, u, long, octal, char) => {
    const hex: unknown = x ?? u ?? long
    if (typeof hex === 'string' || typeof octal === 'string') {
      const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number.parseInt(String(octal), 8)
      if (code > 0x10ffff) wrong = true
      return String.fromCodePoint(Math.min(code, 0x10ffff))
    }
    if (typeof char !== 'string' || !Object.hasOwn(controls, char)) wrong = true
    return controls[String(char)] ?? ''
  })
  return wrong ? undefined : out
}

function number(text: string): Constant | undefined {
  const plain = text.replaceAll('_', '')
  const negative = plain.startsWith('-')
  const digits = plain.replace(/^[+-]/, '')
  if (/^0\d/.test(digits) && /^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`) * (negative ? -1n : 1n)
  if (/^(?:0[xXbBoO][\da-fA-F]+|\d+)$/.test(digits)) return BigInt(digits) * (negative ? -1n : 1n)
  const value = Number(plain)
  return Number.isFinite(value) ? value : undefined
}

/** The value of a string, character or number; undefined where it is not one of Go's. */
export function unquote({ kind, text }: Token): Constant | undefined {
  if (kind === 'number') return number(text)
  if (text.startsWith('`')) return text.slice(1, -1)
  const inner = unescape(text.slice(1, -1))
  if (kind === 'string' || inner === undefined) return inner
  const [char, ...more] = inner
  return char === undefined || more.length > 0 ? undefined : BigInt(char.codePointAt(0) ?? 0)
}
