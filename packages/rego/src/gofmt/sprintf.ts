import type { GoArgument } from './argument.ts'
import { type Directive, formatArgument } from './verbs.ts'

interface Count {
  readonly value: number | undefined
  readonly end: number
}

const largest = 1_000_000

/** Reads decimal digits; a number that is too large leaves nothing of the format. */
function readCount(format: string, start: number, end: number): Count {
  if (start >= end) return { value: undefined, end }
  let value = 0
  let at = start
  for (; at < end && /\d/.test(format[at] ?? ''); at++) {
    if (value > largest) return { value: undefined, end }
    value = value * 10 + Number(format[at])
  }
  return { value: at > start ? value : undefined, end: at }
}

const plain = (): Directive => ({
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  plusV: false,
  sharpV: false,
  width: undefined,
  precision: undefined,
})

/** Go's `fmt.Sprintf`. It has no failures: what does not fit is told in the text. `check` is asked about each new length. */
export function sprintf(format: string, args: readonly GoArgument[], check: (length: number) => void): string {
  let out = ''
  let next = 0
  let afterIndex = false
  let reordered = false
  let goodIndex = true
  const write = (text: string): void => {
    check(out.length + text.length)
    out += text
  }

  /** Reads `[n]` at `at`, which names the argument to go on with. */
  const argumentIndex = (at: number): number => {
    afterIndex = false
    if (format[at] !== '[') return at
    reordered = true
    const close = format.length - at < 3 ? -1 : format.indexOf(']', at + 1)
    if (close < 0) {
      goodIndex = false
      return at + 1
    }
    const { value, end } = readCount(format, at + 1, close)
    const ok = value !== undefined && end === close
    if (ok && value >= 1 && value <= args.length) {
      next = value - 1
      afterIndex = true
    } else {
      goodIndex = false
      afterIndex = ok
    }
    return close + 1
  }

  /** Takes the next argument as a width or precision; undefined where it is no such number. */
  const starred = (): number | undefined => {
    const argument = args[next]
    if (argument === undefined) return undefined
    next++
    return argument.type === 'int' && argument.value <= largest && argument.value >= -largest ? Number(argument.value) : undefined
  }

  const verbFlags = (directive: Directive): void => {
    directive.sharpV = directive.sharp
    directive.plusV = directive.plus
    directive.sharp = false
    directive.plus = false
  }

  let at = 0
  while (at < format.length) {
    goodIndex = true
    const percent = format.indexOf('%', at)
    write(format.slice(at, percent < 0 ? undefined : percent))
    if (percent < 0) break
    at = percent + 1
    const directive = plain()
    for (; /[#0+\- ]/.test(format[at] ?? ''); at++) {
      if (format[at] === '#') directive.sharp = true
      else if (format[at] === '0') directive.zero = true
      else if (format[at] === '+') directive.plus = true
      else if (format[at] === '-') directive.minus = true
      else directive.space = true
    }
    at = argumentIndex(at)
    if (format[at] === '*') {
      at++
      directive.width = starred()
      if (directive.width === undefined) write('%!(BADWIDTH)')
      else if (directive.width < 0) {
        directive.width = -directive.width
        directive.minus = true
        directive.zero = false
      }
      afterIndex = false
    } else {
      const { value, end } = readCount(format, at, format.length)
      directive.width = value
      at = end
      if (afterIndex && value !== undefined) goodIndex = false
    }
    if (format[at] === '.' && at + 1 < format.length) {
      at++
      if (afterIndex) goodIndex = false
      at = argumentIndex(at)
      if (format[at] === '*') {
        at++
        directive.precision = starred()
        if (directive.precision === undefined || directive.precision < 0) {
          directive.precision = undefined
          write('%!(BADPREC)')
        }
        afterIndex = false
      } else {
        const { value, end } = readCount(format, at, format.length)
        directive.precision = value ?? 0
        at = end
      }
    }
    if (!afterIndex) at = argumentIndex(at)
    if (at >= format.length) {
      write('%!(NOVERB)')
      break
    }
    const verb = String.fromCodePoint(format.codePointAt(at) ?? 0)
    at += verb.length
    const argument = args[next]
    if (verb === '%') write('%')
    else if (!goodIndex) write(`%!${verb}(BADINDEX)`)
    else if (argument === undefined) write(`%!${verb}(MISSING)`)
    else {
      if (verb === 'v' || verb === 'w') verbFlags(directive)
      check(out.length + (directive.width ?? 0) + (directive.precision ?? 0))
      write(formatArgument(directive, argument, verb))
      next++
    }
  }
  if (!reordered && next < args.length) {
    const extra = args.slice(next).map((argument) => `${argument.type}=${formatArgument(plain(), argument, 'v')}`)
    write(`%!(EXTRA ${extra.join(', ')})`)
  }
  return out
}
