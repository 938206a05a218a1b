import { derTag } from './read.ts'

/** One element: tag, length in its shortest form, content. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = [tag, ...lengthOf(length)]
  const bytes = new Uint8Array(head.length + length)
  bytes.set(head)
  let at = head.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export function derSequence(...parts: readonly Uint8Array[]): Uint8Array {
  return writeDer(derTag.sequence, ...parts)
}

/** A non-negative INTEGER from its big-endian bytes; leading zeros are dropped, the sign byte is put in. */
export function derUnsigned(bytes: Uint8Array): Uint8Array {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const value = bytes.subarray(start)
  const [first] = value
  if (first === undefined) return writeDer(derTag.integer, Uint8Array.of(0))
  return first >= 0x80 ? writeDer(derTag.integer, Uint8Array.of(0), value) : writeDer(derTag.integer, value)
}

/** A BIT STRING of whole bytes. */
export function derBits(bytes: Uint8Array): Uint8Array {
  return writeDer(derTag.bitString, Uint8Array.of(0), bytes)
}

/** An object identifier from its dotted form. */
export function derOid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [root * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return writeDer(derTag.oid, Uint8Array.from(bytes))
}

export const derNull: Uint8Array = writeDer(derTag.null)

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return [0x80 | bytes.length, ...bytes]
}
