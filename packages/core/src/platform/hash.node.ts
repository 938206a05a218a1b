import { createHash as createNodeHash } from 'node:crypto'
import type { Hash, HashName } from './hash.ts'

export function createHash(name: HashName): Hash {
  const native = createNodeHash(name)
  const hash: Hash = {
    update(data) {
      native.update(data)
      return hash
    },
    digest: () => new Uint8Array(native.digest()),
  }
  return hash
}
