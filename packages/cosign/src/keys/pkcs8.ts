import { CosignError } from '../error.ts'
import { firstPemBlock } from './pem.ts'

const version = Uint8Array.of(0x02, 0x01, 0x00)

/**
 * The PKCS#8 DER of a private key in PKCS#8, PKCS#1 or SEC1, which core has read already and whose SPKI is known: both forms
 * name the algorithm alike.
 *
 * @throws CosignError `ERR_COSIGN_KEY`
 * @see https://www.rfc-editor.org/rfc/rfc5208#section-5
 */
export function pkcs8Of(privateKeyPem: string, spki: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = firstPemBlock(privateKeyPem, 'PRIVATE KEY')
  if (block?.label === 'PRIVATE KEY') return new Uint8Array(block.bytes)
  if (block?.label === 'RSA PRIVATE KEY' || block?.label === 'EC PRIVATE KEY') {
    return element(0x30, version, algorithmOf(spki), element(0x04, block.bytes))
  }
  throw new CosignError('ERR_COSIGN_KEY', `expected a private key in PKCS#8, PKCS#1 or SEC1 that is not encrypted, found ${block === undefined ? 'none' : JSON.stringify(block.label)}`)
}

/** The first member of a SubjectPublicKeyInfo. */
function algorithmOf(spki: Uint8Array): Uint8Array {
  const start = headLength(spki)
  const algorithm = spki.subarray(start)
  return algorithm.subarray(0, headLength(algorithm) + (algorithm[1] ?? 0))
}

/** Of tag and length; algorithms are short, what they stand in may not be. */
function headLength(der: Uint8Array): number {
  const length = der[1] ?? 0
  return length < 0x80 ? 2 : 2 + (length & 0x7f)
}

function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = length < 0x80 ? [length] : length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  const out = new Uint8Array(1 + head.length + length)
  out.set([tag, ...head])
  let at = 1 + head.length
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
