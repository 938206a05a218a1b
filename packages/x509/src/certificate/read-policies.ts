import { contextTag, DerReader, Tag } from '@cilock/der'
import { malformed, need, needEnd } from './malformed.ts'
import type { PolicyRules } from './policies.ts'

/** Certificates in a path are few; a count beyond this means no bound. */
const unbounded = 1_000_000

/** Processing policies grows with the square of their number; certificates that exist have a few. */
const maxEntries = 1000

/** The object identifiers of the certificate policies; qualifiers are for people. */
export function readPolicies(value: Uint8Array): readonly string[] {
  const where = 'the certificate policies'
  const policies = listOf(value, where, (item) => {
    const oid = need(item.oidText(), where)
    if (!item.empty) need(item.read(Tag.sequence), `qualifiers in ${where}`)
    needEnd(item, where)
    return oid
  })
  if (new Set(policies).size !== policies.length) throw malformed(`each policy once in ${where}`, 'one twice')
  return policies
}

export function readPolicyMappings(value: Uint8Array): PolicyRules['mappings'] {
  const where = 'the policy mappings'
  return listOf(value, where, (item) => {
    const [issuer, subject] = [need(item.oidText(), where), need(item.oidText(), where)]
    needEnd(item, where)
    return { issuer, subject }
  })
}

export function readPolicyConstraints(value: Uint8Array): Pick<PolicyRules, 'requireExplicitPolicy' | 'inhibitPolicyMapping'> {
  const where = 'the policy constraints'
  const outer = new DerReader(value)
  const sequence = need(outer.enter(Tag.sequence), where)
  needEnd(outer, where)
  if (sequence.empty) throw malformed(`a count in ${where}`, 'none')
  const requireExplicitPolicy = sequence.peek(contextTag(0)) ? count(sequence, contextTag(0), where) : undefined
  const inhibitPolicyMapping = sequence.peek(contextTag(1)) ? count(sequence, contextTag(1), where) : undefined
  needEnd(sequence, where)
  return { ...(requireExplicitPolicy !== undefined && { requireExplicitPolicy }), ...(inhibitPolicyMapping !== undefined && { inhibitPolicyMapping }) }
}

export function readInhibitAnyPolicy(value: Uint8Array): number {
  const reader = new DerReader(value)
  const found = count(reader, Tag.integer, 'the inhibition of any policy')
  needEnd(reader, 'the inhibition of any policy')
  return found
}

/** A number of certificates, from 0. */
export function count(reader: DerReader, tag: number, where: string): number {
  const number = need(reader.integer(tag), `a count in ${where}`)
  if (number < 0n) throw malformed(`a count in ${where}`, 'a negative number')
  return number > BigInt(unbounded) ? unbounded : Number(number)
}

function listOf<T>(value: Uint8Array, where: string, read: (item: DerReader) => T): readonly T[] {
  const outer = new DerReader(value)
  const list = need(outer.enter(Tag.sequence), where)
  needEnd(outer, where)
  if (list.empty) throw malformed(`at least one entry in ${where}`, 'none')
  const items: T[] = []
  while (!list.empty) {
    if (items.length >= maxEntries) throw malformed(`at most ${maxEntries} entries in ${where}`, 'more')
    items.push(read(need(list.enter(Tag.sequence), `an entry in ${where}`)))
  }
  return items
}
