import { createPublicKey } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError, importVerifier, keyIdOf } from '@cilock/core'
import type { Envelope, Verifier } from '@cilock/core'
import { parseCertificate } from '@cilock/x509'

type KeyHash = 'sha256' | 'sha384'

/**
 * The verifiers of the keys that the signatures name, found by their ids: among the recording's public keys, or in the
 * certificate beside the signature, since who certifies for an hour keeps no key.
 */
export async function verifiersOf(envelope: Envelope, keys: string, hash: KeyHash): Promise<readonly Verifier[]> {
  const verifiers: Verifier[] = []
  for (const [keyid, certificate] of new Map(envelope.signatures.map((signature) => [signature.keyid, signature.certificate]))) {
    const verifier = (await findKey(keyid, keys, hash)) ?? (await certifiedKey(keyid, certificate))
    if (verifier === undefined) throw new CilockError('ERR_KEY_UNKNOWN', `no public key of the recording has the id ${keyid}`)
    verifiers.push(verifier)
  }
  return verifiers
}

/** Keys that sign with another hash than SHA-256 say so nowhere in the envelope; the recording's notes do. */
export function hashOf({ id }: { readonly id: string }): KeyHash {
  return id === 'lib-signer-sha384' ? 'sha384' : 'sha256'
}

/** The certificate's key, if it has the id: what is in the certificate is no word of the envelope's. */
async function certifiedKey(keyid: string, certificate: Uint8Array | undefined): Promise<Verifier | undefined> {
  if (certificate === undefined) return undefined
  const verifier = await importVerifier(parseCertificate(certificate).publicKey.pem)
  return verifier.keyid === keyid ? verifier : undefined
}

const cache = new Map<string, Promise<ReadonlyMap<string, Verifier | CilockError>>>()

async function findKey(keyid: string, keys: string, hash: KeyHash): Promise<Verifier | undefined> {
  const known = cache.get(`${hash} ${keys}`) ?? loadKeys(keys, hash)
  cache.set(`${hash} ${keys}`, known)
  const found = (await known).get(keyid)
  if (CilockError.is(found)) throw found
  return found
}

async function loadKeys(keys: string, hash: KeyHash): Promise<ReadonlyMap<string, Verifier | CilockError>> {
  const byId = new Map<string, Verifier | CilockError>()
  for (const file of readdirSync(keys).sort()) {
    // The keys of certificates are there as private keys only.
    const isPrivate = /^x509-.*\.key\.pem$/.test(file)
    if (!file.endsWith('.pub.pem') && !isPrivate) continue
    const text = readFileSync(join(keys, file), 'utf8')
    const pem = isPrivate ? createPublicKey(text).export({ type: 'spki', format: 'pem' }).toString() : text
    try {
      const verifier = await importVerifier(pem, { hash })
      if (verifier.keyid !== undefined) byId.set(verifier.keyid, verifier)
    } catch (error) {
      if (!CilockError.is(error)) throw error
      // A key that is refused by its size is refused by name, not as unknown; one of a kind that Go cannot use signed nothing.
      const id = idOf(pem, hash)
      if (id !== undefined) byId.set(id, error)
    }
  }
  return byId
}

function idOf(pem: string, hash: KeyHash): string | undefined {
  try {
    return keyIdOf(pem, hash)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}
