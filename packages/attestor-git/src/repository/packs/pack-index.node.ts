import type { Ranges } from './ranges.node.ts'

/** Where the objects of a pack begin in it. */
export interface PackIndex {
  readonly count: number
  /** What the pack ends with. */
  readonly packChecksum: Buffer
  /** Undefined for an object that is not in the pack. */
  readonly find: (name: Buffer) => number | undefined
}

const [nameBytes, fanoutBytes, trailerBytes, largeBytes] = [20, 256 * 4, 2 * 20, 8]
const magic = 0xff_74_4f_63

/**
 * The index of a pack, of version 1 or 2, of which no more is read than a look-up takes. What it says is checked as far as
 * it is followed; that an object is the one that was asked for its own hash shows.
 *
 * @throws CilockError `ERR_REPOSITORY_BROKEN`, from `find` too
 */
export function packIndex(file: Ranges): PackIndex {
  const [first, version] = file.size < 8 ? [0, 0] : [file.read(0, 4).readUInt32BE(), file.read(4, 4).readUInt32BE()]
  const isFirstVersion = first !== magic
  if (!isFirstVersion && version !== 2) throw file.broken(`expected an index of version 1 or 2, found ${version}`)
  const fanoutAt = isFirstVersion ? 0 : 8
  const fanout = file.read(fanoutAt, fanoutBytes)
  for (let at = 4; at < fanoutBytes; at += 4) if (fanout.readUInt32BE(at) < fanout.readUInt32BE(at - 4)) throw file.broken('expected counts that grow, found one that shrinks')
  const count = fanout.readUInt32BE(fanoutBytes - 4)
  const [entriesAt, largeAt, find] = isFirstVersion ? firstVersion() : secondVersion()
  const large = (file.size - trailerBytes - largeAt) / largeBytes
  // version 1 has no table of large offsets, and no object needs two places in it
  if (!Number.isInteger(large) || large < 0 || large > (isFirstVersion ? 0 : count)) throw file.broken(`expected an index of ${count} objects, found ${file.size} bytes`)

  /** `[where the entries begin, where the table of large offsets begins, where the object with this number lies]` */
  function firstVersion(): readonly [number, number, (at: number) => number] {
    const stride = 4 + nameBytes
    return [fanoutBytes + 4, fanoutBytes + count * stride, (at) => file.read(fanoutBytes + at * stride, 4).readUInt32BE()]
  }

  function secondVersion(): readonly [number, number, (at: number) => number] {
    const namesAt = fanoutAt + fanoutBytes
    const offsetsAt = namesAt + count * (nameBytes + 4)
    const end = offsetsAt + count * 4
    return [namesAt, end, (at) => {
      const offset = file.read(offsetsAt + at * 4, 4).readUInt32BE()
      if (offset < 0x80_00_00_00) return offset
      const place = offset - 0x80_00_00_00
      if (place >= large) throw file.broken(`expected one of ${large} large offsets, found number ${place}`)
      const wide = file.read(end + place * largeBytes, largeBytes).readBigUInt64BE()
      if (wide > BigInt(Number.MAX_SAFE_INTEGER)) throw file.broken(`expected an offset in a file, found ${wide}`)
      return Number(wide)
    }]
  }

  const stride = isFirstVersion ? 4 + nameBytes : nameBytes
  return {
    count,
    packChecksum: file.read(file.size - trailerBytes, nameBytes),
    find(name) {
      const byte = name[0] ?? 0
      let low = byte === 0 ? 0 : fanout.readUInt32BE((byte - 1) * 4)
      let high = fanout.readUInt32BE(byte * 4)
      while (low < high) {
        const middle = Math.floor((low + high) / 2)
        const order = name.compare(file.read(entriesAt + middle * stride, nameBytes))
        if (order === 0) return find(middle)
        if (order < 0) high = middle
        else low = middle + 1
      }
      return undefined
    },
  }
}
