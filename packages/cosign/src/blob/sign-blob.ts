import { inTotoPayloadType, signEnvelope } from '@cilock/core'
import type { Signer } from '@cilock/core'
import { digestOf } from '@cilock/registry'
import type { MessageHash } from '../bundle/bundle.ts'
import { encodeBundle } from '../bundle/encode-bundle.ts'
import { signerMaterial } from '../write/material.ts'
import { signMessage } from '../write/sign.ts'
import { encodeArtifactStatement } from '../write/statement.ts'
import { messageDigest } from './message-digest.ts'

/** How a file is signed. */
export interface SignBlobOptions {
  /** The content of the file. */
  readonly blob: Uint8Array
  /** For what cosign verifies: `cosignSigner()`. */
  readonly signer: Signer
  /** What the signer hashes with, which the bundle states. Default: what the signer says (`cosignSigner()`), else SHA-256. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512'
}

/** How something is attested of a file. */
export interface AttestBlobOptions extends Omit<SignBlobOptions, 'hash'> {
  /** What the file is called. */
  readonly name: string
  /** The URI of what is said. */
  readonly predicateType: string
  /** JSON; written as it is. */
  readonly predicate: unknown
}

/**
 * Signs a file: the bundle that `cosign verify-blob` takes.
 *
 * @throws CosignError `ERR_SIGNER_FAILED`
 * @example
 * await writeFile('app.bundle', await signBlob({ blob: await readFile('app'), signer }))
 */
export async function signBlob({ blob, signer, hash }: SignBlobOptions): Promise<Uint8Array> {
  if (!(blob instanceof Uint8Array)) throw new TypeError('blob has to be the bytes of the file')
  const signature = await signMessage(signer, blob)
  const algorithm = messageHashOf(signer, hash)
  const digest = { algorithm, bytes: await messageDigest(blob, algorithm) }
  return encodeBundle({ material: signerMaterial(signer), content: { kind: 'message', signature, digest } })
}

/**
 * Signs a statement about a file: the bundle that `cosign verify-blob-attestation` takes.
 *
 * @throws CosignError `ERR_MALFORMED`
 * @throws CilockError `ERR_SIGNER_FAILED`
 */
export async function attestBlob({ blob, signer, name, predicateType, predicate }: AttestBlobOptions): Promise<Uint8Array> {
  if (!(blob instanceof Uint8Array)) throw new TypeError('blob has to be the bytes of the file')
  const artifact = { algorithm: 'sha256', hex: digestOf(blob).slice('sha256:'.length) } as const
  const payload = encodeArtifactStatement({ artifact, name, predicateType, predicate })
  const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [signer] })
  return encodeBundle({ material: signerMaterial(signer), content: { kind: 'envelope', envelope } })
}

const hashes = { sha256: 'SHA2_256', sha384: 'SHA2_384', sha512: 'SHA2_512' } as const

function messageHashOf(signer: Signer, hash: SignBlobOptions['hash']): MessageHash {
  if (hash !== undefined) return hashes[hash]
  // Ed25519 hashes by itself; cosign states no digest then, and refuses bundles without one
  return 'hash' in signer && (signer.hash === 'sha384' || signer.hash === 'sha512') ? hashes[signer.hash] : hashes.sha256
}
