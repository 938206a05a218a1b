import type { BuiltinContext } from './builtin.ts'
import { builtinError } from './operands.ts'

/** Mixes a text into 32 bits (FNV-1a, then the finish of MurmurHash3), for a start value. */
function mix(text: string, start: number): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * `count` bytes that depend on the caller's seed and on `key` alone: the same call gives the same bytes, wherever in an
 * evaluation it stands. Not for secrets.
 */
export function seededBytes(context: BuiltinContext, key: string, count: number): Uint8Array {
  const { seed } = context
  if (seed === undefined) throw builtinError('no seed was given to this evaluation')
  const bytes = new Uint8Array(count)
  for (let i = 0; i < count; i += 4) {
    const word = mix(`${seed}\0${key}\0${i}`, 0x811c9dc5 ^ i)
    for (let k = 0; k < 4 && i + k < count; k++) bytes[i + k] = word >>> (8 * k)
  }
  return bytes
}
