import { encodeBase64, encodeJson } from '@cilock/core'
import type { BundleContent, BundleMaterial, SigstoreBundle } from './bundle.ts'
import { bundleMediaType } from '../media-type.ts'

/**
 * The JSON of a bundle of version 0.3. The key id of an envelope's signature is left out: cosign refuses envelopes that
 * have one.
 */
export function encodeBundle({ material, content, timestamps = [] }: Pick<SigstoreBundle, 'material' | 'content'> & Partial<Pick<SigstoreBundle, 'timestamps'>>): Uint8Array {
  return encodeJson({
    mediaType: bundleMediaType,
    verificationMaterial: {
      ...materialJson(material),
      ...(timestamps.length > 0 && { timestampVerificationData: { rfc3161Timestamps: timestamps.map((each) => ({ signedTimestamp: encodeBase64(each) })) } }),
    },
    ...contentJson(content),
  })
}

function materialJson(material: BundleMaterial): object {
  if (material.kind === 'publicKey') return { publicKey: { hint: material.hint } }
  const certificates = material.certificates.map((der) => ({ rawBytes: encodeBase64(der) }))
  // a chain is against the rule of v0.3, and what cosign writes where there is one; its readers want --allow-certificate-chain
  return certificates.length === 1 ? { certificate: certificates[0] } : { x509CertificateChain: { certificates } }
}

function contentJson(content: BundleContent): object {
  if (content.kind === 'message') {
    const { digest, signature } = content
    return { messageSignature: { messageDigest: digest === undefined ? {} : { algorithm: digest.algorithm, digest: encodeBase64(digest.bytes) }, signature: encodeBase64(signature) } }
  }
  const { payload, payloadType, signatures } = content.envelope
  return { dsseEnvelope: { payload: encodeBase64(payload), payloadType, signatures: signatures.map(({ sig }) => ({ sig: encodeBase64(sig) })) } }
}
