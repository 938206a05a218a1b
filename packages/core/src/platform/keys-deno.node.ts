import type { SignatureScheme } from '../keys/scheme.ts'
import { keyPlatform as node } from './keys.node.ts'
import type { KeyPlatform } from './keys.ts'
import { keyPlatform as web } from './keys.web.ts'

/**
 * Deno's `node:crypto` neither signs nor verifies with P-521 over a hash that is shorter than half of the curve's numbers,
 * and SHA-256 is: it calls a good signature false. Its WebCrypto does both.
 */
export const keyPlatform: KeyPlatform = {
  ...node,
  importSigner: async (pkcs8, scheme) => faceOf(scheme).importSigner(pkcs8, scheme),
  importVerifier: async (key, spki, scheme) => faceOf(scheme).importVerifier(key, spki, scheme),
}

function faceOf(scheme: SignatureScheme): KeyPlatform {
  return scheme.kind === 'ecdsa' && scheme.curve === 'P-521' ? web : node
}
