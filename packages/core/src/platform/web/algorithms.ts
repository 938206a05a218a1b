import { CilockError } from '../../error.ts'
import type { SignatureScheme } from '../../keys/scheme.ts'
import type { KeyKind } from '../keys.ts'

export const hashNames = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const
export const hashLengths = { sha256: 32, sha384: 48, sha512: 64 } as const

export type ImportAlgorithm = 'Ed25519' | { readonly name: 'ECDSA'; readonly namedCurve: string } | { readonly name: string; readonly hash: string }

/** What WebCrypto calls a scheme when it reads a key. */
export function importAlgorithm(scheme: SignatureScheme): ImportAlgorithm {
  switch (scheme.kind) {
    case 'ecdsa':
      if (scheme.curve === 'P-224') throw unsupported('P-224')
      return { name: 'ECDSA', namedCurve: scheme.curve }
    case 'rsa':
      return { name: 'RSA-PSS', hash: hashNames[scheme.hash] }
    case 'ed25519':
      return 'Ed25519'
  }
}

/** What WebCrypto calls a scheme when it signs or verifies; a PSS salt is as long as the hash. */
export function signAlgorithm(scheme: SignatureScheme): AlgorithmIdentifier | EcdsaParams | RsaPssParams {
  switch (scheme.kind) {
    case 'ecdsa':
      return { name: 'ECDSA', hash: hashNames[scheme.hash] }
    case 'rsa':
      return { name: 'RSA-PSS', saltLength: hashLengths[scheme.hash] }
    case 'ed25519':
      return 'Ed25519'
  }
}

/** What WebCrypto calls a kind of key when it makes one. */
export function generateAlgorithm(kind: KeyKind): 'Ed25519' | EcKeyGenParams | RsaHashedKeyGenParams {
  switch (kind) {
    case 'ec-p224':
      throw unsupported('P-224')
    case 'ec-p256':
      return { name: 'ECDSA', namedCurve: 'P-256' }
    case 'ec-p384':
      return { name: 'ECDSA', namedCurve: 'P-384' }
    case 'ec-p521':
      return { name: 'ECDSA', namedCurve: 'P-521' }
    case 'rsa-2048':
    case 'rsa-3072':
    case 'rsa-4096':
      return { name: 'RSA-PSS', modulusLength: Number(kind.slice(4)), publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' }
    case 'ed25519':
      return 'Ed25519'
  }
}

/** A scheme's name for messages. */
export function nameOf(scheme: SignatureScheme): string {
  return scheme.kind === 'ecdsa' ? scheme.curve : scheme.kind === 'rsa' ? `RSA with ${hashNames[scheme.hash]}` : 'Ed25519'
}

/** The refusal of what a browser has not. */
export function unsupported(what: string, cause?: unknown): CilockError {
  return new CilockError('ERR_KEY_UNSUPPORTED', `${what} is not available on this platform`, { cause })
}
