import { CilockError } from '../error.ts'
import { checkAlgorithms } from './algorithms.ts'
import type { DigestSet } from './digest-set.ts'
import { createDigester } from './digester.ts'

/** What is known of a stream beforehand. */
export interface HashStreamOptions {
  /** How many bytes the stream has. Without it, gitoids need the whole content in memory. */
  readonly length?: number
  /** How many bytes may be kept in memory when `length` is unknown and a gitoid is wanted. Default: 256 MiB. */
  readonly maxBuffered?: number
  /** Stops between two pieces. */
  readonly signal?: AbortSignal
}

/**
 * Digests of a stream, which is read once for all algorithms. SHA-1 and SHA-256 keep nothing of it. A gitoid begins with
 * the length: with `length` nothing is kept either, without it the chunks are kept until the end is known.
 *
 * @throws CilockError `ERR_EVIDENCE_INVALID` when the stream has another length than said, `ERR_LIMIT_EXCEEDED` when too
 * much would have to be kept, `ERR_DIGEST_INVALID` on an unknown algorithm, `ERR_ABORTED` when stopped.
 */
export async function hashStream(chunks: AsyncIterable<Uint8Array>, algorithms: readonly string[], options: HashStreamOptions = {}): Promise<DigestSet> {
  const { length: expected, maxBuffered = 256 * 1024 * 1024, signal } = options
  const names = checkAlgorithms(algorithms)
  const isLengthNeeded = names.some((name) => name.startsWith('gitoid:'))
  const kept: Uint8Array[] = []
  const digester = isLengthNeeded && expected === undefined ? undefined : createDigester(names, expected ?? 0)
  let length = 0
  for await (const chunk of chunks) {
    if (signal?.aborted === true) throw new CilockError('ERR_ABORTED', 'hashing was stopped', { cause: signal.reason })
    length += chunk.length
    if (expected !== undefined && length > expected) throw wrongLength(expected, length)
    if (digester === undefined) {
      if (length > maxBuffered) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBuffered} bytes of unknown length for a gitoid (maxBuffered), found more`)
      // a producer may use its buffer again
      kept.push(chunk.slice())
    } else digester.update(chunk)
  }
  if (expected !== undefined && length !== expected) throw wrongLength(expected, length)
  if (digester !== undefined) return digester.digests()
  const late = createDigester(names, length)
  for (const chunk of kept) late.update(chunk)
  return late.digests()
}

function wrongLength(expected: number, found: number): CilockError {
  return new CilockError('ERR_EVIDENCE_INVALID', `expected a stream of ${expected} bytes, found ${found > expected ? 'more' : found}`)
}
