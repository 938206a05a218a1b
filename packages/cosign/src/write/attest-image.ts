import { encodeEnvelope, inTotoPayloadType, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import type { Manifest } from '@cilock/registry'
import type { BundleMaterial } from '../bundle/bundle.ts'
import { encodeBundle } from '../bundle/encode-bundle.ts'
import { CosignError } from '../error.ts'
import { callOptions } from '../find/call.ts'
import { envelopeMediaType, layerAnnotations } from '../media-type.ts'
import { readStatement } from '../verify/statement.ts'
import { artifactOf, subjectOf } from '../verify/subject.ts'
import { appendLayer } from './append-layer.ts'
import { certificateAnnotations, signatureMaterial, signerMaterial } from './material.ts'
import type { AttachAttestationOptions, Attached, AttachOptions, AttestImageOptions } from './options.ts'
import { putBundle } from './put-bundle.ts'
import { encodeArtifactStatement } from './statement.ts'

/**
 * Signs a statement about an image and puts it beside it, so that `cosign verify-attestation` accepts it. The predicate is
 * written as it is; cosign's own `attest` changes numbers and drops members that it does not know.
 *
 * @throws CosignError `ERR_MALFORMED`, `ERR_SIGNER_FAILED`, `ERR_COSIGN_TAG`, `ERR_COSIGN_LOST`
 * @throws RegistryError where the image cannot be had, or the registry does not take what is written
 * @example
 * await attestImage({ store, image: 'v1', signer, predicateType: 'https://slsa.dev/provenance/v1', predicate })
 */
export async function attestImage(options: AttestImageOptions): Promise<Attached> {
  const { store, image, signer, predicateType, predicate, reference = store.name, signal } = options
  const manifest = await store.manifest(image, callOptions(signal))
  const payload = encodeArtifactStatement({ artifact: artifactOf(manifest, store.name), name: reference, predicateType, predicate })
  const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [signer] })
  return attach(options, { manifest, envelope, predicateType, material: signerMaterial(signer), annotations: certificateAnnotations(signer) })
}

/**
 * Puts an envelope that is signed already beside the image that it is about: what CI/lock signed counts for cosign as it is,
 * by the same key. In a bundle its key id is left out, which cosign refuses.
 *
 * @throws CosignError `ERR_PAYLOAD_TYPE`, `ERR_PAYLOAD_MALFORMED`, `ERR_STATEMENT_TYPE`, `ERR_SUBJECT_MISMATCH` where it is no
 * statement about the image; `ERR_ENTRY_MALFORMED` where a bundle has no place for its signatures; `ERR_COSIGN_TAG`, `ERR_COSIGN_LOST`
 * @throws RegistryError where the image cannot be had, or the registry does not take what is written
 */
export async function attachAttestation(options: AttachAttestationOptions): Promise<Attached> {
  const { store, image, form = 'bundle', envelope, signal } = options
  const manifest = await store.manifest(image, callOptions(signal))
  if (envelope.payloadType !== inTotoPayloadType) throw new CosignError('ERR_PAYLOAD_TYPE', `expected a payload of type ${inTotoPayloadType}, found ${JSON.stringify(envelope.payloadType.slice(0, 120))}`)
  const { statement, subjects } = readStatement(envelope.payload, form === 'bundle' ? 'bundle' : 'envelope')
  subjectOf(subjects, artifactOf(manifest, store.name))
  const [first, ...rest] = envelope.signatures
  if (first === undefined) throw new CosignError('ERR_SIGNATURE_MISSING', 'the envelope has no signatures')
  if (form === 'bundle' && rest.length > 0) throw new CosignError('ERR_ENTRY_MALFORMED', `expected one signature, which is all that a bundle holds, found ${envelope.signatures.length}`)
  return attach(options, { manifest, envelope, predicateType: statement.predicateType, material: signatureMaterial(first), annotations: {} })
}

interface Signed {
  readonly manifest: Manifest
  readonly envelope: Envelope
  readonly predicateType: string
  readonly material: BundleMaterial
  readonly annotations: Readonly<Record<string, string>>
}

async function attach({ store, form = 'bundle', signatures = store, now, signal }: AttachOptions, { manifest, envelope, predicateType, material, annotations }: Signed): Promise<Attached> {
  if (form === 'bundle') return putBundle({ store: signatures, manifest, bundle: encodeBundle({ material, content: { kind: 'envelope', envelope } }), predicateType, now, signal })
  return appendLayer({
    store: signatures,
    kind: 'attestation',
    digest: manifest.digest,
    content: encodeEnvelope(envelope),
    mediaType: envelopeMediaType,
    annotations: { [layerAnnotations.signature]: '', [layerAnnotations.predicateType]: predicateType, ...annotations },
    isSame: async () => false,
    signal,
  })
}
