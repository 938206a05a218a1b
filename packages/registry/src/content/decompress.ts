import { unzstd } from '@cilock/archive'
import { CilockError } from '@cilock/core'
import { RegistryError } from '../error.ts'
import type { Descriptor } from './manifest.ts'

/**
 * A layer without its compression, which its media type names: gzip, zstd or none.
 *
 * @throws RegistryError `ERR_MANIFEST_UNSUPPORTED`, `ERR_REGISTRY_INTEGRITY`, `ERR_LIMIT_EXCEEDED`
 */
export function decompressed(pieces: AsyncIterable<Uint8Array>, { mediaType, digest }: Descriptor, name: string): AsyncIterable<Uint8Array> {
  if (mediaType.endsWith('gzip')) return gunzip(pieces, digest, name)
  if (mediaType.endsWith('zstd')) return unzstdLayer(pieces, digest, name)
  if (mediaType.endsWith('tar')) return pieces
  throw new RegistryError('ERR_MANIFEST_UNSUPPORTED', `${name}: expected a layer with gzip, zstd or without compression, found ${mediaType.slice(0, 120)}`)
}

/** The platform's own decoder of zstd is not everywhere yet. */
async function* unzstdLayer(pieces: AsyncIterable<Uint8Array>, digest: string, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* unzstd(pieces)
  } catch (error) {
    if (!CilockError.is(error) || error.code !== 'ERR_COMPRESSION_INVALID') throw error
    throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${name}: expected zstd in the layer ${digest}: ${error.message}`, { cause: error })
  }
}

async function* gunzip(pieces: AsyncIterable<Uint8Array>, digest: string, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]()
  let failure: { readonly error: unknown } | undefined
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next()
        if (done === true) controller.close()
        else controller.enqueue(new Uint8Array(value))
      } catch (error) {
        failure = { error }
        controller.error(error)
      }
    },
    async cancel() {
      await iterator.return?.()
    },
  })
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } catch (error) {
    // what is wrong with the bytes as they came is the cause of all else
    if (failure !== undefined) throw failure.error
    throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${name}: expected gzip in the layer ${digest}`, { cause: error })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
