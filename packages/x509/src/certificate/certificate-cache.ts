import { sha256Hex } from '@cilock/core'
import type { Certificate } from './certificate.ts'

/** How many certificates are kept; evidence of one project has few issuers. */
const maxKept = 256

/**
 * A reader that gives the same object for the same bytes, so that what was found out about a certificate before (that its
 * issuer signed it) is known again. Keeps a bounded number; the oldest go first.
 */
export function cachedReader(read: (bytes: Uint8Array) => Certificate): (bytes: Uint8Array) => Certificate {
  const kept = new Map<string, Certificate>()
  return (bytes) => {
    const name = sha256Hex(bytes)
    const known = kept.get(name)
    if (known !== undefined) return known
    const certificate = read(bytes)
    if (kept.size >= maxKept) {
      const [oldest] = kept.keys()
      if (oldest !== undefined) kept.delete(oldest)
    }
    kept.set(name, certificate)
    return certificate
  }
}
