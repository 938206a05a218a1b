import { builtinError } from '../builtins/operands.ts'
import { decodeBase64 } from '../encoding/base64-bytes.ts'
import { decodePem } from '../encoding/pem.ts'
import { parseCertificates, type Certificate } from '../x509/certificate.ts'
import { parsePkcs1, parsePkcs8, parseSec1, type PrivateKey } from '../x509/private-key.ts'
import { join } from './rsa.ts'

/** Standard base64, or Go's error. */
export function base64Bytes(text: string): Uint8Array {
  const bytes = decodeBase64(text)
  if (typeof bytes === 'number') throw builtinError(`illegal base64 data at input byte ${bytes}`)
  return bytes
}

/** Bytes as a text, one character a byte where they are ASCII. */
function asText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Certificates from PEM, base64 of PEM, or base64 of DER. */
export function certificatesFrom(text: string): readonly Certificate[] {
  if (text.startsWith('-----BEGIN')) return certificatesFromPem(text)
  const bytes = base64Bytes(text)
  const inner = asText(bytes)
  return inner.startsWith('-----BEGIN') ? certificatesFromPem(inner) : parseCertificates(bytes)
}

function certificatesFromPem(pem: string): readonly Certificate[] {
  const parts: Uint8Array[] = []
  for (let block = decodePem(pem); block !== undefined; block = decodePem(block.rest)) {
    if (block.type !== 'CERTIFICATE') throw builtinError(`PEM block type is '${block.type}', expected CERTIFICATE`)
    parts.push(block.bytes)
  }
  return parseCertificates(join(...parts))
}

/** The DER of a request in PEM, base64 of PEM, or base64 of DER. */
export function certificateRequestFrom(text: string): Uint8Array {
  const bytes = text.startsWith('-----BEGIN CERTIFICATE REQUEST-----') ? new TextEncoder().encode(text) : base64Bytes(text)
  const block = decodePem(asText(bytes))
  if (block === undefined) return bytes
  if (block.type !== 'CERTIFICATE REQUEST') throw builtinError('invalid PEM-encoded certificate signing request')
  return block.bytes
}

/** The private keys of a PEM text, or of its base64. Blocks of other types are passed over. */
export function privateKeysFrom(text: string): readonly PrivateKey[] {
  const decoded = decodeBase64(text)
  const keys: PrivateKey[] = []
  for (let block = decodePem(typeof decoded === 'number' ? text : asText(decoded)); block !== undefined; block = decodePem(block.rest)) {
    if (block.type === 'RSA PRIVATE KEY') keys.push(parsePkcs1(block.bytes))
    else if (block.type === 'PRIVATE KEY') keys.push(parsePkcs8(block.bytes))
    else if (block.type === 'EC PRIVATE KEY') keys.push(parseSec1(block.bytes))
  }
  return keys
}
