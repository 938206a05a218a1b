import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CilockError, memorySource, parseEnvelope, parseStatement } from '@cilock/core'
import type { Source, SourceResult } from '@cilock/core'
import { ImageError } from '../error.ts'

/** Which files are read. */
export interface DirectorySourceOptions {
  /** Files at most. Default: 10,000. */
  readonly maxFiles?: number
  /** Bytes of one file. Default: 64 MiB. */
  readonly maxBytes?: number
  /** Told of files that hold no envelope with a statement, such as a policy. Default: nobody is. */
  readonly onSkipped?: (path: string, error: CilockError) => void
}

/**
 * A source over the envelopes that lie as `*.json` in a folder, folders in it not counted. It reads them at once.
 *
 * @throws ImageError `ERR_FILE` where something cannot be read, `ERR_LIMIT_EXCEEDED`
 * @example
 * const source = await directorySource('evidence')
 */
export async function directorySource(folder: string, { maxFiles = 10_000, maxBytes = 64 * 1024 * 1024, onSkipped = () => undefined }: DirectorySourceOptions = {}): Promise<Source> {
  const names = (await reading(folder, async () => readdir(folder))).filter((name) => name.endsWith('.json')).toSorted()
  if (names.length > maxFiles) throw new ImageError('ERR_LIMIT_EXCEEDED', `${folder}: expected at most ${maxFiles} files (maxFiles), found ${names.length}`)
  const found: SourceResult[] = []
  for (const name of names) {
    const path = join(folder, name)
    const { size, isFolder } = await reading(path, async () => {
      const info = await stat(path)
      return { size: info.size, isFolder: info.isDirectory() }
    })
    if (isFolder) continue
    if (size > maxBytes) throw new ImageError('ERR_LIMIT_EXCEEDED', `${path}: expected at most ${maxBytes} bytes (maxBytes), found ${size}`)
    const bytes = await reading(path, async () => readFile(path))
    try {
      const envelope = parseEnvelope(bytes)
      parseStatement(envelope.payload)
      found.push({ envelope, reference: path })
    } catch (error) {
      if (!CilockError.is(error)) throw error
      onSkipped(path, error)
    }
  }
  return memorySource(found)
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new ImageError('ERR_FILE', `expected to read ${path}: ${error instanceof Error && 'code' in error ? String(error.code) : 'failed'}`, { cause: error })
  }
}
