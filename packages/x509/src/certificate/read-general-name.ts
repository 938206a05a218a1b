import { contextTag, DerReader, Tag } from '@cilock/der'
import type { DistinguishedName } from './distinguished-name.ts'
import type { AlternativeNames, OtherName } from './general-name.ts'
import { formatIp } from './ip.ts'
import { malformed, need, needEnd } from './malformed.ts'
import { readName } from './read-name.ts'
import { asn1Text, printable } from './text.ts'

/** One GeneralName. `unsupported` is a kind that nobody here looks into (X.400, EDI). */
export type GeneralName =
  | { readonly kind: 'dns' | 'email' | 'uri' | 'registeredId'; readonly value: string }
  | { readonly kind: 'ip'; readonly bytes: Uint8Array }
  | { readonly kind: 'directory'; readonly name: DistinguishedName }
  | { readonly kind: 'other'; readonly name: OtherName }
  | { readonly kind: 'unsupported'; readonly tag: number }

/** Reads the next GeneralName (RFC 5280, section 4.2.1.6). */
export function readGeneralName(reader: DerReader, where: string): GeneralName {
  const element = need(reader.any(), `a name in ${where}`)
  const { tag, content } = element
  switch (tag) {
    case contextTag(0, true):
      return { kind: 'other', name: readOtherName(content, element.full, where) }
    case contextTag(1):
      return { kind: 'email', value: textOf(content, `an e-mail address in ${where}`) }
    case contextTag(2):
      return { kind: 'dns', value: textOf(content, `a DNS name in ${where}`) }
    case contextTag(4, true): {
      const inner = new DerReader(content)
      const name = readName(inner, `a directory name in ${where}`)
      needEnd(inner, `a directory name in ${where}`)
      return { kind: 'directory', name }
    }
    case contextTag(6):
      return { kind: 'uri', value: textOf(content, `a URI in ${where}`) }
    case contextTag(7):
      return { kind: 'ip', bytes: content }
    case contextTag(8):
      return { kind: 'registeredId', value: need(new DerReader(element.full).oidText(tag), `an object identifier in ${where}`) }
    case contextTag(3, true):
    case contextTag(5, true):
      return { kind: 'unsupported', tag: tag & 0x1f }
    default:
      throw malformed(`a name in ${where}`, `the tag ${tag}`)
  }
}

export const noNames: AlternativeNames = { dnsNames: [], emails: [], uris: [], ips: [], otherNames: [], directoryNames: [], registeredIds: [], unsupported: [] }

const where = 'the subject alternative names'

/** Reads the subject alternative names one by one. */
export function readGeneralNames(value: Uint8Array): readonly GeneralName[] {
  const outer = new DerReader(value)
  const list = need(outer.enter(Tag.sequence), where)
  needEnd(outer, where)
  if (list.empty) throw malformed(`at least one name in ${where}`, 'none')
  const names: GeneralName[] = []
  while (!list.empty) names.push(readGeneralName(list, where))
  return names
}

/** Reads the subject alternative names by their kinds. */
export function readAlternativeNames(value: Uint8Array): AlternativeNames {
  const names = readGeneralNames(value)
  const texts = (kind: 'dns' | 'email' | 'uri' | 'registeredId'): readonly string[] => names.flatMap((name) => (name.kind === kind ? [name.value] : []))
  return {
    dnsNames: texts('dns'),
    emails: texts('email'),
    uris: texts('uri'),
    ips: names.flatMap((name) => (name.kind === 'ip' ? [need(formatIp(name.bytes), `an IP address of 4 or 16 bytes in ${where}`)] : [])),
    otherNames: names.flatMap((name) => (name.kind === 'other' ? [name.name] : [])),
    directoryNames: names.flatMap((name) => (name.kind === 'directory' ? [name.name] : [])),
    registeredIds: texts('registeredId'),
    unsupported: names.flatMap((name) => (name.kind === 'unsupported' ? [name.tag] : [])),
  }
}

function readOtherName(content: Uint8Array, full: Uint8Array, where: string): OtherName {
  const inner = new DerReader(content)
  const oid = need(inner.oidText(), `the type of another name in ${where}`)
  const explicit = need(inner.enter(contextTag(0, true)), `the value of another name in ${where}`)
  needEnd(inner, `another name in ${where}`)
  const element = need(explicit.any(), `the value of another name in ${where}`)
  needEnd(explicit, `the value of another name in ${where}`)
  const value = asn1Text(element)
  return value === undefined ? { oid, der: full } : { oid, value, der: full }
}

/** Without control characters: what comes after a NUL is seen by some readers and not by others. */
function textOf(content: Uint8Array, what: string): string {
  const text = printable(content)
  if (text === undefined) throw malformed(`${what} of printable ASCII`, 'other bytes')
  return text
}
