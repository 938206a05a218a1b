import { encodeHex } from '@cilock/core'
import { contextTag, DerReader, derTime, Tag } from '@cilock/der'
import { x509Error } from '../error.ts'
import type { Certificate, CertificateExtension } from './certificate.ts'
import { malformed, need, needEnd } from './malformed.ts'
import { pemBlocks } from './pem.ts'
import { readCertificateKey } from './read-certificate-key.ts'
import { readExtensionFields } from './read-extension-fields.ts'
import { readFulcio } from './read-fulcio.ts'
import { readName } from './read-name.ts'
import { readSignatureAlgorithm } from './read-signature-algorithm.ts'

/** In bytes; certificates that exist have a few thousand. */
const maxBytes = 256 * 1024
const maxSerialBytes = 20

/**
 * Reads one certificate, strictly: DER, or PEM text of which the first block counts, as in Go. Refused are bytes after the
 * end, lengths and numbers that are not in their shortest form, repeated extensions, known extensions that are not in
 * their form, names with control characters, and serial numbers that are negative or longer than 20 bytes.
 *
 * @throws CilockError `ERR_CERTIFICATE_MALFORMED`, `ERR_LIMIT_EXCEEDED`
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4
 * @example
 * ```ts
 * const { subject, names, fulcio } = parseCertificate(pem)
 * ```
 */
export function parseCertificate(input: Uint8Array | string): Certificate {
  if (isDer(input)) return readCertificate(input)
  return readCertificate(firstBlock(textOf(input)))
}

/**
 * Reads every certificate of a PEM text, in its order. Blocks of other kinds are refused.
 *
 * @throws CilockError `ERR_CERTIFICATE_MALFORMED` (also where there is none), `ERR_LIMIT_EXCEEDED`
 */
export function parseCertificates(pem: Uint8Array | string): readonly Certificate[] {
  const certificates: Certificate[] = []
  for (const { label, bytes } of pemBlocks(textOf(pem))) {
    if (label !== 'CERTIFICATE') throw malformed('PEM blocks of certificates', label)
    certificates.push(readCertificate(bytes))
  }
  if (certificates.length === 0) throw malformed('a PEM block', 'none')
  return certificates
}

/** The first certificate of a PEM text alone, as it stands beside a signature: DER is refused there. */
export function parsePemCertificate(pem: Uint8Array): Certificate {
  return readCertificate(firstBlock(textOf(pem)))
}

/** Reads the DER of one certificate. */
export function readCertificate(der: Uint8Array): Certificate {
  if (der.length > maxBytes) throw x509Error('ERR_LIMIT_EXCEEDED', `certificate: at most ${maxBytes} bytes are allowed, found ${der.length}`)
  const input = new DerReader(der)
  const outer = need(input.enter(Tag.sequence), 'a SEQUENCE')
  needEnd(input, 'the certificate')
  const signed = need(outer.element(Tag.sequence), 'the part that is signed')
  const algorithm = need(outer.element(Tag.sequence), 'the signature algorithm')
  const signature = need(outer.bitString(), 'the signature')
  if (signature.padding !== 0) throw malformed('whole bytes of the signature', 'some bits')
  needEnd(outer, 'the certificate')

  const tbs = new DerReader(signed.content)
  const version = readVersion(tbs)
  const serialNumber = readSerialNumber(tbs)
  const inner = need(tbs.element(Tag.sequence), 'the signature algorithm')
  if (encodeHex(inner.full) !== encodeHex(algorithm.full)) throw malformed('one signature algorithm', 'two that differ')
  const issuer = readName(tbs, 'the issuer')
  const [notBefore, notAfter] = readValidity(tbs)
  const subject = readName(tbs, 'the subject')
  const publicKey = readCertificateKey(tbs)
  skipUniqueIds(tbs, version)
  const extensions = readExtensions(tbs, version)
  needEnd(tbs, 'the part that is signed')
  return {
    der,
    version,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    ...readExtensionFields(extensions),
    fulcio: readFulcio(extensions),
    selfIssued: issuer.key === subject.key,
    extensions,
    signature: { algorithm: need(readSignatureAlgorithm(algorithm.content), 'a signature algorithm in its form'), bytes: signature.bytes, signed: signed.full },
  }
}

/** The encoded version counts from 0, the one everybody talks about from 1. */
function readVersion(tbs: DerReader): 1 | 2 | 3 {
  if (!tbs.peek(contextTag(0, true))) return 1
  const explicit = need(tbs.enter(contextTag(0, true)), 'the version')
  const version = explicit.integer()
  needEnd(explicit, 'the version')
  // version 1 is the default, and DER leaves a default out
  if (version !== 1n && version !== 2n) throw malformed('version 2 or 3, or none', String(version))
  return version === 1n ? 2 : 3
}

function readSerialNumber(tbs: DerReader): string {
  const number = need(tbs.integer(), 'the serial number')
  if (number < 0n) throw malformed('a serial number that is not negative', 'a negative one')
  const hex = number.toString(16)
  const text = hex.length % 2 === 1 ? `0${hex}` : hex
  if (text.length > 2 * maxSerialBytes) throw malformed(`a serial number of at most ${maxSerialBytes} bytes`, `one of ${text.length / 2}`)
  return text
}

function readValidity(tbs: DerReader): readonly [Date, Date] {
  const validity = need(tbs.enter(Tag.sequence), 'the validity')
  const [first, last] = [validity.any(), validity.any()]
  const [notBefore, notAfter] = [first && derTime(first), last && derTime(last)]
  if (notBefore === undefined || notAfter === undefined) throw malformed('two times in UTC with seconds as the validity', 'something else')
  needEnd(validity, 'the validity')
  return [notBefore, notAfter]
}

/** Nobody uses them, but version 2 and 3 may have them. */
function skipUniqueIds(tbs: DerReader, version: number): void {
  for (const number of [1, 2]) {
    if (version > 1 && tbs.peek(contextTag(number))) need(tbs.bitString(contextTag(number)), 'a unique identifier')
  }
}

function readExtensions(tbs: DerReader, version: number): readonly CertificateExtension[] {
  if (version !== 3 || tbs.empty) return []
  const explicit = need(tbs.enter(contextTag(3, true)), 'the extensions')
  const list = need(explicit.enter(Tag.sequence), 'the extensions')
  needEnd(explicit, 'the extensions')
  if (list.empty) throw malformed('at least one extension', 'an empty list')
  const extensions = new Map<string, CertificateExtension>()
  while (!list.empty) {
    const item = need(list.enter(Tag.sequence), 'an extension')
    const oid = need(item.oidText(), 'the type of an extension')
    // a default should be left out, but certificates that say FALSE exist, and Go reads them
    const critical = item.peek(Tag.boolean) ? need(item.boolean(), `whether the extension ${oid} is critical`) : false
    const value = need(item.read(Tag.octetString), `the value of the extension ${oid}`)
    needEnd(item, `the extension ${oid}`)
    if (extensions.has(oid)) throw malformed('each extension once', `${oid} twice`)
    extensions.set(oid, { oid, critical, value })
  }
  return [...extensions.values()]
}

/** A certificate in DER begins with a SEQUENCE whose length takes more than a byte; no PEM text does. */
function isDer(input: Uint8Array | string): input is Uint8Array {
  return typeof input !== 'string' && input[0] === Tag.sequence && (input[1] ?? 0) >= 0x80
}

function textOf(input: Uint8Array | string): string {
  if (typeof input === 'string') return input
  if (!(input instanceof Uint8Array)) throw new TypeError('a certificate has to be PEM text or the bytes of PEM or DER')
  // PEM is ASCII; other bytes may stand around it, and decide nothing
  return new TextDecoder('latin1').decode(input)
}

function firstBlock(text: string): Uint8Array {
  for (const { label, bytes } of pemBlocks(text)) {
    if (label !== 'CERTIFICATE') throw malformed('a PEM block of a certificate', label)
    return bytes
  }
  throw malformed('a PEM block', 'none')
}
