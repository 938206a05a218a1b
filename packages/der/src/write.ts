import { unsignedBytes } from './integer.ts'
import { oidContent } from './oid.ts'
import { Tag } from './tag.ts'

/** One element: tag, length in its shortest form, content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | unsignedBytes(BigInt(length)).length, ...unsignedBytes(BigInt(length))]
  const bytes = new Uint8Array(head.length + length)
  bytes.set(head)
  let at = head.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** A sequence of elements. */
export function derSequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(Tag.sequence, ...parts)
}

/** A SET OF: the elements in the order that DER wants. */
export function derSetOf(...parts: readonly Uint8Array[]): Uint8Array {
  return der(Tag.set, ...parts.toSorted(compareBytes))
}

/** An INTEGER of any size and sign. */
export function derInteger(value: bigint | number): Uint8Array {
  const number = BigInt(value)
  let length = 1
  while (number >= 1n << BigInt(8 * length - 1) || number < -(1n << BigInt(8 * length - 1))) length += 1
  return der(Tag.integer, unsignedBytes(BigInt.asUintN(8 * length, number), length))
}

/** An object identifier, from its dotted text. */
export function derOid(dotted: string): Uint8Array {
  return der(Tag.oid, oidContent(dotted))
}

/** A string of bytes. */
export function derOctets(...parts: readonly Uint8Array[]): Uint8Array {
  return der(Tag.octetString, ...parts)
}

/** A BIT STRING of whole bytes. */
export function derBits(bytes: Uint8Array): Uint8Array {
  return der(Tag.bitString, Uint8Array.of(0), bytes)
}

/** A BIT STRING of named bits, by their numbers, without zeros at the end. */
export function derNamedBits(numbers: readonly number[]): Uint8Array {
  const last = Math.max(-1, ...numbers)
  const bytes = new Uint8Array(Math.ceil((last + 1) / 8))
  for (const number of numbers) bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (0x80 >> (number & 7))
  return der(Tag.bitString, Uint8Array.of(last < 0 ? 0 : 7 - (last & 7)), bytes)
}

/** A boolean. */
export function derBoolean(value: boolean): Uint8Array {
  return der(Tag.boolean, Uint8Array.of(value ? 0xff : 0))
}

/** The null element. */
export const derNull: Uint8Array = der(Tag.null)

/** A text under one of the string tags; UTF-8 unless told otherwise, which is right for the ASCII ones too. */
export function derText(text: string, tag: number = Tag.utf8String): Uint8Array {
  return der(tag, new TextEncoder().encode(text))
}

/** A GeneralizedTime in UTC, with milliseconds where there are some. */
export function derGeneralizedTime(time: Date): Uint8Array {
  return derText(`${digits(time)}${fractionOf(time)}Z`, Tag.generalizedTime)
}

/** A time as certificates have it: UTCTime up to 2049, GeneralizedTime from then on; seconds are whole. */
export function derCertificateTime(time: Date): Uint8Array {
  const year = time.getUTCFullYear()
  return year >= 1950 && year < 2050 ? derText(`${digits(time).slice(2)}Z`, Tag.utcTime) : derText(`${digits(time)}Z`, Tag.generalizedTime)
}

function digits(time: Date): string {
  const text = time.toISOString()
  if (text.length !== 24) throw new TypeError('a time in DER has a year from 0 to 9999')
  return text.slice(0, 19).replaceAll(/[-:T]/g, '')
}

function fractionOf(time: Date): string {
  return time.toISOString().slice(19, 23).replace(/\.?0+$/, '')
}

/** The order of DER: by bytes, a beginning before what it begins. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
