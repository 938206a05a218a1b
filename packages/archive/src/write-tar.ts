import { ArchiveError } from './error.ts'
import { tarEnd, tarHeader, tarPadding } from './tar-header.ts'
import type { TarFileHeader } from './tar-header.ts'

/** A file on its way into a tar. */
export interface TarFile extends TarFileHeader {
  /** Exactly `size` bytes. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>
}

/**
 * Writes files into a tar, in their order. Its bytes are made of names, contents and modes alone, so the same files give the
 * same tar everywhere. Directories are made by whoever unpacks it.
 *
 * @example
 * for await (const piece of writeTar([{ name: 'a.txt', size: 2, content: new TextEncoder().encode('hi') }])) process.stdout.write(piece)
 * @throws ArchiveError `ERR_ENTRY_INVALID` for a name that leads elsewhere, or content that is longer or shorter than its
 * size; `ERR_ENTRY_DUPLICATE` for a name that was there; and what the content throws
 */
export async function* writeTar(files: Iterable<TarFile> | AsyncIterable<TarFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const names = new Set<string>()
  for await (const file of files) {
    if (names.has(file.name)) throw new ArchiveError('ERR_ENTRY_DUPLICATE', `expected one entry ${file.name.slice(0, 200)}, found another: readers would take different ones`)
    names.add(file.name)
    yield* tarFile(file)
  }
  yield tarEnd()
}

/**
 * One file as it stands in a tar: header, content and the zeros behind it.
 *
 * @throws ArchiveError as {@link writeTar}
 */
export async function* tarFile(file: TarFile): AsyncGenerator<Uint8Array, void, undefined> {
  const { name, size, content } = file
  yield tarHeader(file)
  let length = 0
  for await (const piece of content instanceof Uint8Array ? [content] : content) {
    length += piece.length
    if (length > size) throw new ArchiveError('ERR_ENTRY_INVALID', `expected ${size} bytes for ${name.slice(0, 200)}, found more`)
    yield piece
  }
  if (length !== size) throw new ArchiveError('ERR_ENTRY_INVALID', `expected ${size} bytes for ${name.slice(0, 200)}, found ${length}`)
  yield tarPadding(size)
}
