import { CilockError } from '../../error.ts'

/** One element of DER: its tag, its content, and all its bytes. */
export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly raw: Uint8Array
}

/** The universal tags that keys are made of. */
export const derTag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const

/**
 * Reads the one element that the bytes are. Strict: definite lengths in their shortest form, nothing after the end.
 *
 * @throws CilockError `ERR_MALFORMED`
 */
export function readDer(bytes: Uint8Array): DerElement {
  const element = elementAt(bytes, 0)
  if (element.raw.length !== bytes.length) throw malformed(`${bytes.length - element.raw.length} bytes after the end`)
  return element
}

/** Whether bytes are one SEQUENCE and nothing more. */
export function isDerSequence(bytes: Uint8Array): boolean {
  try {
    return readDer(bytes).tag === derTag.sequence
  } catch {
    return false
  }
}

/** The elements of a constructed element, or of any bytes that are elements in a row. */
export function readDerSequence(content: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = []
  for (let at = 0; at < content.length; ) {
    const element = elementAt(content, at)
    elements.push(element)
    at += element.raw.length
  }
  return elements
}

/** The bytes of a non-negative INTEGER without leading zero; undefined when it is negative or not in its shortest form. */
export function unsignedOf(element: DerElement | undefined): Uint8Array | undefined {
  if (element?.tag !== derTag.integer) return undefined
  const [first, second] = element.content
  if (first === undefined || first >= 0x80) return undefined
  if (first !== 0) return element.content
  if (second === undefined) return element.content
  return second >= 0x80 ? element.content.subarray(1) : undefined
}

/** An object identifier in dotted form. */
export function oidOf(element: DerElement | undefined): string | undefined {
  if (element?.tag !== derTag.oid || element.content.length === 0) return undefined
  const arcs: number[] = []
  let arc = 0
  for (const [index, byte] of element.content.entries()) {
    if (arc === 0 && byte === 0x80) return undefined
    arc = arc * 128 + (byte & 0x7f)
    if (!Number.isSafeInteger(arc)) return undefined
    if (byte >= 0x80) {
      if (index === element.content.length - 1) return undefined
      continue
    }
    if (arcs.length === 0) {
      const root = Math.min(2, Math.floor(arc / 40))
      arcs.push(root, arc - root * 40)
    } else arcs.push(arc)
    arc = 0
  }
  return arcs.join('.')
}

/** The bytes of a BIT STRING of whole bytes. */
export function bitsOf(element: DerElement | undefined): Uint8Array | undefined {
  return element?.tag === derTag.bitString && element.content[0] === 0 ? element.content.subarray(1) : undefined
}

function elementAt(bytes: Uint8Array, at: number): DerElement {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) throw malformed('cut off')
  if ((tag & 0x1f) === 0x1f) throw malformed('a tag of several bytes')
  let length = first
  let start = at + 2
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4) throw malformed('a length that is indefinite or too long')
    length = 0
    for (let index = 0; index < count; index++) length = length * 256 + (bytes[start + index] ?? Number.NaN)
    if (Number.isNaN(length)) throw malformed('cut off')
    if (length < 0x80 || (count > 1 && bytes[start] === 0)) throw malformed('a length that is not in its shortest form')
    start += count
  }
  const end = start + length
  if (end > bytes.length) throw malformed('cut off')
  return { tag, content: bytes.subarray(start, end), raw: bytes.subarray(at, end) }
}

function malformed(found: string): CilockError {
  return new CilockError('ERR_MALFORMED', `expected DER, found ${found}`)
}
