import type { Envelope, EnvelopeSignature } from '@cilock/core'

export const envelopeKinds = ['payload', 'payloadType', 'signature', 'keyid', 'certificate', 'timestamp', 'unsigned', 'repeated-signature'] as const

/** What can be done to an envelope without looking into what it holds. Undefined where there is nothing of the kind. */
export const tamperEnvelope: Readonly<Record<(typeof envelopeKinds)[number], (envelope: Envelope) => Envelope | undefined>> = {
  payload: (envelope) => ({ ...envelope, payload: Uint8Array.of(...envelope.payload, 0x20) }),
  payloadType: (envelope) => ({ ...envelope, payloadType: `${envelope.payloadType}.tampered` }),
  signature: (envelope) => eachSignature(envelope, (signature) => ({ ...signature, sig: lastBitFlipped(signature.sig) })),
  keyid: (envelope) => eachSignature(envelope, (signature) => ({ ...signature, keyid: lastDigitChanged(signature.keyid) })),
  certificate: (envelope) => certificateOf(envelope, (certificate) => middleChanged(certificate)),
  timestamp: (envelope) =>
    envelope.signatures.some(({ timestamps = [] }) => timestamps.length > 0)
      ? eachSignature(envelope, ({ timestamps = [], ...signature }) => ({
          ...signature,
          timestamps: timestamps.map(({ type, data }) => ({ type, data: lastBitFlipped(data) })),
        }))
      : undefined,
  unsigned: (envelope) => (envelope.signatures.length === 0 ? undefined : { ...envelope, signatures: [] }),
  'repeated-signature': (envelope) => {
    const [first] = envelope.signatures
    return first === undefined ? undefined : { ...envelope, signatures: [...envelope.signatures, first] }
  },
}

function eachSignature(envelope: Envelope, change: (signature: EnvelopeSignature) => EnvelopeSignature): Envelope | undefined {
  return envelope.signatures.length === 0 ? undefined : { ...envelope, signatures: envelope.signatures.map(change) }
}

function certificateOf(envelope: Envelope, change: (certificate: Uint8Array) => Uint8Array): Envelope | undefined {
  if (!envelope.signatures.some(({ certificate }) => certificate !== undefined)) return undefined
  return eachSignature(envelope, (signature) =>
    signature.certificate === undefined ? signature : { ...signature, certificate: change(signature.certificate) },
  )
}

/** The last bit of a DER signature belongs to a number, so the structure stays whole. */
function lastBitFlipped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte))
}

/** Another letter of base64 in the middle of a PEM text: still PEM, another certificate. */
function middleChanged(pem: Uint8Array): Uint8Array {
  const middle = pem.length >> 1
  const at = pem[middle] === 0x0a ? middle + 1 : middle
  return pem.map((byte, index) => (index === at ? (byte === 0x41 ? 0x42 : 0x41) : byte))
}

/** The same text but for its last hexadecimal digit. */
export function lastDigitChanged(text: string): string {
  const last = Number.parseInt(text.slice(-1), 16)
  return Number.isNaN(last) ? `${text}0` : text.slice(0, -1) + (last ^ 1).toString(16)
}
