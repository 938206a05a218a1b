import { functionType, numberType, stringType } from '../types/type.ts'
import { multiply, truncate } from '../value/arithmetic.ts'
import { numberFromBigInt, RegoNumber } from '../value/number.ts'
import type { Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

const letters = 'kmgtpe'

/** The factor of `k`, `ki` (and with `b` also `kb`, `kib`), as a power of 1,000 or 1,024; undefined for another unit. */
function factor(unit: string): bigint | undefined {
  if (unit === '') return 1n
  const power = BigInt(letters.indexOf(unit.charAt(0)) + 1)
  if (power === 0n || !/^.i?$/.test(unit)) return undefined
  return unit.length === 2 ? 1024n ** power : 1000n ** power
}

/** Cuts where the number ends: an `e` belongs to it when a digit or sign follows. */
function amountAndUnit(text: string): readonly [amount: string, unit: string] {
  const amount = /^(?:[\d.+-]|[eE](?=[\d+-])[+-]?)*/.exec(text)?.[0] ?? ''
  return [amount, text.slice(amount.length)]
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?$/
const largestExponent = 5000

/** The amount must be a number, and not one that takes thousands of digits to write. */
function checkNumber(amount: string, fail: (text: string) => Error, none: string): void {
  const found = number.exec(amount)
  if (found === null) throw fail(none)
  if (Math.abs(Number(found[1] ?? 0)) > largestExponent) throw fail('exponent too large')
}

interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

function fraction(amount: string): Fraction {
  const [, sign = '', whole = '', decimals = '', power = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:[eE](.*))?$/.exec(amount) ?? []
  const digits = BigInt(`${whole}${decimals}`)
  const exponent = Number(power) - decimals.length
  const numerator = sign === '-' ? -digits : digits
  return exponent >= 0 ? { numerator: numerator * 10n ** BigInt(exponent), denominator: 1n } : { numerator, denominator: 10n ** BigInt(-exponent) }
}

/** The double nearest to 0.001, which is what OPA multiplies with. */
const milli: Fraction = { numerator: 1152921504606847n, denominator: 1n << 60n }

/** Ten decimals, halves away from zero, when it is no integer. */
function printed({ numerator, denominator }: Fraction): Value {
  if (numerator % denominator === 0n) return numberFromBigInt(numerator / denominator)
  const magnitude = numerator < 0n ? -numerator : numerator
  const scaled = (magnitude * 20_000_000_000n + denominator) / (denominator * 2n)
  const text = scaled.toString().padStart(11, '0')
  return new RegoNumber(`${numerator < 0n ? '-' : ''}${text.slice(0, -10)}.${text.slice(-10)}`)
}

function split(context: BuiltinContext, text: string, fail: (text: string) => Error, none: string): readonly [string, string] {
  context.spend(1 + text.length)
  const plain = text.replaceAll('"', '')
  if (plain.includes(' ')) throw fail('spaces not allowed in resource strings')
  const [amount, unit] = amountAndUnit(plain)
  if (amount === '') throw fail(none)
  return [amount, unit]
}

function parseUnits(context: BuiltinContext, text: string): Value {
  const fail = (what: string): Error => builtinError(`units.parse: ${what}`)
  const [amount, unit] = split(context, text, fail, 'no amount provided')
  // Case tells milli from mega, and nothing else.
  const named = unit.charAt(0) + unit.slice(1).toLowerCase()
  const multiplier = named === 'm' ? milli : factor(named.toLowerCase())
  if (multiplier === undefined) throw fail(`unit ${named} not recognized`)
  checkNumber(amount, fail, 'could not parse amount to a number')
  const { numerator, denominator } = fraction(amount)
  const by = typeof multiplier === 'bigint' ? { numerator: multiplier, denominator: 1n } : multiplier
  return printed({ numerator: numerator * by.numerator, denominator: denominator * by.denominator })
}

function parseBytes(context: BuiltinContext, text: string): Value {
  const fail = (what: string): Error => builtinError(`units.parse_bytes: ${what}`)
  const [amount, unit] = split(context, text.toLowerCase(), fail, 'no byte amount provided')
  const multiplier = factor(unit.length > 1 ? unit.replace(/b$/, '') : unit)
  if (multiplier === undefined) throw fail(`byte unit ${unit} not recognized`)
  checkNumber(amount, fail, 'could not parse byte amount to a number')
  return numberFromBigInt(truncate(multiply(new RegoNumber(amount), numberFromBigInt(multiplier))) ?? 0n)
}

/** `units.*`: `10Gi`, `500m`, `2.5 MB` without the space. */
export const unitsBuiltins: readonly Builtin[] = [
  { name: 'units.parse', declaration: functionType([stringType], numberType), call: (context, value) => parseUnits(context, stringOperand(value, 1)) },
  {
    name: 'units.parse_bytes',
    declaration: functionType([stringType], numberType),
    call: (context, value) => parseBytes(context, stringOperand(value, 1)),
  },
]
