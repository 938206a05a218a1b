import { ed25519ph } from '@noble/curves/ed25519.js'

/** Whether a signature is Ed25519ph (RFC 8032, section 5.1) with no context, as cosign signs images. */
export function verifyEd25519ph(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  try {
    // by the equation without cofactor, as Go does
    return ed25519ph.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}
