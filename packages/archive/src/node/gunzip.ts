import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CilockError } from '@cilock/core'
import { ArchiveError } from '../error.ts'

/**
 * Decompresses gzip: one member or several, and nothing behind them.
 *
 * @throws ArchiveError `ERR_COMPRESSION_INVALID` when it is cut or broken, or other bytes follow.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createGunzip()
  let given = 0
  const counted = async function* () {
    for await (const chunk of chunks) {
      given += chunk.length
      yield chunk
    }
  }
  const fed = pipeline(counted, stream).then(
    () => undefined,
    (error: unknown) => error,
  )
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch (error) {
    throw broken(error)
  } finally {
    // nothing may still be reading the source when its owner goes on with it
    stream.destroy()
    await fed
  }
  // zlib stops at zeros behind the last member and says nothing: what it has taken tells
  if (stream.bytesWritten !== given) {
    throw new ArchiveError('ERR_COMPRESSION_INVALID', `expected gzip and nothing behind it, found more after ${stream.bytesWritten} bytes`)
  }
}

function broken(error: unknown): unknown {
  if (CilockError.is(error)) return error
  const found = error instanceof Error ? error.message : String(error)
  return new ArchiveError('ERR_COMPRESSION_INVALID', `expected valid gzip, found: ${found}`, { cause: error })
}
