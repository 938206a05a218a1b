import { encodeBase64 } from '../bytes/base64.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { PlainText, stringifyJson } from '../json/write.ts'
import type { Envelope, EnvelopeSignature } from './envelope.ts'

/**
 * The JSON text of an envelope, byte for byte as Go writes it: compact, no newline at the end, standard base64 with
 * padding, extensions left out when they are empty.
 */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return encodeUtf8(envelopeText(envelope))
}

/** The same before it is bytes. */
export function envelopeText({ payload, payloadType, signatures }: Envelope): string {
  return stringifyJson({ payload: base64(payload), payloadType, signatures: signatures.map(signatureJson) })
}

function signatureJson({ keyid, sig, certificate, intermediates, timestamps }: EnvelopeSignature): object {
  return {
    keyid,
    sig: base64(sig),
    ...(certificate !== undefined && certificate.length > 0 && { certificate: base64(certificate) }),
    ...(intermediates !== undefined && intermediates.length > 0 && { intermediates: intermediates.map(base64) }),
    ...(timestamps !== undefined &&
      timestamps.length > 0 && { timestamps: timestamps.map(({ type, data }) => ({ type, data: base64(data) })) }),
  }
}

function base64(bytes: Uint8Array): PlainText {
  return new PlainText(encodeBase64(bytes))
}
