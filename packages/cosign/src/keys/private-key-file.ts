import { encodePem, importSigner } from '@cilock/core'
import { CosignError } from '../error.ts'
import { keyKindOf } from './key-kind.ts'
import { firstPemBlock } from './pem.ts'
import { pkcs8Of } from './pkcs8.ts'
import { openBox, passwordBytes, sealBox } from './secret-box.ts'

/** Of private key files that cosign writes, and wrote before it was sigstore's. */
const labels: readonly string[] = ['ENCRYPTED SIGSTORE PRIVATE KEY', 'ENCRYPTED COSIGN PRIVATE KEY']

/** How a private key file is opened or sealed. */
export interface PasswordOptions {
  /** May be empty; a key file is encrypted also then. */
  readonly password: string | Uint8Array
}

/** Whether PEM text is a private key file of cosign. */
export function isCosignPrivateKey(pem: string): boolean {
  return labels.some((label) => pem.includes(`-----BEGIN ${label}-----`))
}

/**
 * The private key in a key file of cosign (`cosign.key`), as PKCS#8 PEM that is not encrypted.
 *
 * @throws CosignError `ERR_COSIGN_KEY`, `ERR_KEY_PASSPHRASE`
 */
export async function decryptCosignKey(pem: string, { password }: PasswordOptions): Promise<string> {
  const block = firstPemBlock(pem)
  if (block === undefined || !labels.includes(block.label)) {
    throw new CosignError('ERR_COSIGN_KEY', `expected a PEM block ${labels.join(' or ')}, found ${block === undefined ? 'none' : JSON.stringify(block.label)}`)
  }
  return encodePem('PRIVATE KEY', await openBox(block.bytes, passwordBytes(password)))
}

/**
 * A key file as cosign writes it (`cosign import-key-pair`), of a private key in PKCS#8, PKCS#1 or SEC1: scrypt and NaCl's
 * secret box.
 *
 * @throws CosignError `ERR_COSIGN_KEY` where the key is encrypted, `ERR_KEY_UNSUPPORTED` where cosign does not sign with it
 * @throws CilockError `ERR_MALFORMED`, `ERR_KEY_UNSUPPORTED` where it is no key that can be used
 */
export async function encryptCosignKey(privateKeyPem: string, { password }: PasswordOptions): Promise<string> {
  const { publicKeyPem } = await importSigner(privateKeyPem)
  const pkcs8 = pkcs8Of(privateKeyPem, keyKindOf(publicKeyPem).spki)
  return encodePem('ENCRYPTED SIGSTORE PRIVATE KEY', await sealBox(pkcs8, passwordBytes(password)))
}
