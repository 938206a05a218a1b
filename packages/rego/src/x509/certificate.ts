import { builtinError } from '../builtins/operands.ts'
import { contextTag, DerReader, rightAligned, Tag } from '../der/reader.ts'
import { readTime, type DerTime } from '../der/time.ts'
import type { JsonObject } from '../value/value.ts'
import { readExtension, readExtensions, type Extension, type ExtensionFields } from './extensions.ts'
import { readName } from './name.ts'
import type { SignatureAlgorithm } from './oids.ts'
import { readAlgorithm, readPublicKeyInfo, signatureAlgorithm, type SubjectPublicKeyInfo } from './public-key.ts'

/** A certificate as Go's `crypto/x509` reads it. */
export interface Certificate {
  readonly raw: Uint8Array
  readonly rawTbs: Uint8Array
  readonly rawIssuer: Uint8Array
  readonly rawSubject: Uint8Array
  /** 1, 2 or 3. */
  readonly version: number
  readonly serialNumber: bigint
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  readonly issuer: JsonObject
  readonly subject: JsonObject
  readonly notBefore: DerTime
  readonly notAfter: DerTime
  readonly publicKeyInfo: SubjectPublicKeyInfo
  readonly extensions: readonly Extension[]
  readonly fields: ExtensionFields
}

/** Reads one certificate that fills all of `der`. */
export function parseCertificate(der: Uint8Array): Certificate {
  const certificate = readCertificate(der)
  if (certificate.raw.length !== der.length) throw builtinError('x509: trailing data')
  return certificate
}

/** Reads certificates that stand one behind the other. */
export function parseCertificates(der: Uint8Array): readonly Certificate[] {
  const certificates: Certificate[] = []
  for (let rest = der; rest.length > 0; ) {
    const certificate = readCertificate(rest)
    certificates.push(certificate)
    rest = rest.subarray(certificate.raw.length)
  }
  return certificates
}

function readCertificate(der: Uint8Array): Certificate {
  const outer = new DerReader(der).element(Tag.sequence)
  if (outer === undefined) throw builtinError('x509: malformed certificate')
  const input = new DerReader(outer.content)
  const tbsElement = input.element(Tag.sequence)
  if (tbsElement === undefined) throw builtinError('x509: malformed tbs certificate')
  const tbs = new DerReader(tbsElement.content)
  const version = readVersion(tbs)
  const serialNumber = tbs.integer()
  if (serialNumber === undefined) throw builtinError('x509: malformed serial number')
  if (serialNumber < 0n) throw builtinError('x509: negative serial number')
  const inner = tbs.read(Tag.sequence)
  if (inner === undefined) throw builtinError('x509: malformed signature algorithm identifier')
  const algorithm = input.read(Tag.sequence)
  if (algorithm === undefined) throw builtinError('x509: malformed algorithm identifier')
  if (inner.join() !== algorithm.join()) throw builtinError("x509: inner and outer signature algorithm identifiers don't match")
  const signature = signatureAlgorithm(readAlgorithm(inner))
  const rawIssuer = element(tbs, 'x509: malformed issuer')
  const issuer = readName(rawIssuer)
  const validity = tbs.enter(Tag.sequence)
  if (validity === undefined) throw builtinError('x509: malformed validity')
  const notBefore = time(validity)
  const notAfter = time(validity)
  const rawSubject = element(tbs, 'x509: malformed issuer')
  const subject = readName(rawSubject)
  const publicKeyInfo = readPublicKeyInfo(element(tbs, 'x509: malformed spki'))
  const extensions = version > 1 ? readExtensionList(tbs, version) : []
  const fields = readExtensions(extensions)
  const bits = input.bitString()
  if (bits === undefined) throw builtinError('x509: malformed signature')
  return {
    raw: outer.full,
    rawTbs: tbsElement.full,
    rawIssuer,
    rawSubject,
    version,
    serialNumber,
    signatureAlgorithm: signature,
    signature: rightAligned(bits),
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKeyInfo,
    extensions,
    fields,
  }
}

/** The encoded version counts from 0, the one everybody talks about from 1. */
function readVersion(tbs: DerReader): number {
  if (!tbs.peek(contextTag(0, true))) return 1
  const version = tbs.enter(contextTag(0, true))?.integer()
  if (version === undefined || version < 0n) throw builtinError('x509: malformed version')
  if (version > 2n) throw builtinError('x509: invalid version')
  return Number(version) + 1
}

function readExtensionList(tbs: DerReader, version: number): readonly Extension[] {
  for (const [tag, name] of [
    [contextTag(1), 'issuerUniqueID'],
    [contextTag(2), 'subjectUniqueID'],
  ] as const) {
    if (tbs.peek(tag) && tbs.any() === undefined) throw builtinError(`x509: malformed ${name}`)
  }
  if (version !== 3 || !tbs.peek(contextTag(3, true))) return []
  const list = tbs.enter(contextTag(3, true))?.enter(Tag.sequence)
  if (list === undefined) throw builtinError('x509: malformed extensions')
  const extensions = new Map<string, Extension>()
  while (!list.empty) {
    const content = list.read(Tag.sequence)
    if (content === undefined) throw builtinError('x509: malformed extension')
    const extension = readExtension(content)
    if (extensions.has(extension.oid)) throw builtinError(`x509: certificate contains duplicate extension with OID "${extension.oid}"`)
    extensions.set(extension.oid, extension)
  }
  return [...extensions.values()]
}

function element(der: DerReader, message: string): Uint8Array {
  const found = der.element(Tag.sequence)
  if (found === undefined) throw builtinError(message)
  return found.full
}

function time(der: DerReader): DerTime {
  const found = readTime(der)
  if (typeof found !== 'string') return found
  throw builtinError(found === 'unsupported' ? 'x509: unsupported time format' : `x509: malformed ${found}`)
}
