import { decodeHex, encodeBase64, sha256Hex } from '@cilock/core'
import type { EnvelopeSignature, Signer } from '@cilock/core'
import { parseCertificates } from '@cilock/x509'
import type { BundleMaterial } from '../bundle/bundle.ts'
import { firstPemBlock } from '../keys/pem.ts'
import { layerAnnotations } from '../media-type.ts'

/** What stands in a bundle beside the signature of a signer. */
export function signerMaterial(signer: Signer): BundleMaterial {
  const { certificate, intermediates = [] } = signer
  if (certificate !== undefined) return { kind: 'certificate', certificates: [certificate, ...intermediates].flatMap((pem) => parseCertificates(pem).map(({ der }) => der)) }
  return { kind: 'publicKey', hint: hintOf(signer) }
}

/** The same for a signature that is there. */
export function signatureMaterial({ keyid, certificate, intermediates = [] }: EnvelopeSignature): BundleMaterial {
  if (certificate !== undefined && certificate.length > 0) {
    return { kind: 'certificate', certificates: [certificate, ...intermediates].flatMap((pem) => parseCertificates(pem).map(({ der }) => der)) }
  }
  return { kind: 'publicKey', hint: keyid }
}

/** Annotations beside a layer for the signature of a signer. */
export function certificateAnnotations({ certificate, intermediates = [] }: Pick<Signer, 'certificate' | 'intermediates'>): Readonly<Record<string, string>> {
  return certificate === undefined ? {} : { [layerAnnotations.certificate]: certificate, [layerAnnotations.chain]: intermediates.join('') }
}

/** As cosign names a public key: base64 of the SHA-256 of its SPKI DER. What signs by a key that is not known has its key id. */
function hintOf(signer: Signer): string {
  const pem = publicKeyOf(signer)
  const spki = pem === undefined ? undefined : firstPemBlock(pem)?.bytes
  return spki === undefined ? signer.keyid : encodeBase64(decodeHex(sha256Hex(spki)))
}

/** The public key of a signer that tells it. */
export function publicKeyOf(signer: Signer): string | undefined {
  return 'publicKeyPem' in signer && typeof signer.publicKeyPem === 'string' ? signer.publicKeyPem : undefined
}
