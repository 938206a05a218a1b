import { oidArcs, oidText } from './oid.ts'
import { signedInteger } from './integer.ts'
import { Tag } from './tag.ts'

/** One element: its tag, its content and all of its bytes. */
export interface DerElement {
  /** The tag as it stands in the first byte. */
  readonly tag: number
  /** What the element holds. */
  readonly content: Uint8Array
  /** The element with its tag and length. */
  readonly full: Uint8Array
}

/** A string of bits, whose last byte may be used in part. */
export interface BitString {
  /** The bits, eight to a byte. */
  readonly bytes: Uint8Array
  /** Unused low bits of the last byte; they are zero. */
  readonly padding: number
}

/**
 * Reads strict DER from front to back. Every method gives `undefined` where the next element is not what was asked for or
 * is not in its one DER form, and then has not moved, so that each reader can say in its own words what it wanted. Lengths
 * are definite and in their shortest form, tags below 31.
 *
 * @example
 * ```ts
 * const sequence = new DerReader(der).enter(Tag.sequence)
 * const version = sequence?.integer()
 * ```
 * @see ITU-T X.690, section 10
 */
export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Whether everything is read. */
  get empty(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** Whether the next element has this tag. */
  peek(tag: number): boolean {
    return this.#bytes[this.#at] === tag
  }

  /** The next element, whatever it is. */
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

  /** The next element if it has this tag. */
  element(tag: number): DerElement | undefined {
    return this.peek(tag) ? this.any() : undefined
  }

  /** The content of the next element if it has this tag. */
  read(tag: number): Uint8Array | undefined {
    return this.element(tag)?.content
  }

  /** A reader of what is inside the next element. */
  enter(tag: number): DerReader | undefined {
    const content = this.read(tag)
    return content === undefined ? undefined : new DerReader(content)
  }

  /** The next element as an integer. */
  integer(tag: number = Tag.integer): bigint | undefined {
    return this.#converted(tag, signedInteger)
  }

  /** The next element as a boolean. */
  boolean(tag: number = Tag.boolean): boolean | undefined {
    return this.#converted(tag, ([first, ...rest]) => (rest.length > 0 ? undefined : first === 0xff ? true : first === 0 ? false : undefined))
  }

  /** The arcs of an object identifier; undefined also where one does not fit into 31 bits. */
  oid(): readonly number[] | undefined {
    return this.#converted(Tag.oid, oidArcs)
  }

  /** An object identifier in dotted form, with arcs of any size. */
  oidText(tag: number = Tag.oid): string | undefined {
    return this.#converted(tag, oidText)
  }

  /** The next element as a string of bits. */
  bitString(tag: number = Tag.bitString): BitString | undefined {
    return this.#converted(tag, bitsOf)
  }

  #converted<T>(tag: number, convert: (content: Uint8Array) => T | undefined): T | undefined {
    const at = this.#at
    const content = this.read(tag)
    const value = content === undefined ? undefined : convert(content)
    if (value === undefined) this.#at = at
    return value
  }
}

function bitsOf(content: Uint8Array): BitString | undefined {
  const [padding] = content
  if (padding === undefined || padding > 7) return undefined
  if (content.length === 1) return padding === 0 ? { bytes: content.subarray(1), padding } : undefined
  return ((content.at(-1) ?? 0) & ((1 << padding) - 1)) === 0 ? { bytes: content.subarray(1), padding } : undefined
}

/** One bit, the first one being number 0; those beyond the end are not set. */
export function bitAt({ bytes, padding }: BitString, index: number): boolean {
  if (index >= bytes.length * 8 - padding) return false
  return (((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1
}
