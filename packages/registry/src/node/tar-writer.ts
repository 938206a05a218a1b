import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { tarEnd, tarFile, tarHeader } from '@cilock/archive'
import type { TarFile } from '@cilock/archive'
import { abortable } from '../content/abortable.ts'
import { collect } from '../content/digest.ts'
import { RegistryError } from '../error.ts'
import { written } from './file-errors.ts'
import type { LayoutFiles } from './layout-store.ts'
import { readBytes } from './read-bytes.ts'
import type { Part } from './read-bytes.ts'
import { temporaryFile } from './temporary-file.ts'

/** Bounds on a tar. */
export interface TarLimits {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** A tar that is being written, and whose files can be read already. */
export interface TarWriter extends LayoutFiles {
  /** Writes a file behind all others, whole or not at all. What has the name already is left. True: it was written. */
  readonly add: (file: TarFile, signal: AbortSignal | undefined) => Promise<boolean>
  /** Writes what comes last, ends it and gives it its name. Where that fails, nothing has ended. */
  readonly end: (last: readonly TarFile[]) => Promise<void>
  /** Throws where it is no longer written. */
  readonly requireOpen: () => void
  /** Leaves nothing of it. */
  readonly discard: () => Promise<void>
}

/** Begins a tar beside the file that it is to become. */
export async function tarWriter(file: string, limits: TarLimits): Promise<TarWriter> {
  const name = basename(file)
  const temporary = await written(name, async () => temporaryFile(dirname(file)))
  const parts = new Map<string, Part>()
  let path = temporary
  let position = 0
  // a tar is one after another
  let last: Promise<unknown> = Promise.resolve()
  let isOpen = true

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
  const requireOpen = (): void => {
    if (!isOpen) throw new RegistryError('ERR_LAYOUT_INVALID', `${name}: expected an archive that is being written, found one that is closed`)
  }
  const requireRoom = (files: readonly TarFile[]): void => {
    const end = files.reduce((sum, file) => sum + spaceOf(file), position) + tarEnd().length
    if (end > limits.maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${name}: expected at most ${limits.maxBytes} bytes (maxBytes), found ${end} with ${files[0]?.name ?? 'its end'}`)
  }
  const add = async (entry: TarFile, signal: AbortSignal | undefined): Promise<boolean> => {
    requireOpen()
    if (parts.has(entry.name)) return false
    if (parts.size >= limits.maxEntries) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${name}: expected at most ${limits.maxEntries} files (maxEntries), found more`)
    requireRoom([entry])
    const end = await written(name, async () => writeAt(temporary, position, abortable(tarFile(entry), `writing ${entry.name} to ${name}`, signal)))
    parts.set(entry.name, { offset: position + tarHeader(entry).length, size: entry.size })
    // what broke off is written over
    position = end
    return true
  }
  const stream = (entry: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> => readBytes(path, name, { part: parts.get(entry) ?? { offset: 0, size: 0 }, signal })

  return {
    add: async (entry, signal) => inTurn(async () => add(entry, signal)),
    stream,
    requireOpen,
    size: async (entry) => parts.get(entry)?.size,
    read: async (entry, maxBytes) => {
      const part = parts.get(entry)
      if (part === undefined) return undefined
      if (part.size > maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes in ${entry}, found ${part.size}`)
      return collect(stream(entry, undefined))
    },
    end: async (files) =>
      inTurn(async () => {
        requireOpen()
        requireRoom(files)
        await written(name, async () => {
          const end = await writeAt(temporary, position, ending(files))
          const handle = await open(temporary, 'r+')
          try {
            await handle.truncate(end)
            await handle.sync()
          } finally {
            await handle.close()
          }
          await rename(temporary, file)
          isOpen = false
          path = file
        })
      }),
    discard: async () =>
      inTurn(async () => {
        if (!isOpen) return
        isOpen = false
        parts.clear()
        await written(name, async () => rm(temporary, { force: true }))
      }),
  }
}

/** With its header and the zeros behind it. */
function spaceOf(file: TarFile): number {
  return tarHeader(file).length + Math.ceil(file.size / 512) * 512
}

/** Writes pieces from a position on, and says where they end. */
async function writeAt(file: string, position: number, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(file, 'r+')
  let at = position
  try {
    for await (const piece of pieces) {
      for (let done = 0; done < piece.length; ) {
        const { bytesWritten } = await handle.write(piece, done, piece.length - done, at)
        done += bytesWritten
        at += bytesWritten
      }
    }
  } finally {
    await handle.close()
  }
  return at
}

async function* ending(files: readonly TarFile[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const file of files) yield* tarFile(file)
  yield tarEnd()
}
