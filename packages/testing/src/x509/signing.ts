import { decodeBase64, type GeneratedKey } from '@cilock/core'
import { contextTag, der, derInteger, derNull, derOid, derSequence, DerReader, Tag } from '@cilock/der'

const sha256 = '2.16.840.1.101.3.4.2.1'

/** The SubjectPublicKeyInfo of a key. */
export function spkiOf({ publicKeyPem }: GeneratedKey): Uint8Array {
  return decodeBase64(publicKeyPem.replaceAll(/-----[^-]*-----|\s/g, ''))
}

/** How core's signer of a key signs, as an AlgorithmIdentifier: ECDSA and RSA-PSS over SHA-256, or Ed25519. */
export function algorithmOf(key: GeneratedKey): Uint8Array {
  const oid = new DerReader(spkiOf(key)).enter(Tag.sequence)?.enter(Tag.sequence)?.oidText()
  switch (oid) {
    case '1.2.840.10045.2.1':
      return derSequence(derOid('1.2.840.10045.4.3.2'))
    case '1.3.101.112':
      return derSequence(derOid(oid))
    case '1.2.840.113549.1.1.1': {
      const hash = derSequence(derOid(sha256), derNull)
      const generator = derSequence(derOid('1.2.840.113549.1.1.8'), hash)
      const parameters = derSequence(der(contextTag(0, true), hash), der(contextTag(1, true), generator), der(contextTag(2, true), derInteger(32)))
      return derSequence(derOid('1.2.840.113549.1.1.10'), parameters)
    }
    default:
      throw new TypeError(`a key of algorithm ${String(oid)} signs no certificates here`)
  }
}
