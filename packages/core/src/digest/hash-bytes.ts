import { hashHex } from '#crypto'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { checkAlgorithms } from './algorithms.ts'
import type { DigestSet } from './digest-set.ts'
import { createDigester } from './digester.ts'

/**
 * Digests of bytes that are all there, by the algorithms given.
 *
 * @example
 * ```ts
 * hashBytes(new TextEncoder().encode('hello\n'), ['sha256']) // { sha256: '5891b5b5…' }
 * ```
 * @throws CilockError `ERR_DIGEST_INVALID` on an unknown algorithm.
 */
export function hashBytes(data: Uint8Array, algorithms: readonly string[]): DigestSet {
  if (!(data instanceof Uint8Array)) throw new TypeError('hashBytes needs bytes (Uint8Array); encode text first')
  // what is asked for most, without the cost of a running hash
  if (algorithms.length === 1 && algorithms[0] === 'sha256') return { sha256: sha256Hex(data) }
  if (algorithms.length === 1 && algorithms[0] === 'gitoid:sha256' && data.length <= copied) return { 'gitoid:sha256': `gitoid:blob:sha256:${sha256Hex(gitBlob(data))}` }
  const digester = createDigester(checkAlgorithms(algorithms), data.length)
  digester.update(data)
  return digester.digests()
}

/** Up to here a copy behind the head of a blob costs less than a running hash of both. */
const copied = 64 * 1024

function gitBlob(data: Uint8Array): Uint8Array {
  const head = encodeUtf8(`blob ${data.length}\0`)
  const blob = new Uint8Array(head.length + data.length)
  blob.set(head)
  blob.set(data, head.length)
  return blob
}

/** SHA-256 of bytes, or of the UTF-8 of a string, in lower-case hexadecimal. */
export function sha256Hex(data: Uint8Array | string): string {
  return hashHex('sha256', data)
}
