import { contextTag, DerReader, Tag } from '@cilock/der'
import { malformed, need, needEnd } from './malformed.ts'
import type { IpRange, NameConstraints, NameSubtrees } from './name-constraints.ts'
import { readGeneralName, type GeneralName } from './read-general-name.ts'

const where = 'the name constraints'
const none: NameSubtrees = { dnsNames: [], emails: [], uris: [], ips: [], directoryNames: [], unsupported: [] }

/** Reads the name constraints extension (RFC 5280, section 4.2.1.10). */
export function readNameConstraints(value: Uint8Array): NameConstraints {
  const outer = new DerReader(value)
  const sequence = need(outer.enter(Tag.sequence), where)
  needEnd(outer, where)
  if (sequence.empty) throw malformed(`subtrees in ${where}`, 'none')
  const permitted = readSubtrees(sequence, contextTag(0, true))
  const excluded = readSubtrees(sequence, contextTag(1, true))
  needEnd(sequence, where)
  return { permitted, excluded }
}

function readSubtrees(sequence: DerReader, tag: number): NameSubtrees {
  if (!sequence.peek(tag)) return none
  const list = need(sequence.enter(tag), where)
  if (list.empty) throw malformed(`subtrees in ${where}`, 'none')
  const bases: GeneralName[] = []
  while (!list.empty) {
    const subtree = need(list.enter(Tag.sequence), `a subtree in ${where}`)
    bases.push(readGeneralName(subtree, where))
    // minimum is zero, which DER leaves out, and maximum absent: RFC 5280 knows no other use
    needEnd(subtree, `a subtree in ${where}`)
  }
  const texts = (kind: 'dns' | 'email' | 'uri'): readonly string[] => bases.flatMap((base) => (base.kind === kind ? [base.value] : []))
  return {
    dnsNames: texts('dns'),
    emails: texts('email'),
    uris: texts('uri'),
    ips: bases.flatMap((base) => (base.kind === 'ip' ? [rangeOf(base.bytes)] : [])),
    directoryNames: bases.flatMap((base) => (base.kind === 'directory' ? [base.name] : [])),
    unsupported: bases.flatMap((base) => tagOf(base)),
  }
}

function tagOf(base: GeneralName): readonly number[] {
  if (base.kind === 'unsupported') return [base.tag]
  return base.kind === 'other' ? [0] : base.kind === 'registeredId' ? [8] : []
}

function rangeOf(bytes: Uint8Array): IpRange {
  if (bytes.length !== 8 && bytes.length !== 32) throw malformed(`an address and a mask in ${where}`, `${bytes.length} bytes`)
  const half = bytes.length / 2
  const mask = bytes.subarray(half)
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  if (bits.includes('01')) throw malformed(`a mask of ones and then zeros in ${where}`, 'another mask')
  return { address: bytes.subarray(0, half), mask }
}
