import { CilockError, importVerifier } from '@cilock/core'
import type { KeyVerifier } from '@cilock/core'
import type { CertificateKey } from '../certificate/certificate-key.ts'
import type { SignatureAlgorithm, SignatureHash } from '../certificate/signature-algorithm.ts'
import type { PathRules } from '../path/rules.ts'
import { verifyPkcs1 } from './rsa-pkcs1.ts'

/** What is wrong with a signature: its algorithm, its strength, or the signature itself. */
export interface SignatureFault {
  readonly kind: 'algorithm' | 'weak' | 'invalid'
  readonly message: string
}

const defaultMinRsaBits = 2048
const maxRsaBits = 16384

/** What is wrong with the strength of an algorithm or a key, before anything is computed; undefined where nothing is. */
export function weaknessOf(algorithm: SignatureAlgorithm, key: CertificateKey, rules: PathRules): SignatureFault | undefined {
  const hash = algorithm.kind === 'rsa' || algorithm.kind === 'ecdsa' ? algorithm.hash : undefined
  const sha1Allowed = rules.allowSha1 === true && algorithm.kind === 'rsa' && algorithm.padding === 'pkcs1'
  if (hash === 'md5' || (hash === 'sha1' && !sha1Allowed)) {
    return { kind: 'weak', message: `expected a signature over SHA-256, SHA-384 or SHA-512, found one over ${hash === 'md5' ? 'MD5' : 'SHA-1'}` }
  }
  return keyWeakness(key, rules)
}

/** An RSA key that is too short. */
export function keyWeakness({ kind, bits = 0 }: CertificateKey, { minRsaBits = defaultMinRsaBits }: PathRules): SignatureFault | undefined {
  return kind === 'rsa' && bits < minRsaBits ? { kind: 'weak', message: `expected an RSA key of at least ${minRsaBits} bits, found one of ${bits}` } : undefined
}

/** Verifies a signature by the key of a certificate; undefined where it is right. Never throws on bad keys and signatures. */
export async function signatureFault(
  algorithm: SignatureAlgorithm,
  key: CertificateKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<SignatureFault | undefined> {
  if (algorithm.kind === 'other') return { kind: 'algorithm', message: `expected a signature by RSA, ECDSA or Ed25519, found the algorithm ${algorithm.oid}` }
  if (algorithm.kind !== key.kind) return { kind: 'algorithm', message: `expected a key for ${algorithm.kind}, found one of kind ${key.kind}` }
  if ((key.bits ?? 0) > maxRsaBits) return { kind: 'algorithm', message: `expected an RSA key of at most ${maxRsaBits} bits, found one of ${key.bits}` }
  if (algorithm.kind === 'rsa' && algorithm.padding === 'pkcs1') {
    return (await verifyPkcs1(key.spki, algorithm.hash, message, signature)) ? undefined : invalid
  }
  const hash = algorithm.kind === 'ed25519' ? 'sha256' : algorithm.hash
  if (hash !== 'sha256' && hash !== 'sha384' && hash !== 'sha512') {
    return { kind: 'algorithm', message: `expected a signature over SHA-256, SHA-384 or SHA-512, found one over ${hash}` }
  }
  try {
    // the parameters say how long the salt is, and only one of the hash's length is read
    const verifier = algorithm.kind === 'rsa' ? await importVerifier(key.pem, { hash, exactPssSalt: true }) : await verifierOf(key, hash)
    return (await verifier.verify(message, { keyid: '', sig: signature })) === undefined ? invalid : undefined
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { kind: 'algorithm', message: `the key cannot be used: ${error.message}` }
  }
}

const invalid: SignatureFault = { kind: 'invalid', message: 'the signature does not verify' }

type CoreHash = Extract<SignatureHash, 'sha256' | 'sha384' | 'sha512'>

const verifiers = new WeakMap<CertificateKey, Map<CoreHash, Promise<KeyVerifier>>>()

/** Core's verifier of a key, made once: the same authority judges many signatures. */
export async function verifierOf(key: CertificateKey, hash: CoreHash): Promise<KeyVerifier> {
  const known = verifiers.get(key) ?? new Map<CoreHash, Promise<KeyVerifier>>()
  verifiers.set(key, known)
  const verifier = known.get(hash) ?? importVerifier(key.pem, { hash })
  known.set(hash, verifier)
  return verifier
}
