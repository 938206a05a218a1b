import { createHash } from '#crypto'
import { encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import type { Hash } from '../platform/hash.ts'
import type { HashAlgorithm } from './algorithms.ts'
import type { DigestSet } from './digest-set.ts'

/** Content being hashed by several algorithms. */
export interface Digester {
  readonly update: (chunk: Uint8Array) => void
  readonly digests: () => DigestSet
}

/**
 * Hashes content by several algorithms at once. A gitoid begins with the length of the content, which is why it is
 * asked for at the start.
 */
export function createDigester(algorithms: readonly HashAlgorithm[], length: number): Digester {
  const running = new Map<HashAlgorithm, Hash>()
  // in the order in which Go sorts the keys
  for (const algorithm of [...algorithms].toSorted()) {
    const hash = createHash(algorithm.endsWith('sha256') ? 'sha256' : 'sha1')
    if (algorithm.startsWith('gitoid:')) hash.update(encodeUtf8(`blob ${length}\0`))
    running.set(algorithm, hash)
  }
  return {
    update(chunk) {
      for (const hash of running.values()) hash.update(chunk)
    },
    digests: () => Object.fromEntries([...running].map(([algorithm, hash]) => [algorithm, digestText(algorithm, hash.digest())])),
  }
}

function digestText(algorithm: HashAlgorithm, digest: Uint8Array): string {
  return algorithm.startsWith('gitoid:') ? `gitoid:blob:${algorithm.slice('gitoid:'.length)}:${encodeHex(digest)}` : encodeHex(digest)
}
