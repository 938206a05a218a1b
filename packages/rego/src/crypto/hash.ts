import { md5, sha1 } from '@noble/hashes/legacy.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { HashName } from '../x509/oids.ts'

const hashes = { md5, sha1, sha256, sha384, sha512 } as const

export const hashLengths: Readonly<Record<HashName, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 }

export function digest(name: HashName, data: Uint8Array): Uint8Array {
  return hashes[name](data)
}

export function mac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  return hmac(hashes[name], key, data)
}

/** Compares without stopping at the first difference. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < Math.min(a.length, b.length); i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
