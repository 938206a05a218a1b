import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { canonicalName, EntryTable } from '@cilock/archive'
import type { TableEntry } from '@cilock/archive'
import { readTar } from '@cilock/archive/node'
import { CilockError } from '@cilock/core'
import { RegistryError } from '../error.ts'
import { collect } from '../content/digest.ts'
import type { LayoutFiles } from './layout-store.ts'
import { readBytes } from './read-bytes.ts'
import type { Part } from './read-bytes.ts'

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
  const stream = (path: string, partSignal: AbortSignal | undefined): AsyncIterable<Uint8Array> => readBytes(file, name, { part: find(path) ?? { offset: 0, size: 0 }, signal: partSignal })
  return {
    find,
    stream,
    size: async (path) => find(path)?.size,
    read: async (path, maxBytes) => {
      const part = find(path)
      if (part === undefined) return undefined
      if (part.size > maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes in ${path}, found ${part.size}`)
      return collect(stream(path, undefined))
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
