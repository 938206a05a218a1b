import { contextTag, DerReader, derSetOf, Tag, type DerElement } from '@cilock/der'
import { CilockError } from '@cilock/core'
import type { Certificate } from '../certificate/certificate.ts'
import { readCmsSignatureAlgorithm, readHashAlgorithm } from '../certificate/read-signature-algorithm.ts'
import type { SignatureAlgorithm, SignatureHash } from '../certificate/signature-algorithm.ts'
import { x509Error } from '../error.ts'
import { equalBytes } from '../signature/digest.ts'

/** The one signature of a CMS SignedData. */
export interface CmsSigner {
  /** By issuer and serial number, or by key identifier in hexadecimal. */
  readonly id: { readonly issuer: Uint8Array; readonly serialNumber: bigint } | { readonly subjectKeyId: Uint8Array }
  readonly hash: SignatureHash
  readonly algorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  /** The attributes that are signed, by type; each is there once, with one value. */
  readonly attributes: ReadonlyMap<string, DerElement>
  /** The bytes that the signature is over: the attributes as a SET. */
  readonly signed: Uint8Array
}

export interface SignedData {
  readonly contentType: string
  readonly content: Uint8Array
  readonly certificates: readonly Certificate[]
  /** More than one is for the caller to refuse. */
  readonly signers: readonly CmsSigner[]
}

const signedDataOid = '1.2.840.113549.1.7.2'

/** Enough for a chain; a token with more is there to cost time. */
const maxCertificates = 20
const maxSigners = 4

export function malformedToken(expected: string): CilockError {
  return x509Error('ERR_TIMESTAMP_MALFORMED', `timestamp: expected ${expected}, found another structure`)
}

export function needPart<T>(value: T | undefined, expected: string): T {
  if (value === undefined) throw malformedToken(expected)
  return value
}

/**
 * Reads a ContentInfo that holds SignedData with content in it (RFC 5652, section 5). DER throughout: authorities write
 * tokens so, and one reading of the bytes is all there is.
 */
export function readSignedData(der: Uint8Array, read: (der: Uint8Array) => Certificate): SignedData {
  const input = new DerReader(der)
  const info = needPart(input.enter(Tag.sequence), 'a ContentInfo')
  if (!input.empty) throw malformedToken('nothing after the token')
  if (info.oidText() !== signedDataOid) throw malformedToken('signed data')
  const explicit = needPart(info.enter(contextTag(0, true)), 'signed data')
  const data = needPart(explicit.enter(Tag.sequence), 'signed data')
  if (!explicit.empty || !info.empty) throw malformedToken('the end of the signed data')
  const version = needPart(data.integer(), 'the version of the signed data')
  if (version < 1n || version > 5n) throw malformedToken('version 1 to 5 of the signed data')
  const hashes = readHashes(needPart(data.enter(Tag.set), 'the hashes of the signed data'))
  const encapsulated = needPart(data.enter(Tag.sequence), 'the content')
  const contentType = needPart(encapsulated.oidText(), 'the type of the content')
  const wrapped = needPart(encapsulated.enter(contextTag(0, true)), 'the content')
  const content = needPart(wrapped.read(Tag.octetString), 'the content')
  if (!wrapped.empty || !encapsulated.empty) throw malformedToken('the end of the content')
  const certificates = readCertificates(data.read(contextTag(0, true)), read)
  // revocation lists are not looked at
  if (data.peek(contextTag(1, true))) needPart(data.any(), 'revocation lists')
  const list = needPart(data.enter(Tag.set), 'the signers')
  if (!data.empty) throw malformedToken('the end of the signed data')
  const signers: CmsSigner[] = []
  while (!list.empty) {
    signers.push(readSigner(needPart(list.enter(Tag.sequence), 'a signer'), hashes))
    if (signers.length > maxSigners) throw x509Error('ERR_LIMIT_EXCEEDED', `timestamp: at most ${maxSigners} signers are read`)
  }
  return { contentType, content, certificates, signers }
}

/** What the content was hashed by, for whoever reads it once from front to back. */
function readHashes(list: DerReader): readonly SignatureHash[] {
  const hashes: SignatureHash[] = []
  while (!list.empty) hashes.push(needPart(readHashAlgorithm(needPart(list.read(Tag.sequence), 'the hashes of the signed data')), 'known hashes of the signed data'))
  return hashes
}

/** A certificate, or one of the kinds that RFC 5652 (section 10.2.2) has besides: older ones, of attributes, of other formats. */
const certificateTags: ReadonlySet<number> = new Set([Tag.sequence, ...[0, 1, 2, 3].map((number) => contextTag(number, true))])

/** Certificates that cannot be read are passed over: they are only ever candidates. */
function readCertificates(content: Uint8Array | undefined, read: (der: Uint8Array) => Certificate): readonly Certificate[] {
  if (content === undefined) return []
  const list = new DerReader(content)
  const certificates: Certificate[] = []
  for (let count = 0; !list.empty; count++) {
    if (count >= maxCertificates) throw x509Error('ERR_LIMIT_EXCEEDED', `timestamp: at most ${maxCertificates} certificates are read`)
    const { tag, full } = needPart(list.any(), 'certificates')
    if (!certificateTags.has(tag)) throw malformedToken('certificates')
    try {
      certificates.push(read(full))
    } catch (error) {
      if (!CilockError.is(error)) throw error
    }
  }
  return certificates
}

function readSigner(signer: DerReader, hashes: readonly SignatureHash[]): CmsSigner {
  const version = needPart(signer.integer(), 'the version of a signer')
  if (version !== 1n && version !== 3n) throw malformedToken('version 1 or 3 of a signer')
  const id = readSignerId(signer)
  // some write 3 in any case, and all readers take it; 1 knows no key identifiers
  if ('subjectKeyId' in id && version !== 3n) throw malformedToken('version 3 of a signer that is named by its key')
  const hash = needPart(readHashAlgorithm(needPart(signer.read(Tag.sequence), 'the hash of a signer')), 'a known hash of a signer')
  if (!hashes.includes(hash)) throw malformedToken('the hash of the signer among those of the signed data')
  const attributes = needPart(signer.element(contextTag(0, true)), 'attributes that are signed')
  const algorithm = needPart(readCmsSignatureAlgorithm(needPart(signer.read(Tag.sequence), 'the signature algorithm'), hash), 'a signature algorithm in its form')
  const signature = needPart(signer.read(Tag.octetString), 'a signature')
  if (signer.peek(contextTag(1, true))) checkUnsigned(needPart(signer.enter(contextTag(1, true)), 'attributes that are not signed'))
  if (!signer.empty) throw malformedToken('the end of a signer')
  // what is signed is a SET, though it stands under another tag
  const signed = new Uint8Array(attributes.full)
  signed[0] = Tag.set
  return { id, hash, algorithm, signature, attributes: readAttributes(attributes.content, signed), signed }
}

function readSignerId(signer: DerReader): CmsSigner['id'] {
  if (signer.peek(contextTag(0))) return { subjectKeyId: needPart(signer.read(contextTag(0)), 'the name of a signer') }
  const name = needPart(signer.enter(Tag.sequence), 'the name of a signer')
  const issuer = needPart(name.element(Tag.sequence), 'the issuer of a signer').full
  const serialNumber = needPart(name.integer(), 'the serial number of a signer')
  if (!name.empty) throw malformedToken('the end of the name of a signer')
  return { issuer, serialNumber }
}

/** In the one order that DER has: those who sort them before they verify, as Go does, see the same bytes. */
function readAttributes(content: Uint8Array, signed: Uint8Array): ReadonlyMap<string, DerElement> {
  const list = new DerReader(content)
  const attributes = new Map<string, DerElement>()
  const all: Uint8Array[] = []
  while (!list.empty) {
    const element = needPart(list.element(Tag.sequence), 'an attribute')
    all.push(element.full)
    const attribute = new DerReader(element.content)
    const oid = needPart(attribute.oidText(), 'the type of an attribute')
    const values = needPart(attribute.enter(Tag.set), `the value of the attribute ${oid}`)
    const value = needPart(values.any(), `the value of the attribute ${oid}`)
    if (!values.empty || !attribute.empty) throw malformedToken(`one value of the attribute ${oid}`)
    if (attributes.has(oid)) throw malformedToken(`the attribute ${oid} once`)
    attributes.set(oid, value)
  }
  if (!equalBytes(derSetOf(...all), signed)) throw malformedToken('signed attributes in the order of DER')
  return attributes
}

/** Nobody signed for these, so that only their form is looked at. */
function checkUnsigned(list: DerReader): void {
  while (!list.empty) {
    const attribute = needPart(list.enter(Tag.sequence), 'an attribute that is not signed')
    needPart(attribute.oidText(), 'the type of an attribute that is not signed')
    needPart(attribute.element(Tag.set), 'the values of an attribute that is not signed')
    if (!attribute.empty) throw malformedToken('the end of an attribute that is not signed')
  }
}
