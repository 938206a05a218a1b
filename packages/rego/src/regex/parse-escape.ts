import { RegexSyntaxError } from './syntax-error.ts'

/** A code point and the index after it. */
export interface Scanned {
  readonly codePoint: number
  readonly end: number
}

export const next = (pattern: string, at: number): Scanned => {
  const codePoint = pattern.codePointAt(at) ?? -1
  return { codePoint, end: at + (codePoint > 0xffff ? 2 : codePoint < 0 ? 0 : 1) }
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

const hexValue = (codePoint: number): number => {
  const value = codePoint < 0 || codePoint > 0x7f ? Number.NaN : Number.parseInt(String.fromCharCode(codePoint), 16)
  return Number.isNaN(value) ? -1 : value
}

const isOctal = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '7'

/** Reads the escape of a single character whose backslash is at `at`. */
export function parseEscape(pattern: string, at: number): Scanned {
  const { codePoint, end } = next(pattern, at + 1)
  if (codePoint < 0) throw new RegexSyntaxError('trailing backslash at end of expression', '')
  const char = String.fromCodePoint(codePoint)
  if (isOctal(char) && (char === '0' || isOctal(pattern[end]))) {
    // A single digit other than zero would be a back-reference, which there is none of.
    let stop = end
    while (stop < at + 4 && isOctal(pattern[stop])) stop++
    return { codePoint: Number.parseInt(pattern.slice(at + 1, stop), 8), end: stop }
  }
  if (char === 'x') return parseHex(pattern, at, end)
  if (Object.hasOwn(controls, char)) return { codePoint: controls[char] ?? 0, end }
  if (codePoint < 0x80 && !/[0-9A-Za-z]/.test(char)) return { codePoint, end }
  throw new RegexSyntaxError('invalid escape sequence', pattern.slice(at, end))
}

function parseHex(pattern: string, at: number, start: number): Scanned {
  const first = next(pattern, start)
  if (first.codePoint !== 0x7b) {
    const second = next(pattern, first.end)
    const value = hexValue(first.codePoint) * 16 + hexValue(second.codePoint)
    if (hexValue(first.codePoint) >= 0 && hexValue(second.codePoint) >= 0) return { codePoint: value, end: second.end }
    throw new RegexSyntaxError('invalid escape sequence', pattern.slice(at, second.end))
  }
  let value = 0
  let end = first.end
  for (;;) {
    const digit = next(pattern, end)
    const closes = digit.codePoint === 0x7d && end > first.end
    if (closes) return { codePoint: value, end: digit.end }
    end = digit.end
    value = value * 16 + hexValue(digit.codePoint)
    if (hexValue(digit.codePoint) < 0 || value > 0x10ffff) throw new RegexSyntaxError('invalid escape sequence', pattern.slice(at, end))
  }
}
