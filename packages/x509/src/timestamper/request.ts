import { decodeHex, sha256Hex } from '@cilock/core'
import { derBoolean, derInteger, derNull, derOctets, derOid, derSequence } from '@cilock/der'

const sha256Oid = '2.16.840.1.101.3.4.2.1'

/**
 * A TimeStampReq over the SHA-256 of a message, which asks for the certificate of who answers: without it a token can only be
 * verified by those who have that certificate already.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3161#section-2.4.1
 */
export function encodeTimestampRequest(message: Uint8Array, nonce: bigint): Uint8Array {
  const imprint = derSequence(derSequence(derOid(sha256Oid), derNull), derOctets(decodeHex(sha256Hex(message))))
  return derSequence(derInteger(1), imprint, derInteger(nonce), derBoolean(true))
}
