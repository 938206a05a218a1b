import type { Verifier } from '@cilock/core'
import { digestOf } from '@cilock/registry'
import type { BundleContent, SigstoreBundle } from '../bundle/bundle.ts'
import { parseBundle } from '../bundle/parse-bundle.ts'
import { CosignError } from '../error.ts'
import { bundleSignature, verifiersFor } from '../verify/bundle-signature.ts'
import { signersOfMessage, verifySignedEnvelope } from '../verify/signature.ts'
import { readStatement } from '../verify/statement.ts'
import { subjectOf } from '../verify/subject.ts'
import type { Artifact } from '../verify/subject.ts'
import { messageDigest } from './message-digest.ts'
import type { Blob, VerifiedBlob, VerifiedBlobAttestation, VerifyBlobAttestationOptions, VerifyBlobOptions } from './options.ts'

/**
 * Verifies that a file is signed by its bundle, as `cosign verify-blob` does: a signature of its bytes, or of a statement about
 * it. What returns is verified.
 *
 * @throws CosignError `ERR_ENTRY_MALFORMED`, `ERR_BUNDLE_VERSION`, `ERR_SIGNATURE_INVALID`, `ERR_SIGNATURE_MISSING`,
 * `ERR_KEYLESS_UNSUPPORTED`, `ERR_SUBJECT_MISMATCH`, `ERR_PAYLOAD_TYPE`, `ERR_PAYLOAD_MALFORMED`, `ERR_STATEMENT_TYPE`,
 * `ERR_LIMIT_EXCEEDED`
 * @example
 * await verifyBlob({ blob, bundle: bundleText, verifiers: [await cosignVerifier(publicKeyPem)] })
 */
export async function verifyBlob({ blob, bundle: given, verifiers }: VerifyBlobOptions): Promise<VerifiedBlob> {
  const artifact = artifactOf(blob)
  const bundle = bundleOf(given, verifiers)
  const { content } = bundle
  if (content.kind === 'message') return { signers: await verifyMessage(bundle, content, artifact, verifiers) }
  const { signers, statement } = await verifyStatement(bundle, content, artifact, verifiers)
  return { signers, statement }
}

/**
 * Verifies an attestation about a file, as `cosign verify-blob-attestation` does.
 *
 * @throws CosignError as {@link verifyBlob}, and `ERR_PREDICATE_TYPE`
 */
export async function verifyBlobAttestation({ blob, bundle: given, verifiers, predicateType }: VerifyBlobAttestationOptions): Promise<VerifiedBlobAttestation> {
  const artifact = artifactOf(blob)
  const bundle = bundleOf(given, verifiers)
  const { content } = bundle
  if (content.kind === 'message') throw new CosignError('ERR_PAYLOAD_TYPE', 'expected a bundle with an in-toto statement, found one with the signature of a message')
  const verified = await verifyStatement(bundle, content, artifact, verifiers)
  const found = verified.statement.predicateType
  if (predicateType !== undefined && found !== predicateType) {
    throw new CosignError('ERR_PREDICATE_TYPE', `expected an attestation of type ${JSON.stringify(predicateType)}, found one of type ${JSON.stringify(found.slice(0, 200))}`)
  }
  return verified
}

async function verifyMessage(bundle: SigstoreBundle, { signature, digest }: BundleContent & { kind: 'message' }, { bytes }: Artifact, verifiers: readonly Verifier[]): Promise<VerifiedBlob['signers']> {
  if (bytes === undefined) throw new TypeError('blob has to be the bytes: the bundle holds a signature of them, not of a digest')
  const signers = await signersOfMessage(bytes, bundleSignature(bundle, signature), verifiersFor(bundle, verifiers))
  if (digest !== undefined && !sameBytes(digest.bytes, await messageDigest(bytes, digest.algorithm))) {
    throw new CosignError('ERR_SUBJECT_MISMATCH', `expected a bundle with the ${digest.algorithm} of the file, found another's`)
  }
  return signers
}

async function verifyStatement(bundle: SigstoreBundle, { envelope: found }: BundleContent & { kind: 'envelope' }, artifact: Artifact, verifiers: readonly Verifier[]): Promise<VerifiedBlobAttestation> {
  const signatures = found.signatures.map(({ sig }) => bundleSignature(bundle, sig))
  const envelope = await verifySignedEnvelope({ ...found, signatures }, verifiersFor(bundle, verifiers))
  const { statement, subjects } = readStatement(envelope.payload, 'bundle')
  subjectOf(subjects, artifact)
  return { envelope, statement, signers: envelope.signers }
}

function bundleOf(given: VerifyBlobOptions['bundle'], verifiers: readonly Verifier[]): SigstoreBundle {
  if (!Array.isArray(verifiers) || verifiers.length === 0) throw new TypeError('verifiers has to be a list with at least one verifier')
  return typeof given === 'string' || given instanceof Uint8Array ? parseBundle(given) : given
}

function artifactOf(blob: Blob): Artifact {
  if (blob instanceof Uint8Array) return { name: 'the file', algorithm: 'sha256', hex: digestOf(blob).slice('sha256:'.length), bytes: blob }
  const [algorithm, hex] = 'sha256' in blob ? (['sha256', blob.sha256] as const) : (['sha512', blob.sha512] as const)
  const wanted = algorithm === 'sha256' ? /^[0-9a-f]{64}$/i : /^[0-9a-f]{128}$/i
  if (typeof hex !== 'string' || !wanted.test(hex)) throw new TypeError(`blob.${algorithm} has to be hexadecimal, ${algorithm === 'sha256' ? 64 : 128} digits`)
  return { name: 'the file', algorithm, hex: hex.toLowerCase() }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
