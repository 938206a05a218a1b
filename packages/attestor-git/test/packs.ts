import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'

/** What stands at one place of a pack that is made by hand, and the name that its index has for it. */
export interface Entry {
  readonly name: string
  readonly bytes: Uint8Array
}

const kinds = { commit: 1, tree: 2, blob: 3, tag: 4, offset: 6, name: 7 } as const

export function nameOf(type: string, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
}

/** A size in bytes of seven bits; the first of an entry has room for four, beside the type. */
function header(kind: number, size: number): Buffer {
  const bytes = [(kind << 4) | (size % 16)]
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80
    bytes.push(rest % 128)
  }
  return Buffer.from(bytes)
}

/** An object as it is; `size` and `deflated` are what it says instead. */
export function whole(type: keyof typeof kinds, content: Uint8Array, says: { readonly size?: number; readonly deflated?: Uint8Array; readonly name?: string } = {}): Entry {
  return { name: says.name ?? nameOf(type, content), bytes: Buffer.concat([header(kinds[type], says.size ?? content.length), says.deflated ?? deflateSync(content)]) }
}

/** A delta from what lies so many bytes before it. */
export function offsetDelta(name: string, distance: number, delta: Uint8Array): Entry {
  const bytes = [distance % 128]
  for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest -= 1
    bytes.unshift(0x80 | (rest % 128))
  }
  return { name, bytes: Buffer.concat([header(kinds.offset, delta.length), Buffer.from(bytes), deflateSync(delta)]) }
}

/** A delta from the object of this name. */
export function nameDelta(name: string, base: string, delta: Uint8Array): Entry {
  return { name, bytes: Buffer.concat([header(kinds.name, delta.length), Buffer.from(base, 'hex'), deflateSync(delta)]) }
}

export function delta(from: number, to: number, ...instructions: readonly (readonly number[])[]): Buffer {
  const size = (value: number): readonly number[] => (value < 128 ? [value] : [0x80 | (value % 128), ...size(Math.floor(value / 128))])
  return Buffer.from([...size(from), ...size(to), ...instructions.flat()])
}

export const copy = (start: number, length: number): readonly number[] => [0xff, ...[0, 8, 16, 24].map((bits) => (start >>> bits) & 0xff), ...[0, 8, 16].map((bits) => (length >>> bits) & 0xff)]
export const insert = (text: string): readonly number[] => [text.length, ...Buffer.from(text)]

export interface Lies {
  readonly indexVersion?: 1 | 2
  /** Offsets stand in the table of those that need eight bytes. */
  readonly isLarge?: boolean
  readonly offsetOf?: (offset: number, at: number) => number
  readonly index?: (bytes: Buffer) => Buffer
  readonly pack?: (bytes: Buffer) => Buffer
}

/** Writes a pack and its index into a directory of objects. */
export function writePack(objects: string, entries: readonly Entry[], { indexVersion = 2, isLarge = false, offsetOf = (offset) => offset, index = (bytes) => bytes, pack = (bytes) => bytes }: Lies = {}): void {
  const head = Buffer.alloc(12)
  head.write('PACK')
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(entries.length, 8)
  const body = Buffer.concat([head, ...entries.map(({ bytes }) => bytes)])
  const checksum = createHash('sha1').update(body).digest()
  let next = head.length
  const places = entries.map(({ name, bytes }, at) => {
    const place = { name, offset: offsetOf(next, at) }
    next += bytes.length
    return place
  })
  const sorted = places.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  const wide = (value: number): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(value))
    return bytes
  }
  const hash = ({ name }: { readonly name: string }): Buffer => Buffer.from(name, 'hex')
  const fanout = Buffer.concat(Array.from({ length: 256 }, (_, byte) => word(sorted.filter((place) => (hash(place)[0] ?? 0) <= byte).length)))
  const tables =
    indexVersion === 1
      ? [fanout, ...sorted.flatMap((place) => [word(place.offset), hash(place)])]
      : [
          Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]), fanout, ...sorted.map(hash), ...sorted.map(() => word(0)),
          ...sorted.map(({ offset }, at) => word(isLarge ? 0x80_00_00_00 + at : offset)), ...(isLarge ? sorted.map(({ offset }) => wide(offset)) : []),
        ]
  const content = Buffer.concat([...tables, checksum])
  const path = join(objects, 'pack', `pack-${checksum.toString('hex')}`)
  mkdirSync(join(objects, 'pack'), { recursive: true })
  writeFileSync(`${path}.pack`, pack(Buffer.concat([body, checksum])))
  writeFileSync(`${path}.idx`, index(Buffer.concat([content, createHash('sha1').update(content).digest()])))
}
