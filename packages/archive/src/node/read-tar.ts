import { extract } from 'tar-stream'
import type { Extract, Header } from 'tar-stream'
import { CilockError } from '@cilock/core'
import { ArchiveError } from '../error.ts'
import { watchHeaders } from './header-blocks.ts'
import type { HeaderBlocks } from './header-blocks.ts'

/** Bounds on a tar. */
export interface ReadTarOptions {
  /** Entries at most, directories not counted. Default: 16,384. */
  readonly maxEntries?: number
}

/** One entry as it passes. Directories do not. */
export interface TarEntry {
  /** As it is written. */
  readonly name: string
  /** What it is. A contiguous file is a file, a sparse one is `other`. */
  readonly kind: 'file' | 'link' | 'symlink' | 'other'
  /** With a link: where it leads, as it is written. */
  readonly target: string
  /** With `other`: what it is, for messages. */
  readonly type: string
  /** Bytes of its content. */
  readonly size: number
  /** Where its content begins in the tar. */
  readonly offset: number
  /** Its content, once. What is not read is passed over. */
  readonly content: AsyncIterator<Uint8Array>
}

/** Headers of before POSIX have no format, only a checksum. */
const extractOptions = { allowUnknownFormat: true, highWaterMark: 256 * 1024 }

/**
 * Reads a tar in one pass and hands each entry on; the next one comes when `see` is done with it. What the source throws,
 * a digest that does not fit at its end included, comes before all else.
 *
 * @example
 * await readTar(createReadStream('image.tar'), async ({ name, size }) => console.log(name, size))
 * @throws ArchiveError `ERR_TAR_INVALID` for a tar that is cut or broken, `ERR_LIMIT_EXCEEDED`; and what the source or `see` throws
 */
export async function readTar(source: AsyncIterable<Uint8Array>, see: (entry: TarEntry) => Promise<void>, { maxEntries = 16_384 }: ReadTarOptions = {}): Promise<void> {
  const tar = extract(extractOptions)
  const headers = watchHeaders()
  const fed = feed(source, tar, headers)
  let count = 0
  let failure: Error | undefined
  try {
    for await (const entry of tar) {
      if (count >= maxEntries) throw new ArchiveError('ERR_LIMIT_EXCEEDED', `expected at most ${maxEntries} entries in a tar (maxEntries), found more`)
      checkEntry(entry.header, headers)
      if (entry.header.type !== 'directory') {
        count++
        await see({ ...described(entry.header), content: contentOf(entry as AsyncIterable<Uint8Array>) }).catch((error: unknown) => {
          failure = error instanceof Error ? error : coded(error)
        })
        if (failure !== undefined) break
      }
      entry.resume()
    }
  } catch (error) {
    failure ??= coded(error)
  } finally {
    tar.destroy()
  }
  // what is wrong with the source, the comparison of its digest at the end included, is the cause of all else
  failure = (await fed) ?? failure
  if (failure !== undefined) throw failure
}

/** Leaving a loop over an entry would end the whole tar: so it is asked by hand. */
function contentOf(entry: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> {
  const pieces = entry[Symbol.asyncIterator]()
  return {
    next: async () => {
      try {
        return await pieces.next()
      } catch (error) {
        throw coded(error)
      }
    },
  }
}

function described(header: Header): Omit<TarEntry, 'content'> {
  const { name, type, linkname, size } = header
  const common = { name, target: linkname ?? '', type: type ?? 'an entry of an unknown kind', size: size ?? 0, offset: offsetOf(header) }
  if (type === 'link' || type === 'symlink') return { ...common, kind: type }
  if (type !== 'file' && type !== 'contiguous-file') return { ...common, kind: 'other' }
  return isSparse(header) ? { ...common, kind: 'other', type: 'a sparse file' } : { ...common, kind: 'file' }
}

/** The reader knows it, and its types do not. */
function offsetOf(header: Header): number {
  const offset: unknown = 'byteOffset' in header ? header.byteOffset : undefined
  if (typeof offset !== 'number') throw new ArchiveError('ERR_TAR_INVALID', `expected the reader to say where ${header.name} begins`)
  return offset
}

/** Writes the source into the reader as fast as it takes it; gives the error that the source ended with. */
async function feed(source: AsyncIterable<Uint8Array>, tar: Extract, headers: HeaderBlocks): Promise<CilockError | undefined> {
  const closed = new Promise<void>((resolve) => tar.once('close', resolve))
  try {
    for await (const chunk of source) {
      if (tar.destroyed) return undefined
      headers.pass(chunk)
      if (!tar.write(chunk)) await Promise.race([new Promise<void>((resolve) => tar.once('drain', resolve)), closed])
    }
    tar.end(null)
    return undefined
  } catch (error) {
    const failure = coded(error)
    tar.destroy(failure)
    return failure
  }
}

/** What is only a header for some readers: they would take the content that it claims for entries. */
const headersAlone: readonly unknown[] = ['link', 'symlink', 'character-device', 'block-device', 'fifo'] satisfies Header['type'][]

function checkEntry(header: Header, headers: HeaderBlocks): void {
  const { name, type, size } = header
  headers.entry(offsetOf(header), type === 'directory' ? 0 : size)
  if (size > 0 && (headersAlone.includes(type) || (type === 'file' && name.endsWith('/')))) {
    throw new ArchiveError('ERR_TAR_INVALID', `expected a tar in which only files have content, found ${size} bytes behind ${JSON.stringify(name.slice(0, 200))}`)
  }
}

/** Its content is not what stands in the archive. */
function isSparse({ pax }: Header): boolean {
  return typeof pax === 'object' && pax !== null && Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'))
}

function coded(error: unknown): CilockError {
  if (CilockError.is(error)) return error
  return new ArchiveError('ERR_TAR_INVALID', `expected a whole tar, found: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
}
