import { hashBytes } from '@cilock/core'
import { ArchivistaError } from './error.ts'

const prefix = 'gitoid:blob:sha256:'

/**
 * The name under which Archivista keeps bytes: the SHA-256 of a git blob of them, 64 hexadecimal characters. Over the
 * very bytes that are sent: the same envelope with another space in it has another gitoid.
 *
 * @example
 * gitoidOf(encodeEnvelope(envelope)) // '8034bd09…'
 */
export function gitoidOf(bytes: Uint8Array): string {
  const uri = hashBytes(bytes, ['gitoid:sha256'])['gitoid:sha256'] ?? ''
  return uri.slice(prefix.length)
}

/** A gitoid in the form that routes want. One comes from a server or a user, and goes into a path. */
export function checkGitoid(gitoid: string, whose: string): string {
  const hex = gitoid.toLowerCase().startsWith(prefix) ? gitoid.slice(prefix.length) : gitoid
  if (/^[0-9a-f]{64}$/i.test(hex)) return hex.toLowerCase()
  throw new ArchivistaError('ERR_DIGEST_INVALID', `expected 64 hexadecimal characters as the gitoid ${whose}, found ${JSON.stringify(gitoid.slice(0, 80))}`)
}
