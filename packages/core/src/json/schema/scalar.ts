import { decodeBase64, encodeBase64 } from '../../bytes/base64.ts'
import { CilockError } from '../../error.ts'
import { showPointer } from '../pointer.ts'
import { normaliseTime, zeroTime } from '../time.ts'
import { JsonNumber } from '../value.ts'
import { refuse, type Schema } from './schema.ts'
import { scalarShape } from './shape.ts'

/** A Go `string`; `null` reads as `""`. */
export function string(): Schema<string> {
  return {
    read: (value, pointer = '') => (value === null ? '' : typeof value === 'string' ? value : refuse('a string', value, pointer)),
    zero: () => '',
    isEmpty: (value) => value === '',
    shape: scalarShape,
  }
}

/** A Go `bool`; `null` reads as `false`. */
export function bool(): Schema<boolean> {
  return {
    read: (value, pointer = '') => (value === null ? false : typeof value === 'boolean' ? value : refuse('true or false', value, pointer)),
    zero: () => false,
    isEmpty: (value) => !value,
    shape: scalarShape,
  }
}

/** Which integers are meant. */
export interface IntegerOptions {
  /** Default: the least safe integer, -(2^53 - 1). */
  readonly min?: number
  /** Default: the greatest safe integer, 2^53 - 1. */
  readonly max?: number
}

/** A Go integer; `null` reads as 0. `1.0` and `1e3` are refused as in Go, and so is what a `number` cannot hold. */
export function integer(options: IntegerOptions = {}): Schema<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options
  return {
    read(value, pointer = '') {
      if (value === null) return 0
      // Go reads -0 into an integer, and writes it as 0
      const number = JsonNumber.is(value) && value.text === '-0' ? 0 : value
      if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < min || number > max) return refuse(`an integer from ${min} to ${max}`, value, pointer)
      return number === 0 ? 0 : number
    },
    zero: () => 0,
    isEmpty: (value) => value === 0,
    shape: scalarShape,
  }
}

/** A Go `float64`; `null` reads as 0. Written as Go prints it, so `1.0` becomes `1`. */
export function number(): Schema<number> {
  return {
    read(value, pointer = '') {
      if (value === null) return 0
      const number = JsonNumber.is(value) ? Number(value.text) : value
      return typeof number === 'number' && Number.isFinite(number) ? number : refuse('a number that 64 bits can hold', value, pointer)
    },
    zero: () => 0,
    isEmpty: (value) => value === 0,
    shape: scalarShape,
  }
}

/** One of a few strings, and nothing else; there is no zero, so a missing key is refused. */
export function oneOf<const T extends string>(...values: readonly T[]): Schema<T> {
  const expected = values.map((value) => JSON.stringify(value)).join(' or ')
  return {
    read: (value, pointer = '') => values.find((known) => known === value) ?? refuse(expected, value, pointer),
    zero: (pointer = '') => refuse(expected, undefined, pointer),
    isEmpty: (value) => value === '',
    shape: scalarShape,
  }
}

/** A Go `[]byte`: base64 text, read in either alphabet and written as Go does; `null` stays. */
export function bytes(): Schema<string | null> {
  return {
    read(value, pointer = '') {
      if (value === null) return null
      if (typeof value !== 'string') return refuse('base64 text', value, pointer)
      try {
        return encodeBase64(decodeBase64(value))
      } catch (error) {
        throw new CilockError('ERR_MALFORMED', `expected base64 text at ${showPointer(pointer)}`, { cause: error })
      }
    },
    zero: () => null,
    isEmpty: (value) => value === null || value === '',
    shape: scalarShape,
  }
}

/** A Go `time.Time`: RFC 3339 text, written with Go's fraction; `null` reads as the zero time. Never empty. */
export function time(): Schema<string> {
  return {
    read(value, pointer = '') {
      if (value === null) return zeroTime
      return (typeof value === 'string' ? normaliseTime(value) : undefined) ?? refuse('an RFC 3339 time', value, pointer)
    },
    zero: () => zeroTime,
    isEmpty: () => false,
    shape: scalarShape,
  }
}
