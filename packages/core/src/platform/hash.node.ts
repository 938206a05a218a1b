import nodeCrypto from 'node:crypto'
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
  if (oneShot === undefined) return new Uint8Array(nodeCrypto.createHash(name).update(data).digest())
  // As text it comes in half the time that a buffer of its own takes.
  const text = oneShot(name, data, 'binary')
  const digest = new Uint8Array(text.length)
  writeBinary(text, digest, 0)
  return digest
}

/** Writes the hash where there is room for it: of many small ones, half the time goes into arrays of their own. */
export function hashInto(name: HashName, data: Uint8Array, out: Uint8Array, offset: number): void {
  if (oneShot === undefined) out.set(nodeCrypto.createHash(name).update(data).digest(), offset)
  else writeBinary(oneShot(name, data, 'binary'), out, offset)
}

function writeBinary(text: string, out: Uint8Array, offset: number): void {
  for (let index = 0; index < text.length; index++) out[offset + index] = text.charCodeAt(index)
}

/** Of a text, its UTF-8: OpenSSL is handed that without a turn through bytes of ours. */
export function hashHex(name: HashName, data: Uint8Array | string): string {
  return oneShot === undefined ? nodeCrypto.createHash(name).update(data).digest('hex') : oneShot(name, data, 'hex')
}
