import { tarEnd, tarHeader } from '@cilock/archive'
import { readTar } from '@cilock/archive/node'
import { describe, expect, it } from 'vitest'

/** An entry of any kind, whose header is right but for what is asked for. */
function entry(name: string, content: string | Uint8Array, kind = '0'): Buffer {
  const body = Buffer.from(content)
  const header = Buffer.from(tarHeader({ name: name.replace(/\/$/, ''), size: body.length }))
  header.write(name, 0)
  header.write(kind, 156)
  header.write('        ', 148)
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)])
}

const record = (key: string, value: string): string => {
  const rest = ` ${key}=${value}\n`
  return `${rest.length + 2}${rest}`
}

const pax = (key: string, value: string): Buffer => entry('pax', record(key, value), 'x')
const global = (key: string, value: string): Buffer => entry('global', record(key, value), 'g')
const long = (name: string, kind = 'L'): Buffer => entry('long', `${name}\0`, kind)
const end = tarEnd()

/** The names of the entries, whatever pieces the tar comes in. */
async function namesOf(size: number, ...parts: readonly Uint8Array[]): Promise<readonly string[]> {
  const bytes = Buffer.concat(parts)
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const names: string[] = []
  await readTar(pieces(), async ({ name }) => void names.push(name))
  return names
}

/** What is read otherwise by Go's archive/tar, which Docker loads images with. */
const disputed: readonly (readonly [what: string, parts: readonly Uint8Array[], message: RegExp])[] = [
  ['an entry behind the end', [entry('a', '1'), end, entry('b', '2'), end], /behind the zeros/],
  ['an entry behind a single block of zeros', [entry('a', '1'), Buffer.alloc(512), entry('b', '2'), end], /behind the zeros/],
  ['two names of two kinds', [long('a'), pax('path', 'b'), entry('c', '1'), end], /found L, x/],
  ['two targets of two kinds', [pax('linkpath', 'b'), long('a', 'K'), entry('c', '', '2'), end], /found x, K/],
  ['two pax headers', [pax('path', 'a'), pax('mtime', '1'), entry('c', '1'), end], /found x, x/],
  ['a global header between an entry and its own', [pax('path', 'a'), global('comment', 'b'), entry('c', '1'), end], /found x, g/],
  ['a global header that names entries', [global('path', 'a'), pax('mtime', '1'), entry('c', '1'), end], /global header/],
  ['a global header that says how long they are', [global('size', '9'), pax('mtime', '1'), entry('c', '1'), end], /global header/],
  ['a symbolic link with content', [entry('a', entry('hidden', '1'), '2'), end], /1024 bytes behind "a"/],
  ['a hard link with content', [entry('a', entry('hidden', '1'), '1'), end], /1024 bytes behind/],
  ['a device with content', [entry('a', entry('hidden', '1'), '3'), end], /1024 bytes behind/],
  ['another device with content', [entry('a', entry('hidden', '1'), '4'), end], /1024 bytes behind/],
  ['a pipe with content', [entry('a', entry('hidden', '1'), '6'), end], /1024 bytes behind/],
  ['a directory of before POSIX with content', [entry('a/', entry('hidden', '1'), '\0'), end], /1024 bytes behind/],
]

describe('a tar that two readers read differently is refused', () => {
  it.each(disputed)('%s', async (_what, parts, message) => {
    for (const size of [1, 511, 700, 1 << 20]) await expect(namesOf(size, ...parts)).rejects.toMatchObject({ code: 'ERR_TAR_INVALID', message: expect.stringMatching(message) as string })
  })
})

describe('a tar with headers as programs write them is read', () => {
  const name = 'n'.repeat(600)
  it.each<readonly [what: string, parts: readonly Uint8Array[], names: readonly string[]]>([
    ['a pax header', [pax('path', 'a'), entry('c', '1'), end], ['a']],
    ['a long name', [long(name), entry('c', '1'), end], [name]],
    ['a long name and a long target', [long(name, 'K'), long('a'), entry('c', '', '2'), end], ['a']],
    ['a long target and a long name', [long('a'), long(name, 'K'), entry('c', '', '2'), end], ['a']],
    ['the comment of git archive', [global('comment', 'f'.repeat(40)), entry('a', '1'), pax('path', 'b'), entry('c', '2'), end], ['a', 'b']],
    ['directories between', [entry('d/', '', '5'), entry('d/a', '1'), entry('e/', '', '5'), pax('path', 'b'), entry('c', '2'), end], ['d/a', 'b']],
    ['more zeros at the end', [entry('a', '1'), end, Buffer.alloc(9_216)], ['a']],
    ['no zeros at the end', [entry('a', '1')], ['a']],
    ['zeros as content', [entry('a', Buffer.alloc(4_096)), entry('b', Buffer.alloc(2_000)), end], ['a', 'b']],
  ])('%s', async (_what, parts, names) => {
    for (const size of [1, 511, 700, 1 << 20]) expect(await namesOf(size, ...parts)).toEqual(names)
  })
})
