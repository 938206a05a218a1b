import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { canonicalName, EntryTable } from '@cilock/archive'
import type { TableEntry } from '@cilock/archive'
import { readTar } from '@cilock/archive/node'
import { CilockError } from '@cilock/core'
import { RegistryError } from '../error.ts'
import type { LayoutFiles } from './layout-store.ts'

/** Where a file stands in an archive. */
export interface Part {
  readonly offset: number
  readonly size: number
}

/** The files of an archive, read where they stand. */
export interface ArchiveFiles extends LayoutFiles {
  /** Undefined: there is no such file. Links are followed. */
  readonly find: (path: string) => Part | undefined
}

/** Passes over the whole archive once and notes where its files are. */
export async function archiveFiles(file: string, name: string, maxEntries: number, signal: AbortSignal | undefined): Promise<ArchiveFiles> {
  const entries: [string, TableEntry<Part>][] = []
  await refuseCompressed(file, name)
  try {
    await readTar(
      createReadStream(file, { highWaterMark: 256 * 1024, ...(signal !== undefined && { signal }) }),
      async ({ name: written, kind, target, type, offset, size }) => {
        // `./` before names says nothing
        const path = canonicalName(written) ?? written
        entries.push([path, kind === 'file' ? { kind, offset, size } : kind === 'other' ? { kind, type } : { kind, target }])
      },
      { maxEntries },
    )
  } catch (error) {
    throw coded(error, name)
  }
  const table = new EntryTable(entries)
  const find = (path: string): Part | undefined => {
    try {
      return table.has(path) ? table.file(path) : undefined
    } catch (error) {
      throw coded(error, name)
    }
  }
  const stream = (path: string, partSignal: AbortSignal | undefined): AsyncIterable<Uint8Array> => {
    const { offset, size } = find(path) ?? { offset: 0, size: 0 }
    return size === 0 ? nothing() : createReadStream(file, { start: offset, end: offset + size - 1, highWaterMark: 256 * 1024, ...(partSignal !== undefined && { signal: partSignal }) })
  }
  return {
    find,
    stream,
    size: async (path) => find(path)?.size,
    read: async (path, maxBytes) => {
      const part = find(path)
      if (part === undefined) return undefined
      if (part.size > maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes in ${path}, found ${part.size}`)
      const pieces: Uint8Array[] = []
      for await (const piece of stream(path, undefined)) pieces.push(piece)
      return new Uint8Array(Buffer.concat(pieces))
    },
  }
}

async function refuseCompressed(file: string, name: string): Promise<void> {
  const start = new Uint8Array(4)
  try {
    const handle = await open(file)
    try {
      await handle.read(start, 0, 4, 0)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new RegistryError('ERR_LAYOUT_INVALID', `expected to read the archive ${name}`, { cause: error })
  }
  const [first, second] = start
  const compression = first === 0x1f && second === 0x8b ? 'gzip' : first === 0x28 && second === 0xb5 ? 'zstd' : undefined
  if (compression !== undefined) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected a tar, found ${compression}: decompress it first`)
}

function coded(error: unknown, name: string): RegistryError {
  if (error instanceof RegistryError) return error
  if (error instanceof Error && (error.name === 'AbortError' || (error.cause instanceof Error && error.cause.name === 'AbortError'))) return new RegistryError('ERR_ABORTED', `${name}: reading was stopped`, { cause: error })
  const why = error instanceof Error ? error.message : String(error)
  return new RegistryError(CilockError.is(error) && error.code === 'ERR_LIMIT_EXCEEDED' ? 'ERR_LIMIT_EXCEEDED' : 'ERR_LAYOUT_INVALID', `${name}: ${why}`, { cause: error })
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  // a file without bytes
}
