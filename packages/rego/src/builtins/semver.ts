import { anyType, booleanType, functionType, numberType, stringType } from '../types/type.ts'
import { quote } from '../value/format.ts'
import type { Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

interface Version {
  readonly numbers: readonly bigint[]
  readonly preRelease: string
}

const identifiers = /^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/
const largest = (1n << 63n) - 1n

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Three numbers, with a `v` in front or not; a pre-release and metadata may be empty. */
function parseVersion(text: string): Version | undefined {
  const [version, metadata] = cut(text.replace(/^v/, ''), '+')
  const [core, preRelease] = cut(version, '-')
  if (metadata !== '' && !identifiers.test(metadata)) return undefined
  if (preRelease !== '' && !identifiers.test(preRelease)) return undefined
  const parts = core.split('.')
  if (parts.length !== 3 || !parts.every((part) => /^\d+$/.test(part) && part.replace(/^0+/, '').length <= 19)) return undefined
  const numbers = parts.map(BigInt)
  return numbers.every((number) => number <= largest) ? { numbers, preRelease } : undefined
}

const order = (less: boolean, same: boolean): number => (same ? 0 : less ? -1 : 1)

/** Digits are compared as numbers however long they are, and come before anything else. */
function compareIdentifiers(a: string, b: string): number {
  const digits = /^\d+$/
  const [numericA, numericB] = [digits.test(a), digits.test(b)]
  if (numericA !== numericB) return numericA ? -1 : 1
  if (!numericA) return order(a < b, a === b)
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  return x.length === y.length ? order(x < y, x === y) : order(x.length < y.length, false)
}

function comparePreReleases(context: BuiltinContext, a: string, b: string): number {
  if (a === b) return 0
  if (a === '' || b === '') return a === '' ? 1 : -1
  const [left, right] = [a.split('.'), b.split('.')]
  for (let i = 0; i < left.length && i < right.length; i++) {
    context.spend(1)
    const compared = compareIdentifiers(left[i] ?? '', right[i] ?? '')
    if (compared !== 0) return compared
  }
  // Equal so far, perhaps spelled differently (`01` and `1`, where OPA never comes to an end): the longer one is greater.
  return order(left.length < right.length, left.length === right.length)
}

function compareVersions(context: BuiltinContext, a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) {
    const other = b.numbers[i] ?? 0n
    if (number !== other) return number < other ? -1 : 1
  }
  return comparePreReleases(context, a.preRelease, b.preRelease)
}

function versionOperand(context: BuiltinContext, text: string, position: number): Version {
  context.spend(1 + text.length)
  const version = parseVersion(text)
  if (version === undefined) throw builtinError(`operand ${position}: string ${quote(text)} is not a valid SemVer`)
  return version
}

/** `semver.*`. */
export const semverBuiltins: readonly Builtin[] = [
  {
    name: 'semver.compare',
    declaration: functionType([stringType, stringType], numberType),
    call: (context, first, second): Value => {
      const [a, b] = [stringOperand(first, 1), stringOperand(second, 2)]
      return compareVersions(context, versionOperand(context, a, 1), versionOperand(context, b, 2))
    },
  },
  {
    name: 'semver.is_valid',
    declaration: functionType([anyType], booleanType),
    call: (context, value) => {
      if (typeof value !== 'string') return false
      context.spend(1 + value.length)
      return parseVersion(value) !== undefined
    },
  },
]
