import { Decompress } from 'fzstd'
import { ByteReader } from './byte-reader.ts'
import { ArchiveError } from './error.ts'
import type { ArchiveErrorCode } from './error.ts'

/** What `zstd` itself takes without being asked to: more memory than this no window needs. */
const maxWindow = 128 * 1024 * 1024

/**
 * The decoder moves its whole window for each block, so that tiny blocks under a large window would keep it busy for
 * hours. Full blocks under the 8 MiB that every decoder has to take (RFC 8878, 3.1.1.1.2) move 64 bytes for each one they
 * give: that is always let through, and of larger windows as much as does no harm.
 */
const movedPerByte = 96
const movedFreely = 4 * 1024 ** 3

/** A block never gives more. */
const maxBlock = 128 * 1024

/**
 * Decompresses zstd: one frame or several, skippable ones among them. The framing is read here, so that a frame is
 * refused before the decoder sets memory aside for it. Checksums are not compared: a layer has a digest of its own.
 *
 * @example
 * for await (const piece of unzstd(store.stream(layer))) hash.update(piece)
 * @throws ArchiveError `ERR_COMPRESSION_INVALID` when it is cut or broken or needs a dictionary, `ERR_LIMIT_EXCEEDED` when
 * it would take too much memory or work.
 */
export async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(chunks)
  let moved = 0
  let given = 0
  while (!(await reader.done())) {
    const magic = await take(reader, 4)
    if (isSkippable(magic)) {
      if (!(await reader.skip(littleEndian(await take(reader, 4))))) throw cut()
      continue
    }
    const frame = await readFrameHeader(reader, magic)
    const decoded: Uint8Array[] = []
    const decoder = new Decompress((chunk) => decoded.push(chunk))
    push(decoder, frame.header)
    for (let last = false; !last; ) {
      const head = await take(reader, 3)
      const value = littleEndian(head)
      last = (value & 1) === 1
      const kind = (value >> 1) & 3
      const size = value >> 3
      if (kind === 3 || size > maxBlock) throw refuse('ERR_COMPRESSION_INVALID', 'expected a zstd block of a known kind and at most 128 KiB, found another')
      moved += frame.window
      if (moved > movedFreely + given * movedPerByte) throw refuse('ERR_LIMIT_EXCEEDED', 'expected zstd of full blocks and usual windows, found one that takes too much work')
      // a block of one repeated byte has just that
      const body = await take(reader, kind === 1 ? 1 : size)
      const checksum = last && frame.hasChecksum ? await take(reader, 4) : new Uint8Array()
      push(decoder, joined(head, body, checksum), last)
      for (const chunk of decoded.splice(0)) {
        given += chunk.length
        yield chunk
      }
    }
  }
}

interface Frame {
  /** The bytes from the magic number up to the first block. */
  readonly header: Uint8Array
  readonly window: number
  readonly hasChecksum: boolean
}

/** RFC 8878, section 3.1.1.1. */
async function readFrameHeader(reader: ByteReader, magic: Uint8Array): Promise<Frame> {
  if (littleEndian(magic) !== 0xfd2f_b528) throw refuse('ERR_COMPRESSION_INVALID', 'expected a zstd frame, found other bytes')
  const descriptor = await take(reader, 1)
  const flags = descriptor[0] ?? 0
  const isSingleSegment = (flags & 0x20) !== 0
  const dictionaryLength = [0, 1, 2, 4][flags & 3] ?? 0
  const contentLength = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0
  const windowDescriptor = isSingleSegment ? new Uint8Array() : await take(reader, 1)
  const dictionary = await take(reader, dictionaryLength)
  if (dictionary.some((byte) => byte !== 0)) throw refuse('ERR_COMPRESSION_INVALID', 'expected zstd without a dictionary, found one that needs it')
  const content = await take(reader, contentLength)
  const contentSize = littleEndian(content) + (contentLength === 2 ? 256 : 0)
  const window = isSingleSegment ? contentSize : windowSize(windowDescriptor[0] ?? 0)
  if (window > maxWindow) throw refuse('ERR_LIMIT_EXCEEDED', `expected a zstd window of at most ${maxWindow} bytes, found ${window}`)
  return { header: joined(magic, descriptor, windowDescriptor, dictionary, content), window, hasChecksum: (flags & 4) !== 0 }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

function isSkippable(magic: Uint8Array): boolean {
  const value = littleEndian(magic)
  return value >= 0x184d_2a50 && value <= 0x184d_2a5f
}

/** The decoder throws errors of its own, and a RangeError on some broken input. */
function push(decoder: Decompress, chunk: Uint8Array, final = false): void {
  try {
    decoder.push(chunk, final)
  } catch (error) {
    throw new ArchiveError('ERR_COMPRESSION_INVALID', `expected valid zstd, found: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

async function take(reader: ByteReader, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await reader.take(count)
  if (bytes === undefined) throw cut()
  return bytes
}

function cut(): ArchiveError {
  return refuse('ERR_COMPRESSION_INVALID', 'expected zstd up to its last block, found its end before')
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** Exact up to 2^53, which is far beyond what is let in. */
function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0)
}

function refuse(code: ArchiveErrorCode, message: string): ArchiveError {
  return new ArchiveError(code, message)
}
