import type { MessageHash } from '../bundle/bundle.ts'

const names: Readonly<Record<MessageHash, string>> = { SHA2_256: 'SHA-256', SHA2_384: 'SHA-384', SHA2_512: 'SHA-512' }

/** The digest that a bundle states of a message. */
export async function messageDigest(message: Uint8Array, algorithm: MessageHash): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(names[algorithm], new Uint8Array(message)))
}
