/** A tar made by hand: names of at most 100 bytes. A link is what starts with `->`. */
export function tarOf(entries: readonly (readonly [name: string, content: string | Uint8Array])[]): Buffer {
  return Buffer.concat([...entries.flatMap(([name, content]) => entryOf(name, content)), Buffer.alloc(1024)])
}

function entryOf(name: string, content: string | Uint8Array): readonly Buffer[] {
  const isLink = typeof content === 'string' && content.startsWith('->')
  const body = isLink ? Buffer.alloc(0) : Buffer.from(content)
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write('0000644\0', 100)
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write(isLink ? '2' : '0', 156)
  if (isLink) header.write(content.slice(2), 157, 100)
  header.write('ustar\x0000', 257)
  header.write('        ', 148)
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
}
