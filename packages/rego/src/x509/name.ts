import { builtinError } from '../builtins/operands.ts'
import { DerReader, Tag } from '../der/reader.ts'
import { rethrowExhaustion } from '../guarded.ts'
import type { JsonObject, Value } from '../value/value.ts'

/** The text of an ASN.1 string; a message of Go's where it is none. */
export function asn1Text(tag: number, content: Uint8Array): string | Error {
  switch (tag) {
    case Tag.t61String:
      // Read as Latin-1, as everyone does.
      return Array.from(content, (byte) => String.fromCharCode(byte)).join('')
    case Tag.printableString: {
      const text = latin1(content)
      // `*` and `&` are not in the standard's set but in real certificates.
      return /^[A-Za-z0-9'()+,\-./ :=?*&]*$/.test(text) ? text : fault('invalid PrintableString')
    }
    case Tag.utf8String:
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
      } catch (error) {
        rethrowExhaustion(error)
        return fault('invalid UTF-8 string')
      }
    case Tag.bmpString:
      return bmpText(content) ?? fault('invalid BMPString')
    case Tag.ia5String:
      return content.every((byte) => byte < 0x80) ? latin1(content) : fault('invalid IA5String')
    case Tag.numericString: {
      const text = latin1(content)
      return /^[0-9 ]*$/.test(text) ? text : fault('invalid NumericString')
    }
    default:
      return fault(`unsupported string type: ${tag}`)
  }
}

function fault(text: string): Error {
  return builtinError(text)
}

/** One character a byte. */
export function latin1(content: Uint8Array): string {
  return Array.from(content, (byte) => String.fromCharCode(byte)).join('')
}

function bmpText(content: Uint8Array): string | undefined {
  if (content.length % 2 !== 0) return undefined
  const units: number[] = []
  for (let i = 0; i < content.length; i += 2) units.push(((content[i] ?? 0) << 8) | (content[i + 1] ?? 0))
  if (units.at(-1) === 0) units.pop()
  const reserved = (unit: number): boolean => unit >= 0xfffe || (unit >= 0xfdd0 && unit <= 0xfdef) || (unit >= 0xd800 && unit <= 0xdfff)
  return units.some(reserved) ? undefined : String.fromCharCode(...units)
}

const listed: Readonly<Record<number, string | undefined>> = {
  6: 'Country',
  7: 'Locality',
  8: 'Province',
  9: 'StreetAddress',
  10: 'Organization',
  11: 'OrganizationalUnit',
  17: 'PostalCode',
}

/** Reads a Name element and gives what Go's `pkix.Name` looks like in JSON. */
export function readName(raw: Uint8Array): JsonObject {
  const sequence = new DerReader(raw).enter(Tag.sequence)
  if (sequence === undefined) throw builtinError('x509: invalid RDNSequence')
  const names: JsonObject[] = []
  const fields: Record<string, Value> = { CommonName: '', SerialNumber: '' }
  const lists: Record<string, string[]> = {}
  while (!sequence.empty) {
    const set = sequence.enter(Tag.set)
    if (set === undefined) throw builtinError('x509: invalid RDNSequence')
    while (!set.empty) {
      const { type, value } = readAttribute(set)
      names.push({ Type: type, Value: value })
      if (type.length !== 4 || type[0] !== 2 || type[1] !== 5 || type[2] !== 4) continue
      const last = type[3] ?? 0
      const list = listed[last]
      if (last === 3) fields['CommonName'] = value
      else if (last === 5) fields['SerialNumber'] = value
      else if (list !== undefined) (lists[list] ??= []).push(value)
    }
  }
  for (const list of Object.values(listed)) if (list !== undefined) fields[list] = lists[list] ?? null
  return { ...fields, Names: names.length === 0 ? null : names, ExtraNames: null }
}

function readAttribute(set: DerReader): { readonly type: readonly number[]; readonly value: string } {
  const attribute = set.enter(Tag.sequence)
  if (attribute === undefined) throw builtinError('x509: invalid RDNSequence: invalid attribute')
  const type = attribute.oid()
  if (type === undefined) throw builtinError('x509: invalid RDNSequence: invalid attribute type')
  const element = attribute.any()
  if (element === undefined) throw builtinError('x509: invalid RDNSequence: invalid attribute value')
  const value = asn1Text(element.tag, element.content)
  if (value instanceof Error) throw builtinError(`x509: invalid RDNSequence: invalid attribute value: ${value.message}`)
  return { type, value }
}
