import { bitAt, DerReader, Tag } from '@cilock/der'
import { keyUsages, type KeyUsage } from './key-usage.ts'
import { malformed, need, needEnd } from './malformed.ts'
import { count } from './read-policies.ts'

export function readKeyUsage(value: Uint8Array): readonly KeyUsage[] {
  const reader = new DerReader(value)
  const bits = need(reader.bitString(), 'the bits of the key usage')
  needEnd(reader, 'the key usage')
  return keyUsages.filter((_, index) => bitAt(bits, index))
}

export function readExtendedKeyUsage(value: Uint8Array): readonly string[] {
  const outer = new DerReader(value)
  const list = need(outer.enter(Tag.sequence), 'the extended key usage')
  needEnd(outer, 'the extended key usage')
  if (list.empty) throw malformed('at least one purpose in the extended key usage', 'none')
  const purposes: string[] = []
  while (!list.empty) purposes.push(need(list.oidText(), 'purposes in the extended key usage'))
  return purposes
}

export function readBasicConstraints(value: Uint8Array): { readonly ca: boolean; readonly pathLength?: number } {
  const where = 'the basic constraints'
  const outer = new DerReader(value)
  const sequence = need(outer.enter(Tag.sequence), where)
  needEnd(outer, where)
  // a default should be left out, but certificates that say FALSE exist, and Go reads them
  const ca = sequence.peek(Tag.boolean) ? need(sequence.boolean(), where) : false
  const pathLength = sequence.peek(Tag.integer) ? count(sequence, Tag.integer, where) : undefined
  needEnd(sequence, where)
  if (!ca && pathLength !== undefined) throw malformed(`a path length only for an authority in ${where}`, 'one without')
  return pathLength === undefined ? { ca } : { ca, pathLength }
}
