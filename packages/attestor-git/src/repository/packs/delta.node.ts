import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../../error.ts'

/**
 * What git makes of an object by a delta: pieces of it, and bytes that the delta brings along.
 *
 * @throws CilockError `ERR_REPOSITORY_BROKEN`; `ERR_LIMIT_EXCEEDED` for a result of more than `most` bytes
 */
export function applyDelta(base: Buffer, delta: Buffer, most: number): Buffer {
  let at = 0
  const next = (): number => {
    const byte = delta[at]
    if (byte === undefined) throw broken('expected more, found its end')
    at += 1
    return byte
  }
  const size = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = next()
      value += (byte & 0x7f) * factor
      if (value > Number.MAX_SAFE_INTEGER) throw broken('expected a size, found more than a file holds')
      if (byte < 0x80) return value
    }
  }
  /** The bytes of a number that is written without its zeros: which there are the bits of the instruction say. */
  const sparse = (bits: number, width: number): number => {
    let value = 0
    for (let byte = 0; byte < width; byte++) if ((bits & (1 << byte)) !== 0) value += next() * 2 ** (8 * byte)
    return value
  }

  const from = size()
  if (from !== base.length) throw broken(`expected an object of ${from} bytes to begin with, found ${base.length}`)
  const length = size()
  if (length > most) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected objects of at most ${most} bytes, found a delta that makes ${length}`)
  const result = Buffer.alloc(length)
  let made = 0
  while (at < delta.length) {
    const instruction = next()
    if (instruction === 0) throw broken('expected an instruction, found a reserved one')
    const isCopy = instruction >= 0x80
    const start = isCopy ? sparse(instruction, 4) : at
    const count = isCopy ? sparse(instruction >> 4, 3) || 0x1_00_00 : instruction
    const source = isCopy ? base : delta
    if (start + count > source.length) throw broken(`expected ${count} bytes at ${start}, found the end at ${source.length}`)
    if (made + count > length) throw broken(`expected a result of ${length} bytes, found more`)
    source.copy(result, made, start, start + count)
    made += count
    if (!isCopy) at += count
  }
  if (made !== length) throw broken(`expected a result of ${length} bytes, found ${made}`)
  return result
}

function broken(why: string): CilockError<GitErrorCode> {
  return new CilockError('ERR_REPOSITORY_BROKEN', `cannot apply a delta: ${why}`)
}
