/**
 * Whether the first bytes of a file are of some format. The head is a byte string: one character from U+0000 to U+00FF
 * for each byte, so that signatures read as they are documented.
 */
export type Test = (head: string) => boolean

/** A node in the tree of formats; children are narrower formats, asked in order once the node itself has matched. */
export interface Format {
  readonly type: string
  readonly test: Test
  readonly children?: readonly Format[]
  /** The value of the `charset` parameter; '' for none. */
  readonly charset?: (head: string) => string
}

/** So many bytes of a file are looked at. */
export const headLimit = 3072

export function format(type: string, test: Test, children: readonly Format[] = []): Format {
  return { type, test, children }
}

/** The file begins with one of these. */
export function starts(...prefixes: readonly string[]): Test {
  return (head) => prefixes.some((prefix) => head.startsWith(prefix))
}

/** One of these stands at the offset. */
export function at(offset: number, ...signatures: readonly string[]): Test {
  return (head) => signatures.some((signature) => head.startsWith(signature, offset))
}

export function all(...tests: readonly Test[]): Test {
  return (head) => tests.every((test) => test(head))
}

export function longerThan(length: number): Test {
  return (head) => head.length > length
}

/** The byte at an offset; NaN, which no comparison holds for, behind the end. */
export function byte(head: string, offset: number): number {
  return head.charCodeAt(offset)
}

export function uint16le(head: string, offset: number): number {
  return byte(head, offset) + byte(head, offset + 1) * 0x100
}

export function uint16be(head: string, offset: number): number {
  return byte(head, offset) * 0x100 + byte(head, offset + 1)
}

export function uint32le(head: string, offset: number): number {
  return uint16le(head, offset) + uint16le(head, offset + 2) * 0x1_00_00
}

export function uint32be(head: string, offset: number): number {
  return uint16be(head, offset) * 0x1_00_00 + uint16be(head, offset + 2)
}
