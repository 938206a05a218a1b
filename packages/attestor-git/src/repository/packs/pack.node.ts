import { inflateSync } from 'node:zlib'
import type { PackIndex } from './pack-index.node.ts'
import type { Ranges } from './ranges.node.ts'

/** What stands at one place of a pack: an object, or a delta and what that starts from. */
export interface PackEntry {
  /** The place in the pack. */
  readonly at: number
  /** Of a delta the type is that of what it starts from. */
  readonly type: string | undefined
  /** As it says itself, inflated. */
  readonly size: number
  /** Where a delta starts from: a place in the same pack. */
  readonly base: number | undefined
  readonly dataAt: number
}

export interface Pack {
  /** @throws CilockError `ERR_REPOSITORY_BROKEN` */
  readonly entry: (at: number) => PackEntry
  /**
   * The object or delta itself. Its size has been judged before: so much memory is taken.
   *
   * @throws CilockError `ERR_REPOSITORY_BROKEN`
   */
  readonly inflate: (entry: PackEntry) => Buffer
}

const [headerBytes, nameBytes] = [12, 20]

/** Ten bytes of size, and a name or an offset. */
const entryHeaderBytes = 32

const types: ReadonlyMap<number, string> = new Map([[1, 'commit'], [2, 'tree'], [3, 'blob'], [4, 'tag']])
const [offsetDelta, nameDelta] = [6, 7]

/**
 * A pack that this index is of. Its checksum is compared with what the index says and not computed: that takes all of
 * its bytes, and each object is held against its own name.
 *
 * @throws CilockError `ERR_REPOSITORY_BROKEN`
 */
export function openPack(file: Ranges, index: PackIndex): Pack {
  const end = file.size - nameBytes
  if (end < headerBytes) throw file.broken(`expected a pack, found ${file.size} bytes`)
  const header = file.read(0, headerBytes)
  const [version, count] = [header.readUInt32BE(4), header.readUInt32BE(8)]
  if (header.toString('latin1', 0, 4) !== 'PACK' || (version !== 2 && version !== 3)) throw file.broken('expected a pack of version 2 or 3, found none')
  if (count !== index.count) throw file.broken(`expected ${index.count} objects as its index says, found ${count}`)
  if (!file.read(end, nameBytes).equals(index.packChecksum)) throw file.broken('expected the pack of its index, found another one')

  return {
    entry(at) {
      if (at < headerBytes || at >= end) throw file.broken(`expected an object at ${at}, found no place for one`)
      const bytes = file.read(at, Math.min(entryHeaderBytes, end - at))
      let read = 0
      const next = (): number => {
        const byte = bytes[read]
        if (byte === undefined) throw file.broken(`expected an object at ${at}, found less than its header`)
        read += 1
        return byte
      }
      const within = (value: number): number => {
        if (value > Number.MAX_SAFE_INTEGER) throw file.broken(`expected a number at ${at}, found one beyond all files`)
        return value
      }
      let byte = next()
      const kind = (byte >> 4) & 7
      let size = byte & 15
      for (let factor = 16; byte >= 0x80; factor *= 128) {
        byte = next()
        size = within(size + (byte & 0x7f) * factor)
      }
      const base = kind === offsetDelta ? at - distance() : kind === nameDelta ? placeOf(Buffer.from(Array.from({ length: nameBytes }, next))) : undefined
      const type = types.get(kind)
      if (base === undefined && type === undefined) throw file.broken(`expected an object at ${at}, found the type ${kind}`)
      return { at, type, size, base, dataAt: at + read }

      function distance(): number {
        byte = next()
        let value = byte & 0x7f
        while (byte >= 0x80) {
          byte = next()
          value = within((value + 1) * 128 + (byte & 0x7f))
        }
        if (value === 0 || at - value < headerBytes) throw file.broken(`expected an object before ${at}, found the distance ${value}`)
        return value
      }

      function placeOf(name: Buffer): number {
        const place = index.find(name)
        if (place === undefined) throw file.broken(`expected ${name.toString('hex')} in the same pack, which the delta at ${at} starts from, found it not`)
        return place
      }
    },
    inflate({ at, size, dataAt }) {
      // deflated data is at most a quarter longer than what it holds, by any setting of the library that writes it
      const most = size + Math.ceil(size / 4) + 1024
      const bytes = file.read(dataAt, Math.max(0, Math.min(most, end - dataAt)))
      const inflated = unlessBroken(() => inflateSync(bytes, { maxOutputLength: Math.max(1, size) }))
      if (inflated.length !== size) throw file.broken(`expected ${size} bytes at ${at}, found ${inflated.length}`)
      return inflated

      function unlessBroken(inflating: () => Buffer): Buffer {
        try {
          return inflating()
        } catch (cause) {
          throw file.broken(cause instanceof RangeError ? `expected ${size} bytes at ${at}, found more` : `expected deflated data at ${at}, found none: ${String(cause)}`, cause)
        }
      }
    },
  }
}
