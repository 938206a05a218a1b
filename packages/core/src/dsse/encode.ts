import { encodeBase64 } from '../bytes/base64.ts'
import { encodeJson } from '../json/write.ts'
import type { Envelope, EnvelopeSignature } from './envelope.ts'

/**
 * The JSON text of an envelope, byte for byte as Go writes it: compact, no newline at the end, standard base64 with
 * padding, extensions left out when they are empty.
 */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return encodeJson({
    payload: encodeBase64(envelope.payload),
    payloadType: envelope.payloadType,
    signatures: envelope.signatures.map(signatureJson),
  })
}

function signatureJson({ keyid, sig, certificate, intermediates, timestamps }: EnvelopeSignature): object {
  return {
    keyid,
    sig: encodeBase64(sig),
    ...(certificate !== undefined && certificate.length > 0 && { certificate: encodeBase64(certificate) }),
    ...(intermediates !== undefined && intermediates.length > 0 && { intermediates: intermediates.map(encodeBase64) }),
    ...(timestamps !== undefined &&
      timestamps.length > 0 && { timestamps: timestamps.map(({ type, data }) => ({ type, data: encodeBase64(data) })) }),
  }
}
