import { sha256Hex } from '@cilock/core'
import type { Certificate } from './certificate.ts'

/** How many certificates are kept; evidence of one project has few issuers. */
const maxKept = 256

/** In bytes, of one; certificates that exist have a few thousand, and whoever sends longer ones shall not fill the memory. */
const maxKeptBytes = 16 * 1024

/**
 * A reader that gives the same object for the same bytes, so that what was found out about a certificate before (that its
 * issuer signed it) is known again. Keeps a bounded number; what was not asked for the longest goes first, so that issuers
 * outlive the certificates that each signature brings anew.
 */
export function cachedReader(read: (bytes: Uint8Array) => Certificate): (bytes: Uint8Array) => Certificate {
  const kept = new Map<string, Certificate>()
  return (bytes) => {
    if (bytes.length > maxKeptBytes) return read(bytes)
    const name = sha256Hex(bytes)
    let certificate = kept.get(name)
    if (certificate === undefined) {
      // parts of a certificate are views: a sender who changes his bytes afterwards must not change what is kept
      certificate = read(bytes.slice())
      const [oldest] = kept.keys()
      if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest)
    } else kept.delete(name)
    kept.set(name, certificate)
    return certificate
  }
}
