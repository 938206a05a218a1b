import { builtinError } from '../builtins/operands.ts'
import { contextTag, DerReader, rightAligned, Tag, type DerElement } from '../der/reader.ts'
import { readTime } from '../der/time.ts'
import { encodeBase64 } from '../encoding/base64-bytes.ts'
import { numberFromBigInt } from '../value/number.ts'
import type { JsonObject, Value } from '../value/value.ts'
import { readAlternativeNames, readExtension, type Extension } from './extensions.ts'
import { alternativeNamesJson, extensionJson, publicKeyFields, slice } from './json.ts'
import { asn1Text, readName } from './name.ts'
import { extensionRequestOid, subjectAltNameOid } from './oids.ts'
import { readAlgorithm, readPublicKeyInfo, signatureAlgorithm } from './public-key.ts'

/** Reads a PKCS #10 request and gives what Go's `x509.CertificateRequest` looks like in JSON. */
export function certificateRequestJson(der: Uint8Array): JsonObject {
  const malformed = builtinError('asn1: structure error: not a certificate request')
  const outer = new DerReader(der).element(Tag.sequence)
  if (outer === undefined) throw malformed
  if (outer.full.length !== der.length) throw builtinError('asn1: syntax error: trailing data')
  const input = new DerReader(outer.content)
  const info = input.element(Tag.sequence)
  const algorithm = input.read(Tag.sequence)
  const signature = input.bitString()
  if (info === undefined || algorithm === undefined || signature === undefined) throw malformed
  const tbs = new DerReader(info.content)
  const version = tbs.integer()
  const subject = tbs.any()
  const spki = tbs.element(Tag.sequence)
  if (version === undefined || subject === undefined || spki === undefined) throw malformed
  const attributes = readAttributes(tbs)
  const publicKeyInfo = readPublicKeyInfo(spki.full)
  const extensions = requestedExtensions(attributes)
  const names = extensions.findLast(({ oid }) => oid === subjectAltNameOid)
  return {
    Raw: encodeBase64(outer.full),
    RawTBSCertificateRequest: encodeBase64(info.full),
    RawSubjectPublicKeyInfo: encodeBase64(spki.full),
    RawSubject: encodeBase64(subject.full),
    Version: numberFromBigInt(version),
    Signature: encodeBase64(rightAligned(signature)),
    SignatureAlgorithm: signatureAlgorithm(readAlgorithm(algorithm)).number,
    ...publicKeyFields(publicKeyInfo),
    Subject: readName(subject.full),
    Attributes: slice(attributes.flatMap(attributeJson)),
    Extensions: slice(extensions.map(extensionJson)),
    ExtraExtensions: null,
    ...alternativeNamesJson(names === undefined ? undefined : readAlternativeNames(names.value)),
  }
}

function readAttributes(tbs: DerReader): readonly Uint8Array[] {
  const list = tbs.enter(contextTag(0, true))
  const attributes: Uint8Array[] = []
  if (list === undefined) return attributes
  while (!list.empty) {
    const attribute = list.any()
    if (attribute === undefined) throw builtinError('asn1: syntax error: data truncated')
    attributes.push(attribute.full)
  }
  return attributes
}

/** Attributes of another form are passed over, as in Go. */
function requestedExtensions(attributes: readonly Uint8Array[]): readonly Extension[] {
  const extensions: Extension[] = []
  for (const attribute of attributes) {
    const der = new DerReader(attribute).enter(Tag.sequence)
    if (der?.oid()?.join('.') !== extensionRequestOid) continue
    const values = der.enter(Tag.set)
    if (values === undefined || values.empty) continue
    const list = values.enter(Tag.sequence)
    if (list === undefined) throw builtinError('asn1: structure error: requested extensions are no sequence')
    while (!list.empty) {
      const content = list.read(Tag.sequence)
      if (content === undefined) throw builtinError('asn1: structure error: requested extension is no sequence')
      const extension = readExtension(content)
      if (extensions.some(({ oid }) => oid === extension.oid)) throw builtinError('x509: certificate request contains duplicate requested extensions')
      extensions.push(extension)
    }
  }
  return extensions
}

/** Go reads attributes as sets of sequences of type and value, and leaves out what does not fit. */
function attributeJson(attribute: Uint8Array): readonly JsonObject[] {
  const der = new DerReader(attribute).enter(Tag.sequence)
  const type = der?.oid()
  const set = der?.enter(Tag.set)
  if (type === undefined || set === undefined) return []
  const lists: Value[] = []
  while (!set.empty) {
    const sequence = set.enter(Tag.sequence)
    if (sequence === undefined) return []
    const list: Value[] = []
    while (!sequence.empty) {
      const pair = sequence.enter(Tag.sequence)
      const id = pair?.oid()
      const element = pair?.any()
      const value = element === undefined ? undefined : anyJson(element)
      if (id === undefined || value === undefined) return []
      list.push({ Type: id, Value: value })
    }
    lists.push(list)
  }
  return [{ Type: type, Value: lists }]
}

/** Go's reading of an element of any type; undefined where it is malformed. */
function anyJson({ tag, content, full }: DerElement): Value | undefined {
  const der = new DerReader(full)
  switch (tag) {
    case Tag.boolean:
      return der.boolean()
    case Tag.integer: {
      const value = der.integer()
      return value === undefined || value >= 2n ** 63n || value < -(2n ** 63n) ? undefined : numberFromBigInt(value)
    }
    case Tag.bitString: {
      const bits = der.bitString()
      return bits === undefined ? undefined : { Bytes: encodeBase64(bits.bytes), BitLength: bits.bytes.length * 8 - bits.padding }
    }
    case Tag.octetString:
      return encodeBase64(content)
    case Tag.oid:
      return der.oid()
    case Tag.utcTime:
    case Tag.generalizedTime: {
      const time = readTime(der)
      return typeof time === 'string' ? undefined : time.text
    }
    case Tag.printableString:
    case Tag.numericString:
    case Tag.ia5String:
    case Tag.t61String:
    case Tag.utf8String:
    case Tag.bmpString: {
      const text = asn1Text(tag, content)
      return text instanceof Error ? undefined : text
    }
    default:
      return null
  }
}
