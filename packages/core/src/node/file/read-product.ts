import { hashAlgorithms } from '../../digest/algorithms.ts'
import { digestSetsEqual } from '../../digest/digest-set.ts'
import { createDigester } from '../../digest/digester.ts'
import { CilockError } from '../../error.ts'
import type { AttestContext } from '../../evidence/attestor.ts'
import { checkUnchanged, openRegularFile, orUnreadable } from './open-regular-file.ts'
import type { OwnBytes } from '../../bytes/own-bytes.ts'

/** The part of a run's context that reading its products takes. */
export type ProductContext = Pick<AttestContext, 'workingDir' | 'products' | 'signal'>

/** Bounds on the product. */
export interface ReadProductOptions {
  /** How many bytes the product may have. Default: 256 MiB. */
  readonly maxBytes?: number
}

const chunkSize = 256 * 1024

/**
 * The content of a product in pieces, from one opening of the file. The bytes are hashed as they pass, and the stream
 * ends with an error when they are not those that the product stage saw: what a consumer made of them is good only once
 * the stream has ended.
 *
 * @throws CilockError `ERR_FILE_CHANGED` when the content is another than the product's digest says, or the file is
 * written to meanwhile, `ERR_FILE_UNREADABLE`, `ERR_FILE_OUTSIDE`, `ERR_ABORTED`.
 */
export async function* streamProduct(context: ProductContext, path: string): AsyncGenerator<OwnBytes, void, undefined> {
  const product = Object.hasOwn(context.products, path) ? context.products[path] : undefined
  if (product === undefined) throw new CilockError('ERR_FILE_UNREADABLE', `expected a product of this step, found none named ${path}`)
  const file = await openRegularFile(path, { within: context.workingDir })
  try {
    const size = Number(file.stats.size)
    const digester = createDigester(hashAlgorithms.filter((algorithm) => Object.hasOwn(product.digest, algorithm)), size)
    let length = 0
    for (;;) {
      if (context.signal.aborted) throw new CilockError('ERR_ABORTED', `reading ${path} was stopped`, { cause: context.signal.reason })
      // a buffer of its own for each piece: the consumer may keep it
      const buffer = new Uint8Array(Math.min(chunkSize, size - length + 1))
      const { bytesRead } = await orUnreadable(path, file.handle.read(buffer, 0, buffer.length, null))
      if (bytesRead === 0) break
      length += bytesRead
      if (length > size) break
      const chunk = buffer.subarray(0, bytesRead)
      digester.update(chunk)
      yield chunk
    }
    await checkUnchanged(path, file, length)
    if (!digestSetsEqual(digester.digests(), product.digest)) {
      throw new CilockError('ERR_FILE_CHANGED', `expected the content that the product stage hashed, found another in ${path}`)
    }
  } finally {
    await file.handle.close()
  }
}

/**
 * The content of a product, read once and compared with the digest that the product stage recorded, so that what is
 * parsed is what was hashed.
 *
 * @throws CilockError `ERR_LIMIT_EXCEEDED` for a product of more than `maxBytes`, and all of {@link streamProduct}.
 */
export async function readProduct(context: ProductContext, path: string, options: ReadProductOptions = {}): Promise<OwnBytes> {
  const { maxBytes = 256 * 1024 * 1024 } = options
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of streamProduct(context, path)) {
    length += chunk.length
    if (length > maxBytes) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes (maxBytes), found more in ${path}`)
    chunks.push(chunk)
  }
  const content = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    content.set(chunk, offset)
    offset += chunk.length
  }
  return content
}
