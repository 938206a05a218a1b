import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import type { Hash, HashName } from './hash.ts'

const functions = { sha1, sha256, sha384, sha512 } as const

// WebCrypto hashes asynchronously and not in pieces
export function createHash(name: HashName): Hash {
  const pure = functions[name].create()
  const hash: Hash = {
    update(data) {
      pure.update(data)
      return hash
    },
    digest: () => pure.digest(),
  }
  return hash
}

export function hashOnce(name: HashName, data: Uint8Array): Uint8Array {
  return functions[name](data)
}

export function hashInto(name: HashName, data: Uint8Array, out: Uint8Array, offset: number): void {
  out.set(functions[name](data), offset)
}

export function hashHex(name: HashName, data: Uint8Array | string): string {
  return encodeHex(hashOnce(name, typeof data === 'string' ? encodeUtf8(data) : data))
}
