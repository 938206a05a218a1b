import { createHash } from '#crypto'
import { encodeHex } from '../bytes/hex.ts'

/** A hash of what passes by. */
export interface RunningHash {
  /** Takes more content. */
  readonly update: (chunk: Uint8Array) => void
  /** Ends it: the digest in lower-case hexadecimal. It takes nothing more then. */
  readonly hex: () => string
}

/** A hash for content that is handed on while it is hashed: {@link hashStream} keeps the pieces to itself. */
export function runningHash(algorithm: 'sha256' | 'sha512'): RunningHash {
  const hash = createHash(algorithm)
  return {
    update: (chunk) => {
      hash.update(chunk)
    },
    hex: () => encodeHex(hash.digest()),
  }
}
