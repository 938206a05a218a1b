import { encodeUtf8 } from '@cilock/core'
import { canonicalName } from './entry-name.ts'
import { ArchiveError } from './error.ts'

/** A file as it stands in a tar. */
export interface TarFileHeader {
  /** Relative, with `/`, as a file system would understand it: `blobs/sha256/…`. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** Whether everybody may run it: 0755 instead of 0644. Default: false. */
  readonly executable?: boolean
}

/** A tar is made of blocks of so many bytes. */
export const blockSize = 512
/** The name that the header has room for. */
const nameBytes = 100
/** Eleven octal digits. */
const sizeInHeader = 8 ** 11 - 1

/**
 * The header of a file in a tar (POSIX.1-2017, pax, "ustar Interchange Format"): nothing in it but name, size and mode, so
 * that it is the same wherever it is written: no time, no user, no machine. A name or a size for which it has no room stands
 * in a pax header before it.
 *
 * @throws ArchiveError `ERR_ENTRY_INVALID` for a name that leads elsewhere or nowhere, or a size that is none
 */
export function tarHeader(file: TarFileHeader): Uint8Array {
  const { name, size, executable = false } = file
  if (name === '' || /[\0\p{Cs}]/u.test(name) || canonicalName(name) !== name) throw new ArchiveError('ERR_ENTRY_INVALID', `expected a relative name without . and .. for an entry, found ${JSON.stringify(name.slice(0, 200))}`)
  if (!Number.isSafeInteger(size) || size < 0) throw new ArchiveError('ERR_ENTRY_INVALID', `expected a size in bytes for ${name.slice(0, 200)}, found ${String(size)}`)
  const encoded = encodeUtf8(name)
  const records: string[] = []
  // readers take bytes beyond ASCII for different letters unless pax says which
  if (encoded.length > nameBytes || encoded.length !== name.length) records.push(paxRecord('path', name))
  if (size > sizeInHeader) records.push(paxRecord('size', String(size)))
  const mode = executable ? 0o755 : 0o644
  // what stands in pax instead need only fit here
  const own = block({ name: encoded.subarray(0, nameBytes), size: Math.min(size, sizeInHeader), mode, type: '0' })
  if (records.length === 0) return own
  const extended = encodeUtf8(records.join(''))
  return joined([block({ name: encodeUtf8('PaxHeaders/file'), size: extended.length, mode: 0o644, type: 'x' }), extended, tarPadding(extended.length), own])
}

/** The zeros behind content of so many bytes. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((blockSize - (size % blockSize)) % blockSize)
}

/** What stands at the end of a tar. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * blockSize)
}

interface Block {
  readonly name: Uint8Array
  readonly size: number
  readonly mode: number
  readonly type: '0' | 'x'
}

function block({ name, size, mode, type }: Block): Uint8Array {
  const bytes = new Uint8Array(blockSize)
  const put = (at: number, text: string): void => bytes.set(encodeUtf8(text), at)
  const octal = (at: number, value: number, digits: number): void => put(at, `${value.toString(8).padStart(digits, '0')}\0`)
  bytes.set(name, 0)
  octal(100, mode, 7)
  // owner and group: nobody in particular
  octal(108, 0, 7)
  octal(116, 0, 7)
  octal(124, size, 11)
  octal(136, 0, 11)
  put(148, ' '.repeat(8))
  put(156, type)
  put(257, 'ustar\x0000')
  octal(329, 0, 7)
  octal(337, 0, 7)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return bytes
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = encodeUtf8(` ${key}=${value}\n`).length
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
