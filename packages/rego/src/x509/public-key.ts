import { uncompressedPoint } from '../crypto/curves.ts'
import { builtinError } from '../builtins/operands.ts'
import { DerReader, rightAligned, Tag } from '../der/reader.ts'
import { curveOids, keyOids, mgf1Oid, pssHashes, pssOid, signatureOids, unknownSignature, type CurveName, type SignatureAlgorithm } from './oids.ts'

export type PublicKey =
  | { readonly kind: 'rsa'; readonly n: bigint; readonly e: bigint }
  | { readonly kind: 'ec'; readonly curve: CurveName; readonly x: bigint; readonly y: bigint }
  | { readonly kind: 'ed25519'; readonly bytes: Uint8Array }
  | { readonly kind: 'x25519'; readonly bytes: Uint8Array }
  | { readonly kind: 'dsa'; readonly p: bigint; readonly q: bigint; readonly g: bigint; readonly y: bigint }

export interface AlgorithmIdentifier {
  /** Dotted. */
  readonly oid: string
  /** The whole element; empty when absent. */
  readonly parameters: Uint8Array
}

export function readAlgorithm(content: Uint8Array): AlgorithmIdentifier {
  const der = new DerReader(content)
  const oid = der.oid()
  if (oid === undefined) throw builtinError('x509: malformed OID')
  if (der.empty) return { oid: oid.join('.'), parameters: new Uint8Array() }
  const parameters = der.any()
  if (parameters === undefined) throw builtinError('x509: malformed parameters')
  return { oid: oid.join('.'), parameters: parameters.full }
}

export interface SubjectPublicKeyInfo {
  readonly raw: Uint8Array
  readonly algorithm: AlgorithmIdentifier
  /** Undefined for an algorithm that Go's parser does not know. */
  readonly key: PublicKey | undefined
}

/** Reads a SubjectPublicKeyInfo element. */
export function readPublicKeyInfo(raw: Uint8Array): SubjectPublicKeyInfo {
  const spki = new DerReader(raw).enter(Tag.sequence)
  if (spki === undefined) throw builtinError('x509: malformed spki')
  const algorithmBytes = spki.read(Tag.sequence)
  if (algorithmBytes === undefined) throw builtinError('x509: malformed public key algorithm identifier')
  const algorithm = readAlgorithm(algorithmBytes)
  const bits = spki.bitString()
  if (bits === undefined) throw builtinError('x509: malformed subjectPublicKey')
  return { raw, algorithm, key: keyOids[algorithm.oid] === undefined ? undefined : parsePublicKey(algorithm, rightAligned(bits)) }
}

/** The key that a PEM block `PUBLIC KEY` holds. */
export function parsePkixPublicKey(der: Uint8Array): PublicKey {
  const element = new DerReader(der).element(Tag.sequence)
  if (element === undefined) throw builtinError('asn1: structure error: no SubjectPublicKeyInfo')
  if (element.full.length !== der.length) throw builtinError('x509: trailing data after ASN.1 of public-key')
  const { key } = readPublicKeyInfo(element.full)
  if (key === undefined) throw builtinError('x509: unknown public key algorithm')
  return key
}

function parsePublicKey({ oid, parameters }: AlgorithmIdentifier, data: Uint8Array): PublicKey {
  switch (keyOids[oid]) {
    case 'rsa':
      // RFC 3279 2.3.1: the parameters must be NULL.
      if (parameters.length !== 2 || parameters[0] !== Tag.null) throw builtinError('x509: RSA key missing NULL parameters')
      return parseRsaPublicKey(data)
    case 'ec': {
      const curveOid = new DerReader(parameters).oid()
      if (curveOid === undefined) throw builtinError('x509: invalid ECDSA parameters')
      const curve = curveOids[curveOid.join('.')]
      if (curve === undefined) throw builtinError('x509: unsupported elliptic curve')
      return { kind: 'ec', curve, ...uncompressedPoint(curve, data) }
    }
    case 'ed25519':
      if (parameters.length !== 0) throw builtinError('x509: Ed25519 key encoded with illegal parameters')
      if (data.length !== 32) throw builtinError('x509: wrong Ed25519 public key size')
      return { kind: 'ed25519', bytes: data }
    case 'x25519':
      if (parameters.length !== 0) throw builtinError('x509: X25519 key encoded with illegal parameters')
      if (data.length !== 32) throw builtinError('crypto/ecdh: invalid public key')
      return { kind: 'x25519', bytes: data }
    case 'dsa':
      return parseDsaPublicKey(data, parameters)
    case undefined:
      throw builtinError('x509: unknown public key algorithm')
  }
}

function parseRsaPublicKey(data: Uint8Array): PublicKey {
  const der = new DerReader(data).enter(Tag.sequence)
  if (der === undefined) throw builtinError('x509: invalid RSA public key')
  const n = der.integer()
  if (n === undefined) throw builtinError('x509: invalid RSA modulus')
  const e = der.integer()
  if (e === undefined || e >= 2n ** 63n || e < -(2n ** 63n)) throw builtinError('x509: invalid RSA public exponent')
  if (n <= 0n) throw builtinError('x509: RSA modulus is not a positive number')
  if (e <= 0n) throw builtinError('x509: RSA public exponent is not a positive number')
  return { kind: 'rsa', n, e }
}

function parseDsaPublicKey(data: Uint8Array, parameters: Uint8Array): PublicKey {
  const y = new DerReader(data).integer()
  if (y === undefined) throw builtinError('x509: invalid DSA public key')
  const der = new DerReader(parameters).enter(Tag.sequence)
  const [p, q, g] = [der?.integer(), der?.integer(), der?.integer()]
  if (p === undefined || q === undefined || g === undefined) throw builtinError('x509: invalid DSA parameters')
  if (y <= 0n || p <= 0n || q <= 0n || g <= 0n) throw builtinError('x509: zero or negative DSA parameter')
  return { kind: 'dsa', p, q, g, y }
}

/** The signature algorithm that an identifier names, as far as Go's parser knows it. */
export function signatureAlgorithm({ oid, parameters }: AlgorithmIdentifier): SignatureAlgorithm {
  if (oid === '1.3.101.112' && parameters.length !== 0) return unknownSignature
  if (oid !== pssOid) return signatureOids[oid] ?? unknownSignature
  const der = new DerReader(parameters).enter(Tag.sequence)
  const hash = readHash(der?.enter(0xa0)?.read(Tag.sequence))
  const mgfDer = der?.enter(0xa1)?.enter(Tag.sequence)
  const mgf = mgfDer?.oid()?.join('.')
  const mgfHash = readHash(mgfDer?.read(Tag.sequence))
  const salt = der?.enter(0xa2)?.integer()
  const trailer = der === undefined || der.empty ? 1n : der.enter(0xa3)?.integer()
  if (hash === undefined || mgf !== mgf1Oid || mgfHash !== hash || trailer !== 1n) return unknownSignature
  const known = pssHashes[hash]
  return known !== undefined && known.salt === salt ? known.algorithm : unknownSignature
}

/** The hash named by an identifier whose parameters are absent or NULL. */
function readHash(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) return undefined
  const der = new DerReader(content)
  const oid = der.oid()?.join('.')
  return der.empty || der.any()?.full.join() === `${Tag.null},0` ? oid : undefined
}
