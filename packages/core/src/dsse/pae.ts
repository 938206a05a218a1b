import { encodeUtf8, isWellFormed } from '../bytes/utf8.ts'

/**
 * The bytes that a DSSE signature covers: `DSSEv1`, then payload type and payload, each after its length in bytes.
 *
 * @see https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md
 */
export function encodePae(payloadType: string, payload: Uint8Array): Uint8Array {
  // of a text `set` would take each character for a number, and most are none: it would be signed as zeros
  if (!(payload instanceof Uint8Array)) throw new TypeError('a payload is bytes (Uint8Array); encode text, and read an envelope with parseEnvelope')
  // UTF-8 would turn each into U+FFFD, so that two types had one encoding
  if (!isWellFormed(payloadType)) throw new TypeError('a payload type holds no lone surrogates')
  const type = encodeUtf8(payloadType)
  const head = encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `)
  const pae = new Uint8Array(head.length + payload.length)
  pae.set(head)
  pae.set(payload, head.length)
  return pae
}
