import { CilockError, decodeUtf8 } from '@cilock/core'
import { Tag } from '@cilock/der'
import type { DerElement } from '@cilock/der'

/** The text of an ASN.1 string; undefined where its bytes are not what its type allows. Control characters are kept here. */
export function asn1Text({ tag, content }: DerElement): string | undefined {
  switch (tag) {
    case Tag.utf8String:
      return utf8(content)
    case Tag.printableString: {
      // '*' and '&' are not in the standard's set but in certificates that exist
      const text = latin1(content)
      return /^[A-Za-z0-9'()+,\-./ :=?*&]*$/.test(text) ? text : undefined
    }
    case Tag.numericString: {
      const text = latin1(content)
      return /^[0-9 ]*$/.test(text) ? text : undefined
    }
    case Tag.ia5String:
    case Tag.visibleString:
      return ascii(content)
    case Tag.t61String:
      // read as Latin-1, as everyone does
      return latin1(content)
    case Tag.bmpString:
      return wide(content, 2)
    case Tag.universalString:
      return wide(content, 4)
    default:
      return undefined
  }
}

/** UTF-8 without errors; undefined otherwise. */
export function utf8(content: Uint8Array): string | undefined {
  try {
    return decodeUtf8(content)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

/** ASCII; undefined where there are other bytes. */
export function ascii(content: Uint8Array): string | undefined {
  return content.every((byte) => byte < 0x80) ? latin1(content) : undefined
}

/** ASCII without control characters, as the names of machines and people are. */
export function printable(content: Uint8Array): string | undefined {
  return content.every((byte) => byte >= 0x20 && byte < 0x7f) ? latin1(content) : undefined
}

function latin1(content: Uint8Array): string {
  let text = ''
  for (const byte of content) text += String.fromCharCode(byte)
  return text
}

function wide(content: Uint8Array, size: number): string | undefined {
  if (content.length % size !== 0) return undefined
  let text = ''
  for (let at = 0; at < content.length; at += size) {
    let point = 0
    for (const byte of content.subarray(at, at + size)) point = point * 256 + byte
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined
    text += String.fromCodePoint(point)
  }
  return text
}
