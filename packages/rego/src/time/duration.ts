import { quoteTime } from './go-quote.ts'

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  '\u00b5s': 1000n,
  '\u03bcs': 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

const largest = 1n << 63n

type Fail = (text: string) => Error

/** The fraction's digits that fit 63 bits, and the power of ten under them. */
function leadingFraction(digits: string): { readonly value: bigint; readonly scale: number } {
  let value = 0n
  let scale = 1
  for (const digit of digits) {
    if (value > (largest - 1n) / 10n) break
    const next = value * 10n + BigInt(digit)
    if (next > largest) break
    value = next
    scale *= 10
  }
  return { value, scale }
}

/** Nanoseconds of a duration such as `1h15m30.918s`, as Go's `time.ParseDuration`; `further` units may be added to Go's. */
export function parseDuration(text: string, fail: Fail, further: Readonly<Record<string, bigint>> = {}): bigint {
  const invalid = (): Error => fail(`time: invalid duration ${quoteTime(text)}`)
  const negative = text.startsWith('-')
  let rest = negative || text.startsWith('+') ? text.slice(1) : text
  if (rest === '0') return 0n
  if (rest === '') throw invalid()
  let total = 0n
  while (rest !== '') {
    const [number = '', whole = '', point, fraction = ''] = /^(\d*)(\.(\d*))?/.exec(rest) ?? []
    if (whole === '' && (point === undefined || fraction === '')) throw invalid()
    rest = rest.slice(number.length)
    const name = /^[^.\d]*/.exec(rest)?.[0] ?? ''
    const count = BigInt(`0${whole.slice(0, 40)}`)
    if (whole.replace(/^0+/, '').length > 19 || count > largest) throw invalid()
    if (name === '') throw fail(`time: missing unit in duration ${quoteTime(text)}`)
    rest = rest.slice(name.length)
    const unit = Object.hasOwn(units, name) ? units[name] : Object.hasOwn(further, name) ? further[name] : undefined
    if (unit === undefined) throw fail(`time: unknown unit ${quoteTime(name)} in duration ${quoteTime(text)}`)
    let part = count * unit
    if (count > largest / unit) throw invalid()
    const { value, scale } = leadingFraction(fraction)
    if (value > 0n) part += BigInt(Math.trunc(Number(value) * (Number(unit) / scale)))
    total += part
    if (part > largest || total > largest) throw invalid()
  }
  if (negative) return -total
  if (total > largest - 1n) throw invalid()
  return total
}
