import { decodeBase64, encodeBase64, inTotoPayloadType, signEnvelope } from '@cilock/core'
import type { Signer } from '@cilock/core'
import { digestOf } from '@cilock/registry'
import type { Descriptor } from '@cilock/registry'
import { encodeBundle } from '../bundle/encode-bundle.ts'
import { callOptions } from '../find/call.ts'
import { cosignVerifier } from '../keys/cosign-verifier.ts'
import { encodeDocument } from '../legacy/document.ts'
import { documentMediaType, layerAnnotations, signaturePredicateType } from '../media-type.ts'
import { artifactOf } from '../verify/subject.ts'
import { appendLayer } from './append-layer.ts'
import { certificateAnnotations, publicKeyOf, signerMaterial } from './material.ts'
import type { Attached, SignImageOptions } from './options.ts'
import { putBundle } from './put-bundle.ts'
import { signMessage } from './sign.ts'
import { encodeArtifactStatement } from './statement.ts'

/**
 * Signs an image so that `cosign verify` accepts it. What is there already stays.
 *
 * @throws CosignError `ERR_SIGNER_FAILED`, `ERR_COSIGN_TAG`, `ERR_COSIGN_LOST`
 * @throws RegistryError where the image cannot be had, or the registry does not take what is written
 * @example
 * await signImage({ store, image: 'v1', signer: await cosignSigner(privateKey, { password }) })
 */
export async function signImage(options: SignImageOptions): Promise<Attached> {
  const { store, image, signer, form = 'bundle', annotations = {}, signatures = store, now, signal } = options
  const manifest = await store.manifest(image, callOptions(signal))
  if (form === 'tag') return signDocument(options, manifest.digest)
  const artifact = artifactOf(manifest, store.name)
  const payload = encodeArtifactStatement({ artifact, annotations, predicateType: signaturePredicateType, predicate: {} })
  const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [signer] })
  const bundle = encodeBundle({ material: signerMaterial(signer), content: { kind: 'envelope', envelope } })
  return putBundle({ store: signatures, manifest, bundle, predicateType: signaturePredicateType, now, signal })
}

async function signDocument({ store, signer, annotations = {}, signatures = store, reference = store.name, signal }: SignImageOptions, digest: string): Promise<Attached> {
  const content = encodeDocument(reference, digest, annotations)
  const sig = await signMessage(signer, content)
  return appendLayer({
    store: signatures,
    kind: 'signature',
    digest,
    content,
    mediaType: documentMediaType,
    annotations: { [layerAnnotations.signature]: encodeBase64(sig), ...certificateAnnotations(signer) },
    isSame: await sameSignature(signer, content),
    signal,
  })
}

/** Whether a layer is the same document with a good signature by the same key: signatures differ each time they are made. */
async function sameSignature(signer: Signer, content: Uint8Array): Promise<(layer: Descriptor) => Promise<boolean>> {
  const pem = publicKeyOf(signer)
  if (pem === undefined || signer.certificate !== undefined) return async () => false
  const verifier = await cosignVerifier(pem)
  const digest = digestOf(content)
  return async (layer) => {
    const text = layer.annotations?.[layerAnnotations.signature] ?? ''
    if (layer.digest !== digest || layer.mediaType !== documentMediaType || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return false
    return (await verifier.verify(content, { keyid: '', sig: decodeBase64(text) })) !== undefined
  }
}
