import { derTag, readDer, readDerSequence, unsignedOf } from './der/read.ts'
import { derSequence, derUnsigned } from './der/write.ts'

/**
 * Turns an ECDSA signature in DER into the two numbers side by side (IEEE P1363), each `size` bytes. Undefined for
 * anything but the one DER form of two numbers that fit.
 */
export function ecdsaFromDer(signature: Uint8Array, size: number): Uint8Array | undefined {
  const numbers = numbersOf(signature)
  if (numbers === undefined) return undefined
  const raw = new Uint8Array(2 * size)
  for (const [index, number] of numbers.entries()) {
    if (number.length > size) return undefined
    raw.set(number, (index + 1) * size - number.length)
  }
  return raw
}

/** Turns two numbers side by side, each `size` bytes, into DER; undefined when the length is another. */
export function ecdsaToDer(raw: Uint8Array, size: number): Uint8Array | undefined {
  return raw.length === 2 * size ? derSequence(derUnsigned(raw.subarray(0, size)), derUnsigned(raw.subarray(size))) : undefined
}

function numbersOf(signature: Uint8Array): readonly Uint8Array[] | undefined {
  try {
    const sequence = readDer(signature)
    if (sequence.tag !== derTag.sequence) return undefined
    const elements = readDerSequence(sequence.content)
    const [r, s] = elements.map(unsignedOf)
    return elements.length === 2 && r !== undefined && s !== undefined ? [r, s] : undefined
  } catch {
    return undefined
  }
}
