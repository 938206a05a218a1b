import { CommandError } from './host.ts'

/** A file of an archive. */
export interface TarEntry {
  readonly path: string
  readonly bytes: Uint8Array
}

const block = 512
const latin = new TextDecoder('latin1')
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The regular files of a tar archive as bundles are packed (ustar, GNU's long names, paths of pax). `from` stands in messages. */
export function readTar(bytes: Uint8Array, from: string): readonly TarEntry[] {
  const entries: TarEntry[] = []
  let longName: string | undefined
  for (let at = 0; at < bytes.length; ) {
    const header = bytes.subarray(at, at + block)
    if (header.every((byte) => byte === 0)) return entries
    if (header.length < block || !isHeader(header)) throw new CommandError(`${from}: expected a header of a tar archive at byte ${at}, found something else`)
    const size = octal(header.subarray(124, 136))
    const content = bytes.subarray(at + block, at + block + size)
    if (content.length < size) throw new CommandError(`${from}: expected ${size} bytes at byte ${at + block}, found ${content.length}`)
    at += block + Math.ceil(size / block) * block
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'L') longName = text(content, from).replace(/\0.*$/s, '')
    else if (type === 'x') longName = paxPath(content, from) ?? longName
    else if (type !== 'g') {
      const path = longName ?? headerPath(header, from)
      longName = undefined
      if (type === '0' || type === '\0' || type === '7') entries.push({ path, bytes: content })
    }
  }
  throw new CommandError(`${from}: expected the end of a tar archive, found none`)
}

function headerPath(header: Uint8Array, from: string): string {
  const name = upToZero(header.subarray(0, 100), from)
  const isUstar = latin.decode(header.subarray(257, 263)) === 'ustar\0'
  const prefix = isUstar ? upToZero(header.subarray(345, 500), from) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Records are `LENGTH KEY=VALUE` and a line feed. */
function paxPath(content: Uint8Array, from: string): string | undefined {
  let path: string | undefined
  for (let at = 0; at < content.length; ) {
    const length = Number(/^\d{1,9}(?= )/.exec(latin.decode(content.subarray(at, at + 10)))?.[0] ?? 0)
    if (length === 0 || at + length > content.length) throw new CommandError(`${from}: expected records in a header of pax, found something else`)
    const [, key, value] = /^\d+ ([^=]*)=(.*)\n$/s.exec(text(content.subarray(at, at + length), from)) ?? []
    if (key === 'path') path = value
    at += length
  }
  return path
}

/** The sum of all bytes, with blanks where the sum itself stands. */
function isHeader(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0)
  return sum === octal(header.subarray(148, 156))
}

function octal(bytes: Uint8Array): number {
  const digits = /^ *([0-7]*)[ \0]*$/.exec(latin.decode(bytes))?.[1]
  return digits === undefined || digits === '' ? (digits === '' ? 0 : Number.NaN) : Number.parseInt(digits, 8)
}

function upToZero(bytes: Uint8Array, from: string): string {
  const end = bytes.indexOf(0)
  return text(end < 0 ? bytes : bytes.subarray(0, end), from)
}

function text(bytes: Uint8Array, from: string): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new CommandError(`${from}: expected UTF-8, found other bytes`, { cause: error })
  }
}
