import { anyType, functionType, mapType, stringType } from '../types/type.ts'
import { formatTerm } from '../value/format.ts'
import { numberFromBigInt } from '../value/number.ts'
import type { Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { stringOperand } from './operands.ts'
import { seededBytes } from './seeded.ts'

const hex = (bytes: Uint8Array, separator: string): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(separator)

function formatUuid(bytes: Uint8Array): string {
  const text = hex(bytes, '')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}

/** The sixteen bytes of a text in one of the four usual forms; what stands for the braces is not looked at, as in Go. */
function parseUuid(text: string): Uint8Array | undefined {
  let plain = text
  if (text.length === 45 && text.slice(0, 9).toLowerCase() === 'urn:uuid:') plain = text.slice(9)
  else if (text.length === 38) plain = text.slice(1, 37)
  const digits = /^[\da-fA-F]{32}$/.test(plain) && text.length === 32 ? plain : /^[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}$/.test(plain) ? plain.replaceAll('-', '') : undefined
  return digits === undefined ? undefined : Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16))
}

function variant(byte: number): string {
  if ((byte & 0xc0) === 0x80) return 'RFC4122'
  if ((byte & 0xe0) === 0xc0) return 'Microsoft'
  return (byte & 0xe0) === 0xe0 ? 'Future' : 'Reserved'
}

function macVariables(byte: number): string {
  return `${(byte & 2) === 0 ? 'global' : 'local'}:${(byte & 1) === 0 ? 'unicast' : 'multicast'}`
}

/** 100-nanosecond steps from 1582, when the Gregorian calendar began, to 1970. */
const gregorian = 122_192_928_000_000_000n

function timeBased(bytes: Uint8Array): Record<string, Value> {
  const view = new DataView(bytes.buffer)
  const low = BigInt(view.getUint32(0))
  const steps = ((BigInt(view.getUint16(6)) & 0xfffn) << 48n) | (BigInt(view.getUint16(4)) << 32n) | low
  return {
    time: numberFromBigInt(BigInt.asIntN(64, (steps - gregorian) * 100n)),
    nodeid: hex(bytes.subarray(10), '-'),
    macvariables: macVariables(bytes[10] ?? 0),
    clocksequence: view.getUint16(8) & 0x3fff,
  }
}

function describe(bytes: Uint8Array): Record<string, Value> {
  const version = (bytes[6] ?? 0) >> 4
  const common = { version, variant: variant(bytes[8] ?? 0) }
  if (version !== 1 && version !== 2) return common
  if (version === 1) return { ...common, ...timeBased(bytes) }
  const domain = bytes[9] ?? 0
  const id = new DataView(bytes.buffer).getUint32(0)
  return { ...common, ...timeBased(bytes), id, domain: ['Person', 'Group', 'Org'][domain] ?? `Domain${domain}` }
}

/** `uuid.*`. */
export const uuidBuiltins: readonly Builtin[] = [
  {
    name: 'uuid.parse',
    declaration: functionType([stringType], mapType(stringType, anyType)),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1)
      const bytes = parseUuid(text)
      // Not an error, not even a strict one.
      return bytes === undefined ? undefined : describe(bytes)
    },
  },
  {
    name: 'uuid.rfc4122',
    declaration: functionType([stringType], stringType),
    nondeterministic: true,
    call: (context, key) => {
      const bytes = seededBytes(context, `uuid.rfc4122\0${formatTerm(key)}`, 16)
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      return formatUuid(bytes)
    },
  },
]
