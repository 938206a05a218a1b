import { CilockError, encodePem, keyIdOf, sha256Hex } from '@cilock/core'
import { DerReader, Tag } from '@cilock/der'
import type { CertificateKey } from './certificate-key.ts'
import { malformed, need, needEnd } from './malformed.ts'

const curves: ReadonlyMap<string, string> = new Map([
  ['1.3.132.0.33', 'P-224'],
  ['1.2.840.10045.3.1.7', 'P-256'],
  ['1.3.132.0.34', 'P-384'],
  ['1.3.132.0.35', 'P-521'],
])

/** Reads a SubjectPublicKeyInfo. Whether the key can be used is for whoever verifies with it. */
export function readCertificateKey(reader: DerReader): CertificateKey {
  const where = 'the public key'
  const element = need(reader.element(Tag.sequence), where)
  const info = new DerReader(element.content)
  const algorithm = need(info.enter(Tag.sequence), `the algorithm of ${where}`)
  const oid = need(algorithm.oidText(), `the algorithm of ${where}`)
  const parameters = algorithm.empty ? undefined : need(algorithm.any(), `the parameters of ${where}`)
  needEnd(algorithm, `the algorithm of ${where}`)
  const bits = need(info.bitString(), `the bits of ${where}`)
  if (bits.padding !== 0) throw malformed(`whole bytes of ${where}`, 'some bits')
  needEnd(info, where)
  const pem = encodePem('PUBLIC KEY', element.full)
  const keyid = nameOf(pem)
  return {
    ...shapeOf(oid, new DerReader(parameters?.full ?? new Uint8Array()), bits.bytes),
    spki: element.full,
    pem,
    ...(keyid !== undefined && { keyid }),
    fingerprint: sha256Hex(element.full),
  }
}

/** The numbers of an RSA key; undefined where they are not in their form. */
export function rsaNumbers(bits: Uint8Array): { readonly modulus: bigint; readonly exponent: bigint } | undefined {
  const outer = new DerReader(bits)
  const sequence = outer.enter(Tag.sequence)
  const [modulus, exponent] = [sequence?.integer(), sequence?.integer()]
  if (modulus === undefined || exponent === undefined || modulus <= 0n || exponent <= 0n || sequence?.empty !== true || !outer.empty) return undefined
  return { modulus, exponent }
}

/** The bits of a SubjectPublicKeyInfo that was read before. */
export function keyBits(spki: Uint8Array): Uint8Array {
  const info = new DerReader(spki).enter(Tag.sequence)
  info?.any()
  return info?.bitString()?.bytes ?? new Uint8Array()
}

function shapeOf(oid: string, parameters: DerReader, bits: Uint8Array): Pick<CertificateKey, 'kind' | 'bits' | 'curve'> {
  switch (oid) {
    case '1.2.840.113549.1.1.1': {
      const numbers = need(rsaNumbers(bits), 'a modulus and an exponent in an RSA key')
      return { kind: 'rsa', bits: numbers.modulus.toString(2).length }
    }
    case '1.2.840.10045.2.1': {
      const curve = curves.get(parameters.oidText() ?? '')
      return curve === undefined ? { kind: 'ecdsa' } : { kind: 'ecdsa', curve }
    }
    case '1.3.101.112':
      return { kind: 'ed25519' }
    default:
      return { kind: 'other' }
  }
}

/** The key id of a key that core knows; others have none. */
function nameOf(pem: string): string | undefined {
  try {
    return keyIdOf(pem)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

