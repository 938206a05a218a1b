/** A double taken apart: `0.digits × 10^point`, without trailing zeros; zero has no digits. */
interface Digits {
  readonly digits: string
  readonly point: number
}

/** Mantissa and exponent of two of a finite double that is not negative. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & ((1n << 52n) - 1n)
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 }
}

const trimmed = (digits: string, point: number): Digits => {
  const kept = digits.replace(/0+$/, '')
  return { digits: kept, point: kept === '' ? 0 : point }
}

/** All digits of the double's exact value. */
function exact(value: number): Digits {
  const { mantissa, exponent } = parts(value)
  if (mantissa === 0n) return { digits: '', point: 0 }
  const text = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString()
  return trimmed(text, text.length + Math.min(0, exponent))
}

/** The fewest digits that read back as the same double. */
function shortest(value: number): Digits {
  if (value === 0) return { digits: '', point: 0 }
  const [digits = '', power = '0'] = value.toExponential().split('e')
  return trimmed(digits.replace('.', ''), Number(power) + 1)
}

/** To `count` digits, half to even. */
function rounded({ digits, point }: Digits, count: number): Digits {
  if (count >= digits.length) return { digits, point }
  if (count < 0) return { digits: '', point: 0 }
  const rest = digits.slice(count)
  const last = count > 0 ? Number(digits[count - 1]) : 0
  const up = rest > '5' || (rest === '5' && last % 2 === 1)
  if (!up) return trimmed(digits.slice(0, count), point)
  const raised = (BigInt(`0${digits.slice(0, count)}`) + 1n).toString()
  return trimmed(raised, point + (raised.length > count ? raised.length - count : 0))
}

const exponentForm = ({ digits, point }: Digits, precision: number, letter: string): string => {
  const filled = digits.padEnd(precision + 1, '0')
  const power = digits === '' ? 0 : point - 1
  const tail = String(Math.abs(power)).padStart(2, '0')
  return `${filled[0]}${precision > 0 ? `.${filled.slice(1, precision + 1)}` : ''}${letter}${power < 0 ? '-' : '+'}${tail}`
}

const plainForm = ({ digits, point }: Digits, precision: number): string => {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  if (precision <= 0) return whole
  const fraction = (point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits).padEnd(precision, '0')
  return `${whole}.${fraction.slice(0, precision)}`
}

/** `%b`: the mantissa as an integer and the power of two. */
const binaryForm = (value: number): string => {
  const { mantissa, exponent } = parts(value)
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}

/** `%x`: hexadecimal mantissa with one digit before the point. */
function hexForm(value: number, precision: number, upper: boolean): string {
  let { mantissa, exponent } = parts(value)
  exponent = mantissa === 0n ? 0 : exponent + 52
  const top = 1n << 60n
  mantissa <<= 8n
  while (mantissa !== 0n && (mantissa & top) === 0n) {
    mantissa <<= 1n
    exponent--
  }
  if (precision >= 0 && precision < 15) {
    const shift = BigInt(60 - precision * 4)
    const rest = mantissa & ((1n << shift) - 1n)
    const half = 1n << (shift - 1n)
    mantissa >>= shift
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++
    mantissa <<= shift
    if ((mantissa & (top << 1n)) !== 0n) {
      mantissa >>= 1n
      exponent++
    }
  }
  const lead = mantissa >> 60n
  const hex = (mantissa & (top - 1n)).toString(16).padStart(15, '0')
  const fraction = precision < 0 ? hex.replace(/0+$/, '') : hex.padEnd(precision, '0').slice(0, precision)
  const power = String(Math.abs(exponent)).padStart(2, '0')
  const text = `0x${lead}${fraction === '' ? '' : `.${fraction}`}p${exponent < 0 ? '-' : '+'}${power}`
  return upper ? text.toUpperCase() : text
}

export type DoubleFormat = 'e' | 'E' | 'f' | 'g' | 'G' | 'b' | 'x' | 'X'

/** Go's `strconv.FormatFloat(value, format, precision, 64)`; precision -1 takes as few digits as are needed. */
export function formatDouble(value: number, format: DoubleFormat, precision: number): string {
  if (Number.isNaN(value)) return 'NaN'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const magnitude = Math.abs(value)
  if (magnitude === Infinity) return `${sign === '' ? '+' : sign}Inf`
  if (format === 'b') return sign + binaryForm(magnitude)
  if (format === 'x' || format === 'X') return sign + hexForm(magnitude, precision, format === 'X')
  const fewest = precision < 0
  if (format === 'f') {
    const digits = fewest ? shortest(magnitude) : exact(magnitude)
    if (fewest) return sign + plainForm(digits, digits.digits.length - digits.point)
    return sign + plainForm(rounded(digits, digits.point + precision), precision)
  }
  if (format === 'e' || format === 'E') {
    const digits = fewest ? shortest(magnitude) : rounded(exact(magnitude), precision + 1)
    return sign + exponentForm(digits, fewest ? Math.max(0, digits.digits.length - 1) : precision, format)
  }
  const wanted = precision === 0 ? 1 : precision
  const digits = fewest ? shortest(magnitude) : rounded(exact(magnitude), wanted)
  const count = digits.digits.length
  const limit = fewest ? 6 : wanted > count && count >= digits.point ? count : wanted
  const power = digits.point - 1
  if (power < -4 || power >= limit) return sign + exponentForm(digits, Math.max(0, (fewest ? count : Math.min(wanted, count)) - 1), format === 'g' ? 'e' : 'E')
  return sign + plainForm(digits, Math.max(count - digits.point, 0))
}
