import { formatIp, parseIp } from './ip.ts'

/** A block of addresses. IPv4 written as IPv6 (`::ffff:1.2.3.4`) is IPv4 here, as in Go. */
export interface Network {
  /** 32 or 128. */
  readonly bits: number
  readonly prefix: number
  readonly first: bigint
  readonly last: bigint
  /** The address as it was written, which is not the first one when bits beyond the prefix are set. */
  readonly address: bigint
}

const mapped = 0xffffn << 32n

const toBigInt = (bytes: Uint8Array): bigint => bytes.reduce<bigint>((sum, byte) => sum * 256n + BigInt(byte), 0n)

export function network(bits: number, address: bigint, prefix: number): Network {
  const hosts = (1n << BigInt(bits - prefix)) - 1n
  return { bits, prefix, address, first: address & ~hosts, last: address | hosts }
}

/** An address as a block of one. */
export function parseAddress(text: string): Network | undefined {
  const bytes = parseIp(text)
  if (bytes === undefined) return undefined
  const value = toBigInt(bytes)
  if (bytes.length === 4) return network(32, value, 32)
  return isMapped(value) ? network(32, value & 0xffffffffn, 32) : network(128, value, 128)
}

/** Go's `net.ParseCIDR`. */
export function parseCidr(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const bytes = slash < 0 ? undefined : parseIp(text.slice(0, slash))
  const length = /^\d{1,8}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : Infinity
  if (bytes === undefined || length > bytes.length * 8) return undefined
  const whole = network(bytes.length * 8, toBigInt(bytes), length)
  return whole.bits === 128 && length >= 96 && isMapped(whole.first) ? network(32, whole.address & 0xffffffffn, length - 96) : whole
}

const isMapped = (address: bigint): boolean => address >> 32n === mapped >> 32n

/** Whether the outer block holds the first and the last address of the inner one; Go takes those for IPv4 where it can. */
export function contains(outer: Network, inner: Network): boolean {
  if (outer.bits !== inner.bits || (inner.bits === 128 && (isMapped(inner.first) || isMapped(inner.last)))) return false
  return outer.first <= inner.first && inner.last <= outer.last
}

export function formatAddress(bits: number, address: bigint): string {
  const bytes = new Uint8Array(bits / 8)
  let rest = address
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 255n)
    rest >>= 8n
  }
  return formatIp(bytes)
}

/** The fewest blocks that hold exactly the addresses from `first` to `last`. */
export function blocksOf(bits: number, first: bigint, last: bigint): Network[] {
  const blocks: Network[] = []
  let at = first
  while (at <= last) {
    let prefix = bits
    while (prefix > 0) {
      const wider = network(bits, at, prefix - 1)
      if (wider.first !== at || wider.last > last) break
      prefix--
    }
    const block = network(bits, at, prefix)
    blocks.push(block)
    at = block.last + 1n
  }
  return blocks
}
