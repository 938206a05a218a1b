import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream'
import type { Readable, Transform } from 'node:stream'

/** What an answer may be compressed with on its way. */
export const acceptedEncodings = 'gzip, br'

/** Nobody compresses so often; a long list would only cost. */
const maxEncodings = 3

/** The body as it was before it was compressed on its way; as it came, where it was compressed in a way that is not known. */
export async function decoded(message: IncomingMessage): Promise<Readable> {
  const encodings = (message.headers['content-encoding'] ?? '').toLowerCase().split(',').map((encoding) => encoding.trim()).filter((encoding) => encoding !== '' && encoding !== 'identity')
  if (encodings.length === 0) return message
  const { createBrotliDecompress, createGunzip, createInflate } = await import('node:zlib')
  const decoders = new Map<string, () => Transform>([['gzip', createGunzip], ['x-gzip', createGunzip], ['deflate', createInflate], ['br', createBrotliDecompress]])
  if (encodings.length > maxEncodings || !encodings.every((encoding) => decoders.has(encoding))) return message
  let content: Readable = message
  // the last encoding was put on last
  for (const encoding of encodings.toReversed()) {
    const decoder = decoders.get(encoding)?.()
    // whoever reads the end is told what went wrong
    if (decoder !== undefined) content = pipeline(content, decoder, () => undefined)
  }
  return content
}
