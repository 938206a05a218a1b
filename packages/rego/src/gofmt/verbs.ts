import type { GoArgument } from './argument.ts'
import { type DoubleFormat, formatDouble } from './double.ts'
import { canBackquote, isPrintable, quoted } from './quote.ts'

/** Flags, width and precision of one directive, as Go's printer keeps them. */
export interface Directive {
  plus: boolean
  minus: boolean
  sharp: boolean
  space: boolean
  zero: boolean
  /** `%+v` and `%#v`. */
  plusV: boolean
  sharpV: boolean
  /** Undefined when not given. */
  width: number | undefined
  precision: number | undefined
}

const runes = (text: string): number => Array.from(text).length

function padding(directive: Directive, count: number, zero: boolean): string {
  return count <= 0 ? '' : (zero && directive.zero && !directive.minus ? '0' : ' ').repeat(count)
}

function padded(directive: Directive, text: string, zero = true): string {
  if (directive.width === undefined || directive.width === 0) return text
  const fill = padding(directive, directive.width - runes(text), zero)
  return directive.minus ? text + fill : fill + text
}

const bases: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

const uint64 = (value: bigint): bigint => BigInt.asUintN(64, value)

function integer(directive: Directive, value: bigint, verb: string): string | undefined {
  const unsigned = uint64(value)
  const char = unsigned > 0x10ffffn || (unsigned >= 0xd800n && unsigned <= 0xdfffn) ? '\ufffd' : String.fromCodePoint(Number(unsigned))
  if (verb === 'c') return padded(directive, char)
  if (verb === 'q') return padded(directive, quoted(char, "'", directive.plus))
  if (verb === 'U') {
    const digits = unsigned.toString(16).toUpperCase().padStart(Math.max(4, directive.precision ?? 0), '0')
    return padded(directive, `U+${digits}${directive.sharp && unsigned <= 0x10ffffn && isPrintable(char) ? ` '${char}'` : ''}`, false)
  }
  const base = Object.hasOwn(bases, verb) ? bases[verb] : undefined
  if (base === undefined) return undefined
  if (directive.precision === 0 && value === 0n) return padding(directive, directive.width ?? 0, false)
  const negative = value < 0n
  let least = directive.precision ?? 0
  if (directive.precision === undefined && directive.zero && !directive.minus && directive.width !== undefined) {
    least = directive.width - (negative || directive.plus || directive.space ? 1 : 0)
  }
  let digits = (negative ? -value : value).toString(base).padStart(least, '0')
  if (directive.sharp) {
    if (base === 2) digits = `0b${digits}`
    else if (base === 16) digits = `0x${digits}`
    else if (base === 8 && !digits.startsWith('0')) digits = `0${digits}`
  }
  if (verb === 'O') digits = `0o${digits}`
  if (verb === 'X') digits = digits.toUpperCase()
  return padded(directive, (negative ? '-' : directive.plus ? '+' : directive.space ? ' ' : '') + digits, false)
}

/** `*big.Int` formats itself, by rules of its own. */
function bigInteger(directive: Directive, value: bigint, verb: string): string {
  const base = verb === 's' ? 10 : Object.hasOwn(bases, verb) ? bases[verb] : undefined
  if (base === undefined) return `%!${verb}(big.Int=${value})`
  const sign = value < 0n ? '-' : directive.plus || directive.plusV ? '+' : directive.space ? ' ' : ''
  const prefixes: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' }
  const prefix = verb === 'O' ? '0o' : directive.sharp || directive.sharpV ? (prefixes[verb] ?? '') : ''
  const plain = (value < 0n ? -value : value).toString(base)
  const digits = (verb === 'X' ? plain.toUpperCase() : plain).padStart(directive.precision ?? 0, '0')
  const missing = (directive.width ?? 0) - (sign.length + prefix.length + digits.length)
  if (missing <= 0) return sign + prefix + digits
  if (directive.minus) return sign + prefix + digits + ' '.repeat(missing)
  if (directive.zero && directive.precision === undefined) return sign + prefix + '0'.repeat(missing) + digits
  return ' '.repeat(missing) + sign + prefix + digits
}

/** With `#` a point always stands in the number, and `%g` keeps its trailing zeros. */
function sharpened(digits: string, verb: string, precision: number): string {
  const tailAt = digits.search(verb === 'x' || verb === 'X' ? /[pP]/ : /[pPeE]/)
  const tail = tailAt < 0 ? '' : digits.slice(tailAt)
  let number = tailAt < 0 ? digits : digits.slice(0, tailAt)
  let missing = verb === 'g' || verb === 'G' || verb === 'x' ? (precision === -1 ? 6 : precision) : 0
  missing -= number.replace('.', '').replace(/^0+/, '').length
  if (!number.includes('.')) {
    if (number === '0') missing--
    number += '.'
  }
  return number + '0'.repeat(Math.max(0, missing)) + tail
}

function float(directive: Directive, value: number, verb: string): string | undefined {
  const format = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb
  if (!/^[beEfgGxX]$/.test(format)) return undefined
  const precision = directive.precision ?? (/^[eEf]$/.test(format) ? 6 : -1)
  const text = formatDouble(value, format as DoubleFormat, precision)
  const signed = /^[+-]/.test(text)
  let sign = signed ? text.charAt(0) : '+'
  let digits = signed ? text.slice(1) : text
  if (directive.space && sign === '+' && !directive.plus) sign = ' '
  if (directive.sharp && format !== 'b') digits = sharpened(digits, format, precision)
  if (!directive.plus && sign === '+') return padded(directive, digits)
  const missing = (directive.width ?? 0) - (digits.length + 1)
  if (directive.zero && !directive.minus && missing > 0) return sign + '0'.repeat(missing) + digits
  return padded(directive, sign + digits)
}

function hexText(directive: Directive, text: string, upper: boolean): string {
  const bytes = new TextEncoder().encode(text)
  const used = bytes.subarray(0, directive.precision ?? bytes.length)
  if (used.length === 0) return padding(directive, directive.width ?? 0, true)
  const digits = upper ? '0123456789ABCDEF' : '0123456789abcdef'
  const pairs = Array.from(used, (byte) => `${digits[byte >> 4]}${digits[byte & 15]}`)
  const prefix = directive.sharp ? (upper ? '0X' : '0x') : ''
  return padded(directive, directive.space ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join(''))
}

const truncated = (directive: Directive, text: string): string =>
  directive.precision === undefined ? text : Array.from(text).slice(0, directive.precision).join('')

function string(directive: Directive, text: string, verb: string): string | undefined {
  if (verb === 'x' || verb === 'X') return hexText(directive, text, verb === 'X')
  if (verb !== 's' && verb !== 'v' && verb !== 'q') return undefined
  const cut = truncated(directive, text)
  if (verb !== 'q' && !(verb === 'v' && directive.sharpV)) return padded(directive, cut)
  return padded(directive, directive.sharp && canBackquote(cut) ? `\`${cut}\`` : quoted(cut, '"', directive.plus))
}

/** One argument under one verb; what a verb does not fit is printed as Go prints it, `%!d(string=hi)`. */
export function formatArgument(directive: Directive, argument: GoArgument, verb: string): string {
  if (verb === 'T') return padded(directive, truncated(directive, argument.type))
  const { type, value } = argument
  if (type === '*big.Int' && typeof value === 'bigint' && verb !== 'p') return bigInteger(directive, value, verb)
  let text: string | undefined
  if ('composite' in argument) text = verb === 'v' || verb === 's' ? argument.value : undefined
  else if (typeof value === 'bigint') text = verb === 'p' ? undefined : integer(directive, value, verb)
  else if (typeof value === 'number') text = float(directive, value, verb)
  else if (typeof value === 'boolean') text = verb === 't' || verb === 'v' ? padded(directive, String(value)) : undefined
  else text = string(directive, value, verb)
  return text ?? `%!${verb}(${type}=${formatArgument(directive, argument, 'v')})`
}
