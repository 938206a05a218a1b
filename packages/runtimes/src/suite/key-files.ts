import { CilockError, encodeHex, encodeUtf8, importSigner, importVerifier } from '@cilock/core'
import type { KeySigner } from '@cilock/core'
import type { Capability, Check } from './check.ts'
import { CheckError } from './check.ts'
import type { Material } from './material.ts'
import { signAndVerify } from './sign.ts'

/** Private keys in every form that tools write, encrypted ones too: each is read and signs, or is refused for what it is. */
export function keyFileChecks({ privateKeys, passphrase }: Material): readonly Check[] {
  return Object.entries(privateKeys).map(([name, pem]) => ({ name: `private key: ${name}`, needs: needsOf(name, pem), run: async () => opened(name, pem, passphrase) }))
}

async function opened(name: string, pem: string, passphrase: string): Promise<string> {
  let signer: KeySigner
  try {
    signer = await importSigner(pem, { passphrase })
  } catch (error) {
    // what no runtime reads is a result; what this one lacks is not
    if (!CilockError.is(error) || needsOf(name, pem).length > 0) throw error
    return `refused: ${error.code}`
  }
  const locked = pem.includes('ENCRYPTED') ? `; with another passphrase: ${await refusalOf(pem)}` : ''
  await signAndVerify(signer, await importVerifier(signer.publicKeyPem))
  // Ed25519 signs without chance
  const signature = name.includes('ed25519') ? `; ${encodeHex(await signer.sign(encodeUtf8('the same')))}` : ''
  return `${signer.keyid}${signature}${locked}`
}

async function refusalOf(pem: string): Promise<string> {
  try {
    await importSigner(pem, { passphrase: 'another' })
  } catch (error) {
    if (CilockError.is(error)) return error.code
    throw error
  }
  throw new CheckError('a wrong passphrase opens the key')
}

/** What a key of this name needs of the platform that not every one has. */
export function needsOf(name: string, pem = ''): readonly Capability[] {
  const curve: readonly Capability[] = name.startsWith('ec-p224') ? ['ec-p224'] : []
  return name.includes('des3') || pem.includes('DES-EDE3') ? [...curve, 'des-ede3-cbc'] : curve
}
