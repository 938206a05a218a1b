import { anyType, arrayType, booleanType, functionType, mapType, setType, stringType, tupleType, unionType } from '../types/type.ts'
import { blocksOf, contains, formatAddress, type Network, network, parseAddress, parseCidr } from '../url/cidr.ts'
import { objectEntries } from '../value/members.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isObject, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

const blockOperand = (value: Value, position: number): Network => {
  const text = stringOperand(value, position)
  const block = parseCidr(text)
  if (block === undefined) throw builtinError(`invalid CIDR address: ${text}`)
  return block
}

function blockOrAddress(value: Value): Network {
  const text = stringOperand(value, 1)
  const block = parseAddress(text) ?? parseCidr(text)
  if (block === undefined) throw builtinError(`not a valid textual representation of an IP address or CIDR: ${text}`)
  return block
}

const containsCall: Builtin['call'] = (context, outer, inner) => {
  context.spend(4)
  return contains(blockOperand(outer, 1), blockOrAddress(inner))
}

/** The member that is an address or block: itself, or the first of a tuple. */
function cidrOf(member: Value, position: number): Value {
  const first = isArray(member) ? member[0] : typeof member === 'string' ? member : undefined
  if (first === undefined) throw builtinError(`operand ${position}: element must be string or non-empty array`)
  return first
}

/** Each address or block of an operand, with what it is known by there. */
function candidates(value: Value, position: number): readonly (readonly [cidr: Value, index: Value])[] {
  if (typeof value === 'string') return [[value, value]]
  if (isArray(value)) return value.map((member, index) => [cidrOf(member, position), index])
  if (value instanceof RegoSet) return value.values().map((member) => [cidrOf(member, position), member])
  if (isObject(value)) return objectEntries(value).map(([key, member]) => [cidrOf(member, position), key])
  return []
}

function containsMatches(context: BuiltinContext, outers: Value, inners: Value): RegoSet {
  const found = new RegoSet()
  for (const [outer, outerIndex] of candidates(outers, 1)) {
    for (const [inner, innerIndex] of candidates(inners, 2)) {
      context.spend(8)
      if (contains(blockOperand(outer, 1), blockOrAddress(inner))) found.add([outerIndex, innerIndex])
    }
  }
  context.checkSize(found.size)
  return found
}

function expand(context: BuiltinContext, block: Network): RegoSet {
  const size = Number(block.last - block.first + 1n)
  context.checkSize(size)
  context.spend(size * 4)
  const all = new RegoSet()
  for (let at = block.first; at <= block.last; at++) all.add(formatAddress(block.bits, at))
  return all
}

/** What a network class once took by default: an address without a prefix stands for all of it. */
function classPrefix(address: bigint): number {
  const lead = Number(address >> 24n)
  return lead < 128 ? 8 : lead < 192 ? 16 : 24
}

function mergeMember(value: Value): Network {
  if (typeof value !== 'string') throw builtinError('element must be string')
  const address = parseAddress(value)
  if (address?.bits === 128) throw builtinError('IPv6 invalid: needs prefix length')
  if (address !== undefined) return network(32, address.address, classPrefix(address.address))
  const block = blockOperand(value, 1)
  return { ...block, address: block.first }
}

interface Range {
  readonly bits: number
  first: bigint
  last: bigint
  /** Absent once several were joined. */
  readonly block: Network | undefined
}

/** Joins ranges that overlap or adjoin, from the highest down. */
function merge(context: BuiltinContext, blocks: readonly Network[]): RegoSet {
  const ranges = blocks.map((block): Range => ({ bits: block.bits, first: block.first, last: block.last, block }))
  ranges.sort((a, b) => a.bits - b.bits || Number(a.last > b.last) - Number(a.last < b.last) || Number(a.first > b.first) - Number(a.first < b.first))
  const merged: Range[] = []
  for (const range of ranges.reverse()) {
    context.spend(4)
    const above = merged.at(-1)
    if (above === undefined || above.bits !== range.bits || above.first > range.last + 1n) merged.push(range)
    else merged[merged.length - 1] = { bits: range.bits, first: range.first < above.first ? range.first : above.first, last: above.last, block: undefined }
  }
  const result = new RegoSet()
  for (const { bits, first, last, block } of merged) {
    for (const part of block === undefined ? blocksOf(bits, first, last) : [block]) {
      context.spend(8)
      result.add(`${formatAddress(bits, part.address)}/${part.prefix}`)
    }
  }
  return result
}

const cidrs = unionType(
  stringType,
  arrayType(unionType(stringType, arrayType(anyType))),
  setType(unionType(stringType, arrayType(anyType))),
  mapType(stringType, unionType(stringType, arrayType(anyType))),
)

/** `net.cidr_*`: blocks of IPv4 and IPv6 addresses. */
export const netCidrBuiltins: readonly Builtin[] = [
  { name: 'net.cidr_contains', declaration: functionType([stringType, stringType], booleanType), call: containsCall },
  { name: 'net.cidr_overlap', declaration: functionType([stringType, stringType], booleanType), deprecated: true, call: containsCall },
  {
    name: 'net.cidr_contains_matches',
    declaration: functionType([cidrs, cidrs], setType(tupleType(anyType, anyType))),
    call: (context, outers, inners) => containsMatches(context, outers, inners),
  },
  {
    name: 'net.cidr_intersects',
    declaration: functionType([stringType, stringType], booleanType),
    call: (context, first, second) => {
      context.spend(4)
      const [a, b] = [blockOperand(first, 1), blockOperand(second, 1)]
      return a.bits === b.bits && a.first <= b.last && b.first <= a.last
    },
  },
  {
    name: 'net.cidr_expand',
    declaration: functionType([stringType], setType(stringType)),
    call: (context, value) => expand(context, blockOperand(value, 1)),
  },
  {
    name: 'net.cidr_is_valid',
    declaration: functionType([stringType], booleanType),
    call: (_, value) => typeof value === 'string' && parseCidr(value) !== undefined,
  },
  {
    name: 'net.cidr_merge',
    declaration: functionType([unionType(arrayType(unionType(stringType)), setType(stringType))], setType(stringType)),
    call: (context, value) => {
      const members = isArray(value) ? value : value instanceof RegoSet ? value.values() : undefined
      if (members === undefined) throw builtinError('operand must be an array')
      return merge(context, members.map(mergeMember))
    },
  },
]
