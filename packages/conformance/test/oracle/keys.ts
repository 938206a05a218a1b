import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importSigner } from '@cilock/core'
import type { KeySigner } from '@cilock/core'
import { vectors } from '@cilock/vectors'

/** The recordings' key files; an empty text where they are absent. */
export const keysFolder: string = vectors('golden/evidence/keys') ?? ''

/** A key of the recordings: both halves as files, and what signs with it. */
export interface RecordedKey {
  readonly privateKeyPath: string
  readonly publicKeyPem: string
  readonly signer: KeySigner
}

/** Reads a key by the name of its files. */
export async function recordedKey(name: string): Promise<RecordedKey> {
  const privateKeyPath = join(keysFolder, `${name}.pem`)
  return {
    privateKeyPath,
    publicKeyPem: readFileSync(join(keysFolder, `${name}.pub.pem`), 'utf8'),
    signer: await importSigner(readFileSync(privateKeyPath, 'utf8')),
  }
}
