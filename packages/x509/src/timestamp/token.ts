import { contextTag, DerReader, derTime, Tag } from '@cilock/der'
import type { Certificate } from '../certificate/certificate.ts'
import { short } from '../certificate/describe.ts'
import { readCertificate } from '../certificate/parse-certificate.ts'
import { readHashAlgorithm } from '../certificate/read-signature-algorithm.ts'
import type { SignatureHash } from '../certificate/signature-algorithm.ts'
import { x509Error } from '../error.ts'
import { readAuthorityName, type AuthorityName } from './authority-name.ts'
import { malformedToken, needPart, readSignedData, type SignedData } from './cms.ts'

/** What a TimeStampToken says. Nothing here is verified. */
export interface TimestampToken {
  /** The DER of the token (a CMS ContentInfo). */
  readonly der: Uint8Array
  /** genTime, cut to milliseconds. */
  readonly time: Date
  /** Hexadecimal. */
  readonly serialNumber: string
  /** The object identifier of the policy under which it was made. */
  readonly policy: string
  /** What was timestamped. */
  readonly imprint: { readonly hash: SignatureHash; readonly digest: Uint8Array }
  /** Hexadecimal. */
  readonly nonce?: string
  /** The certificates that came with it and could be read. */
  readonly certificates: readonly Certificate[]
}

const tstInfoOid = '1.2.840.113549.1.9.16.1.4'

/** In bytes; a token with a chain of certificates has some thousand. */
const maxBytes = 1024 * 1024

/**
 * Reads a TimeStampToken without verifying it; `verifyTimestamps()` does.
 *
 * @throws CilockError `ERR_TIMESTAMP_MALFORMED`, `ERR_LIMIT_EXCEEDED`
 * @see https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2
 */
export function parseTimestampToken(der: Uint8Array): TimestampToken {
  return readToken(der, readCertificate).token
}

/**
 * Takes the token out of a TimeStampResp, which is what an authority answers and what sigstore bundles hold; an envelope
 * holds the token alone.
 *
 * @throws CilockError `ERR_TIMESTAMP_REJECTED` (a status other than 0 or 1), `ERR_TIMESTAMP_MALFORMED`, `ERR_LIMIT_EXCEEDED`
 */
export function parseTimestampResponse(der: Uint8Array): TimestampToken {
  checkSize(der)
  const input = new DerReader(der)
  const response = needPart(input.enter(Tag.sequence), 'a response')
  if (!input.empty) throw malformedToken('nothing after the response')
  const info = needPart(response.enter(Tag.sequence), 'the status of the response')
  const status = needPart(info.integer(), 'the status of the response')
  if (status !== 0n && status !== 1n) throw x509Error('ERR_TIMESTAMP_REJECTED', `timestamp: expected status 0 or 1, found ${status}${reasonOf(info)}`)
  const token = needPart(response.element(Tag.sequence), 'a token in the response')
  if (!response.empty) throw malformedToken('the end of the response')
  return parseTimestampToken(token.full)
}

/** A token, the name that it gives its authority, and the signature around it. */
export interface WholeToken {
  readonly token: TimestampToken
  readonly authorityName: AuthorityName | undefined
  readonly data: SignedData
}

export function readToken(der: Uint8Array, read: (der: Uint8Array) => Certificate): WholeToken {
  if (!(der instanceof Uint8Array)) throw new TypeError('a timestamp has to be bytes')
  checkSize(der)
  const data = readSignedData(der, read)
  if (data.contentType !== tstInfoOid) throw malformedToken('the content TSTInfo')
  const { info, authorityName } = readInfo(data.content)
  return { token: { der, ...info, certificates: data.certificates }, authorityName, data }
}

interface Info {
  readonly info: Omit<TimestampToken, 'der' | 'certificates'>
  readonly authorityName: AuthorityName | undefined
}

function readInfo(content: Uint8Array): Info {
  const input = new DerReader(content)
  const info = needPart(input.enter(Tag.sequence), 'TSTInfo')
  if (!input.empty) throw malformedToken('the end of TSTInfo')
  if (info.integer() !== 1n) throw malformedToken('version 1 of TSTInfo')
  const policy = needPart(info.oidText(), 'a policy')
  const imprint = needPart(info.enter(Tag.sequence), 'a message imprint')
  const hash = needPart(readHashAlgorithm(needPart(imprint.read(Tag.sequence), 'the hash of the imprint')), 'a known hash of the imprint')
  const digest = needPart(imprint.read(Tag.octetString), 'the digest of the imprint')
  if (!imprint.empty) throw malformedToken('the end of the imprint')
  const serialNumber = needPart(info.integer(), 'a serial number')
  const generated = needPart(info.element(Tag.generalizedTime), 'a time')
  const time = needPart(derTime(generated, true), 'a time in UTC with seconds')
  if (info.peek(Tag.sequence)) readAccuracy(needPart(info.enter(Tag.sequence), 'the accuracy'))
  // by its default the ordering is left out; some write it nevertheless
  if (info.peek(Tag.boolean)) needPart(info.boolean(), 'the ordering')
  const nonce = info.peek(Tag.integer) ? needPart(info.integer(), 'a nonce') : undefined
  const authorityName = info.peek(contextTag(0, true)) ? readAuthorityName(needPart(info.read(contextTag(0, true)), 'the name of the authority')) : undefined
  if (info.peek(contextTag(1, true))) readExtensions(needPart(info.enter(contextTag(1, true)), 'the extensions'))
  if (!info.empty) throw malformedToken('the end of TSTInfo')
  return {
    info: { time, serialNumber: hexOf(serialNumber), policy, imprint: { hash, digest }, ...(nonce !== undefined && { nonce: hexOf(nonce) }) },
    authorityName,
  }
}

function readAccuracy(accuracy: DerReader): void {
  if (accuracy.peek(Tag.integer)) needPart(accuracy.integer(), 'the accuracy')
  for (const tag of [contextTag(0), contextTag(1)]) if (accuracy.peek(tag)) needPart(accuracy.integer(tag), 'the accuracy')
  if (!accuracy.empty) throw malformedToken('the end of the accuracy')
}

/** None is understood, so a critical one refuses the token. */
function readExtensions(extensions: DerReader): void {
  while (!extensions.empty) {
    const extension = needPart(extensions.enter(Tag.sequence), 'an extension')
    const oid = needPart(extension.oidText(), 'the type of an extension')
    if (extension.peek(Tag.boolean) && extension.boolean() !== false) throw malformedToken(`no critical extension that is not understood (${oid})`)
    needPart(extension.read(Tag.octetString), 'the value of an extension')
    if (!extension.empty) throw malformedToken('the end of an extension')
  }
}

function checkSize(der: Uint8Array): void {
  if (der.length > maxBytes) throw x509Error('ERR_LIMIT_EXCEEDED', `timestamp: at most ${maxBytes} bytes are allowed, found ${der.length}`)
}

function hexOf(number: bigint): string {
  const text = (number < 0n ? -number : number).toString(16)
  return `${number < 0n ? '-' : ''}${text.length % 2 === 1 ? '0' : ''}${text}`
}

/** What the authority says about its refusal, where it says something. */
function reasonOf(info: DerReader): string {
  const text = info.enter(Tag.sequence)?.read(Tag.utf8String)
  return text === undefined ? '' : ` ('${short(new TextDecoder().decode(text))}')`
}

