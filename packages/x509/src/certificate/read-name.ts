import { DerReader, Tag } from '@cilock/der'
import { encodeHex } from '@cilock/core'
import type { DistinguishedName, NameAttribute } from './distinguished-name.ts'
import { malformed, need, needEnd } from './malformed.ts'
import { attributeOid } from './oid.ts'
import { asn1Text } from './text.ts'

/** Reads a Name: a SEQUENCE of sets of attributes. */
export function readName(reader: DerReader, where: string): DistinguishedName {
  const element = need(reader.element(Tag.sequence), `a name as ${where}`)
  const sequence = new DerReader(element.content)
  const parts: (readonly NameAttribute[])[] = []
  while (!sequence.empty) parts.push(readPart(need(sequence.enter(Tag.set), `sets of attributes in ${where}`), where))
  const attributes = parts.flat()
  const valuesOf = (oid: string): readonly string[] => attributes.filter((attribute) => attribute.oid === oid).map(({ value }) => value)
  return {
    der: element.full,
    key: JSON.stringify(keysOf(parts)),
    commonName: valuesOf(attributeOid.commonName).at(-1) ?? '',
    organizations: valuesOf(attributeOid.organization),
    organizationalUnits: valuesOf(attributeOid.organizationalUnit),
    countries: valuesOf(attributeOid.country),
    emails: valuesOf(attributeOid.email),
    attributes,
    text: textOf(parts),
  }
}

/** Whether a name lies in the subtree of another: its first parts are all of the other's. */
export function isBelow(name: DistinguishedName, base: DistinguishedName): boolean {
  // a key is a list of lists in JSON: without its last bracket it begins another key where its parts do, and nothing is parsed for each comparison
  return name.key.startsWith(base.key.slice(0, -1))
}

function readPart(set: DerReader, where: string): readonly NameAttribute[] {
  const attributes: NameAttribute[] = []
  do {
    const attribute = need(set.enter(Tag.sequence), `an attribute in ${where}`)
    const oid = need(attribute.oidText(), `the type of an attribute in ${where}`)
    const element = need(attribute.any(), `the value of ${oid} in ${where}`)
    needEnd(attribute, `the attribute ${oid} in ${where}`)
    // an attribute that is no text is kept by its bytes, so that it still tells names apart
    const value = asn1Text(element) ?? (isText(element.tag) ? undefined : `#${encodeHex(element.full)}`)
    if (value === undefined) throw malformed(`text as the value of ${oid} in ${where}`, 'bytes that its type does not allow')
    attributes.push({ oid, value })
  } while (!set.empty)
  return attributes
}

function isText(tag: number): boolean {
  return tag === Tag.utf8String || (tag >= Tag.numericString && tag <= Tag.bmpString && tag !== Tag.utcTime && tag !== Tag.generalizedTime)
}

/** Names are compared without regard to case, to the kind of string, and to how much white space there is. */
function keysOf(parts: readonly (readonly NameAttribute[])[]): readonly (readonly string[])[] {
  return parts.map((part) => part.map(({ oid, value }) => `${oid}=${value.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ')}`).toSorted())
}

const shortNames: ReadonlyMap<string, string> = new Map([
  [attributeOid.commonName, 'CN'],
  ['2.5.4.5', 'SERIALNUMBER'],
  [attributeOid.country, 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  [attributeOid.organization, 'O'],
  [attributeOid.organizationalUnit, 'OU'],
  ['2.5.4.17', 'POSTALCODE'],
])

function textOf(parts: readonly (readonly NameAttribute[])[]): string {
  return parts
    .toReversed()
    .map((part) => part.map(({ oid, value }) => `${shortNames.get(oid) ?? oid}=${escaped(value)}`).join('+'))
    .join(',')
}

/** RFC 4514, section 2.4. */
function escaped(value: string): string {
  return value.replaceAll(/[,+"\\<>;]|^[ #]| $/g, (char) => `\\${char}`)
}
