import { decimalKey, decimalText, parseDecimal, type Decimal } from './decimal.ts'

/** A number that JavaScript would print differently: `1.0`, `1e3`, twenty-digit integers. It keeps its text. */
export class RegoNumber {
  /** The number as it is written. */
  readonly text: string
  private parsed: Decimal | undefined
  private cachedKey: number | string | undefined

  constructor(text: string) {
    this.text = text
  }

  /** The exact value, in lowest terms of ten. */
  get decimal(): Decimal {
    return (this.parsed ??= parseDecimal(this.text))
  }

  /** Equal numbers have equal keys, also across spellings and representations. */
  get key(): number | string {
    return (this.cachedKey ??= decimalKey(this.decimal))
  }

  /** The same text. */
  toString(): string {
    return this.text
  }
}

/** The number a literal stands for; `text` must already have the form of a JSON or Rego number. */
export function numberFromText(text: string): number | RegoNumber {
  const double = Number(text)
  return String(double) === text ? double : new RegoNumber(text)
}

/** A number from an exact integer. */
export function numberFromBigInt(value: bigint): number | RegoNumber {
  if (value <= 9007199254740991n && value >= -9007199254740991n) return Number(value)
  return numberFromText(value.toString())
}

/** The text of a number as Rego prints it. */
export function numberText(value: number | RegoNumber): string {
  return typeof value === 'number' ? String(value) : value.text
}

/** The number as JSON spells it: `.5`, `+1` and `0x1p4`, whose texts Rego keeps, are none there. */
export function numberJson(value: number | RegoNumber): string {
  if (typeof value === 'number' || /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value.text)) return numberText(value)
  return typeof value.key === 'number' ? String(value.key) : decimalText(value.decimal)
}

/** The exact integer, or undefined when the number has a fraction or is too large to be written out. */
export function toBigInt(value: number | RegoNumber): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  const decimal = typeof value === 'number' ? parseDecimal(String(value)) : value.decimal
  if (decimal.exponent < 0 || decimal.exponent > 5000) return undefined
  const magnitude = BigInt(decimal.digits) * 10n ** BigInt(decimal.exponent)
  return decimal.negative ? -magnitude : magnitude
}

/** A safe JavaScript integer, or undefined. */
export function toInteger(value: number | RegoNumber): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  const big = value.key
  return typeof big === 'number' && Number.isSafeInteger(big) ? big : undefined
}

/**
 * What Go's `json.Number.Int64` accepts: a text of digits only (so not `1.0`, not `1e3`) within 64 bits.
 */
export function toInt64(value: number | RegoNumber): bigint | undefined {
  const text = numberText(value)
  if (!/^-?\d+$/.test(text)) return undefined
  const big = BigInt(text)
  return big >= -(2n ** 63n) && big < 2n ** 63n ? big : undefined
}

/** The nearest double. */
export function toDouble(value: number | RegoNumber): number {
  return typeof value === 'number' ? value : Number(value.text.replace(/^\+/, '').replaceAll('_', ''))
}

/** The exact decimal. */
export function toDecimal(value: number | RegoNumber): Decimal {
  return typeof value === 'number' ? parseDecimal(String(value)) : value.decimal
}
