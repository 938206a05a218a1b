/** Universal tags that certificates and keys use, as the byte that stands in DER (constructed bit included). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** A context-specific tag, primitive unless `constructed`. */
export function contextTag(number: number, constructed = false): number {
  return 0x80 | (constructed ? 0x20 : 0) | number
}

/** One element: its tag, its content and all of its bytes. */
export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly full: Uint8Array
}

/**
 * Reads strict DER from front to back. Every method gives `undefined` where the next element is not what was asked
 * for, and then has not moved; lengths must be minimal and tags below 31, as Go's certificate parser wants them.
 */
export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get empty(): boolean {
    return this.#at >= this.#bytes.length
  }

  peek(tag: number): boolean {
    return this.#bytes[this.#at] === tag
  }

  any(): DerElement | undefined {
    const bytes = this.#bytes
    const start = this.#at
    const tag = bytes[start]
    const first = bytes[start + 1]
    if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined
    let header = 2
    let length = first
    if (first >= 0x80) {
      const count = first & 0x7f
      if (count === 0 || count > 4 || start + 2 + count > bytes.length) return undefined
      length = 0
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + 2 + i] ?? 0)
      if (length < 0x80 || length < 256 ** (count - 1)) return undefined
      header += count
    }
    const end = start + header + length
    if (end > bytes.length) return undefined
    this.#at = end
    return { tag, content: bytes.subarray(start + header, end), full: bytes.subarray(start, end) }
  }

  element(tag: number): DerElement | undefined {
    return this.peek(tag) ? this.any() : undefined
  }

  read(tag: number): Uint8Array | undefined {
    return this.element(tag)?.content
  }

  /** The elements inside the next one. */
  enter(tag: number): DerReader | undefined {
    const content = this.read(tag)
    return content === undefined ? undefined : new DerReader(content)
  }

  integer(tag: number = Tag.integer): bigint | undefined {
    const at = this.#at
    const content = this.read(tag)
    const value = content === undefined ? undefined : signedInteger(content)
    if (value === undefined) this.#at = at
    return value
  }

  boolean(): boolean | undefined {
    const content = this.read(Tag.boolean)
    if (content?.length !== 1) return undefined
    return content[0] === 0xff ? true : content[0] === 0 ? false : undefined
  }

  oid(): readonly number[] | undefined {
    const content = this.read(Tag.oid)
    return content === undefined ? undefined : oidArcs(content)
  }

  bitString(): BitString | undefined {
    const content = this.read(Tag.bitString)
    const padding = content?.[0]
    if (content === undefined || padding === undefined || padding > 7) return undefined
    if (content.length === 1 && padding !== 0) return undefined
    if (((content.at(-1) ?? 0) & ((1 << padding) - 1)) !== 0 && content.length > 1) return undefined
    return { bytes: content.subarray(1), padding }
  }
}

export interface BitString {
  readonly bytes: Uint8Array
  /** Unused low bits of the last byte. */
  readonly padding: number
}

export function bitAt(bits: BitString, index: number): boolean {
  if (index >= bits.bytes.length * 8 - bits.padding) return false
  return (((bits.bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1
}

/** The bits moved so that the padding stands in front. */
export function rightAligned({ bytes, padding }: BitString): Uint8Array {
  if (padding === 0 || bytes.length === 0) return bytes
  return bytes.map((byte, i) => ((byte >> padding) | ((i === 0 ? 0 : (bytes[i - 1] ?? 0)) << (8 - padding))) & 0xff)
}

function signedInteger(content: Uint8Array): bigint | undefined {
  const [first, second] = content
  if (first === undefined) return undefined
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) return undefined
  const value = unsignedInteger(content)
  return first >= 0x80 ? value - (1n << BigInt(content.length * 8)) : value
}

/** Big-endian bytes as a number. */
export function unsignedInteger(bytes: Uint8Array): bigint {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex === '' ? 0n : BigInt(`0x${hex}`)
}

/** A number as `length` big-endian bytes, or as few as it needs. */
export function unsignedBytes(value: bigint, length?: number): Uint8Array {
  let hex = value.toString(16)
  if (hex.length % 2 === 1) hex = `0${hex}`
  if (value === 0n && length === undefined) hex = ''
  const out = new Uint8Array(length ?? hex.length / 2)
  const offset = out.length - hex.length / 2
  for (let i = 0; i < hex.length; i += 2) {
    const at = offset + i / 2
    if (at >= 0) out[at] = Number.parseInt(hex.slice(i, i + 2), 16)
  }
  return out
}

/** The arcs of an object identifier; none may pass 2^31, as in Go's `asn1.ObjectIdentifier`. */
export function oidArcs(content: Uint8Array): readonly number[] | undefined {
  const arcs: number[] = []
  let value = 0
  let begun = false
  for (const byte of content) {
    if ((!begun && byte === 0x80) || value >= 2 ** 24) return undefined
    value = value * 128 + (byte & 0x7f)
    begun = true
    if (byte >= 0x80) continue
    if (arcs.length === 0) arcs.push(value < 80 ? Math.floor(value / 40) : 2, value < 80 ? value % 40 : value - 80)
    else arcs.push(value)
    value = 0
    begun = false
  }
  return arcs.length === 0 || begun ? undefined : arcs
}

/** Dotted form of an object identifier whose arcs may be of any size. */
export function oidText(content: Uint8Array): string | undefined {
  const arcs: bigint[] = []
  let value = 0n
  let begun = false
  for (const byte of content) {
    if (!begun && byte === 0x80) return undefined
    value = (value << 7n) | BigInt(byte & 0x7f)
    begun = true
    if (byte >= 0x80) continue
    if (arcs.length === 0) arcs.push(value < 80n ? value / 40n : 2n, value < 80n ? value % 40n : value - 80n)
    else arcs.push(value)
    value = 0n
    begun = false
  }
  return arcs.length === 0 || begun ? undefined : arcs.join('.')
}
