import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { CilockError, hashStream } from '@cilock/core'
import { EntryTable, unzstd } from '@cilock/archive'
import { gunzip, readTar } from '@cilock/archive/node'
import type { TarEntry } from '@cilock/archive/node'
import type { Archive, Entry, FileEntry } from './archive.ts'
import { maxJson } from './image.ts'

/** Bounds on an archive. What lies beyond one is refused with `ERR_LIMIT_EXCEEDED`. */
export interface ArchiveLimits {
  /** How many entries a tar may have. Default: 16,384. */
  readonly maxEntries?: number
  /** How many bytes all compressed layers may have together once they are decompressed. Default: 64 GiB. */
  readonly maxUncompressedBytes?: number
  /** How many times its compressed size a layer of more than 1 GiB may have. Default: 2,000; gzip cannot pass 1,032. */
  readonly maxRatio?: number
}

/** All limits, and the size below which a ratio says nothing: files of zeros are common. */
export interface ReadLimits extends Required<ArchiveLimits> {
  readonly ratioFloor: number
}

/** What all entries that may be JSON keep in memory together. */
const maxKept = 64 * 1024 * 1024

/**
 * Reads a tar in one pass. Which entry is a layer is told only by the manifest, which mostly comes last: so every file is
 * hashed as it passes, without its compression, and what may be JSON is kept.
 *
 * @throws ArchiveError `ERR_TAR_INVALID` for a tar that is cut or broken, `ERR_LIMIT_EXCEEDED`; and what the source throws.
 */
export async function readArchive(source: AsyncIterable<Uint8Array>, hashes: readonly string[], limits: ReadLimits): Promise<Archive> {
  const entries: [string, Entry][] = []
  const state: State = { hashes, limits, kept: 0, uncompressed: 0 }
  await readTar(source, async (entry) => void entries.push([entry.name, await readEntry(entry, state)]), { maxEntries: limits.maxEntries })
  return new EntryTable(entries)
}

async function readEntry({ kind, target, type, content, size }: TarEntry, state: State): Promise<Entry> {
  if (kind === 'file') return readFile(content, size, state)
  return kind === 'other' ? { kind, type } : { kind, target }
}

interface State {
  readonly hashes: readonly string[]
  readonly limits: ReadLimits
  kept: number
  uncompressed: number
}

async function readFile(chunks: AsyncIterator<Uint8Array>, size: number, state: State): Promise<FileEntry> {
  const start = await firstBytes(chunks)
  const isJson = size <= maxJson && isJsonStart(start)
  if (isJson && (state.kept += size) > maxKept) throw exceeded(`at most ${maxKept} bytes of JSON in the archive`)
  const decompress = decompressorOf(start)
  // without compression the layer's own digest is the same
  const raw = decompress === undefined && state.hashes.includes('sha256') ? undefined : createHash('sha256')
  const parts: Uint8Array[] = []
  const see = (chunk: Uint8Array): Uint8Array => {
    raw?.update(chunk)
    if (isJson) parts.push(chunk)
    return chunk
  }
  const passing = async function* () {
    yield see(start)
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield see(next.value)
  }
  const hashed = decompress === undefined ? await hashPlain(passing(), start, size, state) : await hashLayer(decompress(passing()), size, state)
  if (hashed.failure !== undefined) for (let next = await chunks.next(); next.done !== true; next = await chunks.next());
  return { kind: 'file', sha256: raw?.digest('hex') ?? hashed.digest?.['sha256'] ?? '', ...hashed, ...(isJson ? { content: Buffer.concat(parts) } : {}) }
}

/** As many bytes as a signature needs, or all; chunks may be cut anywhere. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start = Buffer.alloc(0)
  while (start.length < 6) {
    const next = await chunks.next()
    if (next.done === true) break
    start = Buffer.concat([start, next.value])
  }
  return start
}

type Hashed = Pick<FileEntry, 'digest' | 'diffId' | 'failure' | 'suspect'>

function decompressorOf(start: Uint8Array): typeof gunzip | undefined {
  if (startsWith(start, [0x1f, 0x8b, 0x08])) return gunzip
  return startsWith(start, [0x28, 0xb5, 0x2f, 0xfd]) ? unzstd : undefined
}

async function hashPlain(stream: AsyncIterable<Uint8Array>, start: Uint8Array, size: number, { hashes }: State): Promise<Hashed> {
  const suspect = startsWith(start, [0xfd, 0x37, 0x7a, 0x58, 0x5a]) ? 'xz' : startsWith(start, [0x42, 0x5a, 0x68]) ? 'bzip2' : undefined
  return { digest: await hashStream(stream, hashes, { length: size }), ...(suspect === undefined ? {} : { suspect }) }
}

/** A failure is kept with the entry: it counts only if the entry turns out to be a layer. */
async function hashLayer(stream: AsyncIterable<Uint8Array>, size: number, state: State): Promise<Hashed> {
  try {
    const sha256 = createHash('sha256')
    const digest = await hashStream(counted(stream, size, state, sha256), state.hashes)
    return { digest, diffId: sha256.digest('hex') }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { failure: error }
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, size: number, state: State, sha256: Hash): AsyncGenerator<Uint8Array> {
  const { maxUncompressedBytes, maxRatio, ratioFloor } = state.limits
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    state.uncompressed += chunk.length
    if (state.uncompressed > maxUncompressedBytes) throw exceeded(`at most ${maxUncompressedBytes} decompressed bytes (maxUncompressedBytes)`)
    if (length > ratioFloor && length > size * maxRatio) throw exceeded(`at most ${maxRatio} times the compressed size (maxRatio)`)
    sha256.update(chunk)
    yield chunk
  }
}

function isJsonStart(start: Uint8Array): boolean {
  const first = start.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  return first === 0x7b || first === 0x5b || first === undefined
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}

function exceeded(expected: string): CilockError {
  return new CilockError('ERR_LIMIT_EXCEEDED', `expected ${expected}, found more`)
}
