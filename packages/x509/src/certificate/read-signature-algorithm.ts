import { contextTag, DerReader, Tag } from '@cilock/der'
import type { SignatureAlgorithm, SignatureHash } from './signature-algorithm.ts'

const hashes: ReadonlyMap<string, SignatureHash> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

const pkcs1: ReadonlyMap<string, SignatureHash> = new Map([
  ['1.2.840.113549.1.1.4', 'md5'],
  ['1.2.840.113549.1.1.5', 'sha1'],
  ['1.2.840.113549.1.1.14', 'sha224'],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
])

const ecdsa: ReadonlyMap<string, SignatureHash> = new Map([
  ['1.2.840.10045.4.1', 'sha1'],
  ['1.2.840.10045.4.3.1', 'sha224'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])

const pss = '1.2.840.113549.1.1.10'
const mgf1 = '1.2.840.113549.1.1.8'
const ed25519 = '1.3.101.112'
const rsaEncryption = '1.2.840.113549.1.1.1'

const saltLengths: Readonly<Record<SignatureHash, bigint>> = { md5: 16n, sha1: 20n, sha224: 28n, sha256: 32n, sha384: 48n, sha512: 64n }

/** Reads an AlgorithmIdentifier that names a signature; undefined where it is not in its form. */
export function readSignatureAlgorithm(content: Uint8Array): SignatureAlgorithm | undefined {
  const reader = new DerReader(content)
  const oid = reader.oidText()
  if (oid === undefined) return undefined
  const hash = pkcs1.get(oid)
  if (hash !== undefined) return nullOrNothing(reader) ? { kind: 'rsa', padding: 'pkcs1', hash } : undefined
  const ecdsaHash = ecdsa.get(oid)
  if (ecdsaHash !== undefined) return reader.empty ? { kind: 'ecdsa', hash: ecdsaHash } : undefined
  if (oid === ed25519) return reader.empty ? { kind: 'ed25519' } : undefined
  if (oid === pss) return readPss(reader) ?? { kind: 'other', oid }
  return { kind: 'other', oid }
}

/** In a CMS signature the algorithm may be that of the key alone; the hash then stands beside it. */
export function readCmsSignatureAlgorithm(content: Uint8Array, hash: SignatureHash): SignatureAlgorithm | undefined {
  const reader = new DerReader(content)
  if (reader.oidText() === rsaEncryption) return nullOrNothing(reader) ? { kind: 'rsa', padding: 'pkcs1', hash } : undefined
  return readSignatureAlgorithm(content)
}

/** Reads an AlgorithmIdentifier that names a hash. */
export function readHashAlgorithm(content: Uint8Array): SignatureHash | undefined {
  const reader = new DerReader(content)
  const hash = hashes.get(reader.oidText() ?? '')
  return nullOrNothing(reader) ? hash : undefined
}

function nullOrNothing(reader: DerReader): boolean {
  return reader.empty || (reader.read(Tag.null)?.length === 0 && reader.empty)
}

/** One hash for everything and a salt of its length, as Go and RFC 4055 for all practical purposes; undefined otherwise. */
function readPss(reader: DerReader): SignatureAlgorithm | undefined {
  const parameters = reader.enter(Tag.sequence)
  if (parameters === undefined || !reader.empty) return undefined
  const hashContent = parameters.enter(contextTag(0, true))?.read(Tag.sequence)
  const generator = parameters.enter(contextTag(1, true))?.enter(Tag.sequence)
  const salt = parameters.enter(contextTag(2, true))?.integer()
  const hash = hashContent === undefined ? 'sha1' : readHashAlgorithm(hashContent)
  if (hash === undefined || !parameters.empty) return undefined
  if (generator === undefined) return hash === 'sha1' && (salt ?? 20n) === 20n ? { kind: 'rsa', padding: 'pss', hash } : undefined
  const sameHash = generator.oidText() === mgf1 && readHashAlgorithm(generator.read(Tag.sequence) ?? new Uint8Array()) === hash
  return sameHash && (salt ?? 20n) === saltLengths[hash] ? { kind: 'rsa', padding: 'pss', hash } : undefined
}
