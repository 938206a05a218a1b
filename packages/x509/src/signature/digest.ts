import { decodeHex, sha256Hex } from '@cilock/core'
import type { SignatureHash } from '../certificate/signature-algorithm.ts'

const names: Readonly<Partial<Record<SignatureHash, string>>> = { sha1: 'SHA-1', sha384: 'SHA-384', sha512: 'SHA-512' }

/** A digest; undefined for a hash that is not computed here. What is asked for all the time needs no detour over the platform. */
export async function digest(hash: SignatureHash, data: Uint8Array): Promise<Uint8Array | undefined> {
  if (hash === 'sha256') return decodeHex(sha256Hex(data))
  const name = names[hash]
  return name === undefined ? undefined : new Uint8Array(await crypto.subtle.digest(name, new Uint8Array(data)))
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
