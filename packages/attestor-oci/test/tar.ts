/** Writes tars, broken ones too: the headers are made here, so that each field can lie. */
export interface TarEntry {
  readonly name: string
  readonly content?: string | Uint8Array
  /** The type flag. Default: `0`, a file. */
  readonly flag?: string
  readonly link?: string
  /** What the header says, if it lies. */
  readonly size?: number
}

export function tarOf(...entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(entryOf), Buffer.alloc(1024)])
}

function entryOf({ name, content = '', flag = '0', link = '', size }: TarEntry): Buffer[] {
  const body = Buffer.from(content)
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  const length = size ?? body.length
  if (length < 0o77777777777) header.write(`${length.toString(8).padStart(11, '0')}\0`, 124)
  else {
    header[124] = 0x80
    header.writeBigUInt64BE(BigInt(length), 128)
  }
  header.write('00000000000\0', 136)
  header.write(flag, 156)
  header.write(link, 157, 100)
  header.write('ustar\x0000', 257)
  header.write('        ', 148)
  const sum = header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
}
