import * as nodeCrypto from 'node:crypto'
import type { Hash, HashName } from './hash.ts'

export function createHash(name: HashName): Hash {
  const native = nodeCrypto.createHash(name)
  const hash: Hash = {
    update(data) {
      native.update(data)
      return hash
    },
    digest: () => new Uint8Array(native.digest()),
  }
  return hash
}

/** Younger than the other functions, so a runtime that imitates Node may lack it; several times as fast for what is short. */
const oneShot = nodeCrypto.hash as typeof nodeCrypto.hash | undefined

export function hashOnce(name: HashName, data: Uint8Array): Uint8Array {
  return new Uint8Array(oneShot === undefined ? nodeCrypto.createHash(name).update(data).digest() : oneShot(name, data, 'buffer'))
}

export function hashHex(name: HashName, data: Uint8Array): string {
  return oneShot === undefined ? nodeCrypto.createHash(name).update(data).digest('hex') : oneShot(name, data, 'hex')
}
