import { importSigner } from '@cilock/core'
import { CosignError } from '../error.ts'
import { firstPemBlock, pemOf } from './pem.ts'
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
  return pemOf(await openBox(block.bytes, passwordBytes(password)), 'PRIVATE KEY')
}

/**
 * A key file as cosign writes it (`cosign import-key-pair`), of a private key in PKCS#8 PEM: scrypt and NaCl's secret box.
 *
 * @throws CosignError `ERR_COSIGN_KEY` where it is no PKCS#8
 * @throws CilockError `ERR_MALFORMED`, `ERR_KEY_UNSUPPORTED` where it is no key that can be used
 */
export async function encryptCosignKey(privateKeyPem: string, { password }: PasswordOptions): Promise<string> {
  const block = firstPemBlock(privateKeyPem)
  if (block?.label !== 'PRIVATE KEY') throw new CosignError('ERR_COSIGN_KEY', `expected a private key in PKCS#8 (PRIVATE KEY), found ${block === undefined ? 'no PEM block' : JSON.stringify(block.label)}`)
  await importSigner(privateKeyPem)
  return pemOf(await sealBox(block.bytes, passwordBytes(password)), labels[0])
}
