import { decodeHex, sha256Hex } from '@cilock/core'

/**
 * Bytes that follow from a seed and a label and look like any others: SHA-256 over both and a counter. Whoever knows the
 * seed knows them, so they make keys of tests and nothing else.
 */
export function seededBytes(seed: string, label: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 32) {
    // JSON keeps the parts apart: ("a", "bc") is not ("ab", "c")
    const block = decodeHex(sha256Hex(JSON.stringify(['@cilock/testing', seed, label, at / 32])))
    bytes.set(block.subarray(0, length - at), at)
  }
  return bytes
}
