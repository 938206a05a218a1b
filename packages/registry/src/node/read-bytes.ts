import { createReadStream } from 'node:fs'
import { unreadable } from './file-errors.ts'

/** Where content stands in a file. */
export interface Part {
  /** Of its first byte. */
  readonly offset: number
  /** In bytes. */
  readonly size: number
}

/** The bytes of a file, or of a part of it; what the file system says against it has a code. */
export async function* readBytes(file: string, name: string, { part, signal }: { readonly part?: Part | undefined; readonly signal?: AbortSignal | undefined }): AsyncGenerator<Uint8Array, void, undefined> {
  if (part?.size === 0) return
  const range = part === undefined ? {} : { start: part.offset, end: part.offset + part.size - 1 }
  try {
    for await (const piece of createReadStream(file, { ...range, highWaterMark: 256 * 1024, ...(signal !== undefined && { signal }) })) yield piece as Uint8Array
  } catch (error) {
    throw unreadable(error, name)
  }
}
