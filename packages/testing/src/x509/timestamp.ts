import { decodeHex, sha256Hex } from '@cilock/core'
import type { Timestamper } from '@cilock/core'
import {
  contextTag,
  der,
  derCertificateTime,
  derGeneralizedTime,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSetOf,
} from '@cilock/der'
import type { MadeCertificate } from './certificate.ts'
import { algorithmOf } from './signing.ts'

const hashOids = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1', sha384: '2.16.840.1.101.3.4.2.2', sha512: '2.16.840.1.101.3.4.2.3' } as const
const hashNames = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const

/** Everything but `time` is optional: what is not said is right. Whatever is said is written, also where it is wrong. */
export interface TimestampOptions {
  /** genTime. */
  readonly time: Date
  /** Of the imprint. Default: `sha256`. */
  readonly hash?: keyof typeof hashOids
  /** What the imprint is in place of the message's digest: an authority sees no message. */
  readonly digest?: Uint8Array
  /** The token's serial number. Default: one that follows from the message. */
  readonly serialNumber?: bigint
  /** The number that the request had. Default: none. */
  readonly nonce?: bigint
  /** The signingTime attribute, which proves nothing. Default: none. */
  readonly signingTime?: Date
  /** How the token names its signer's certificate. Default: `v2`. */
  readonly signingCertificate?: 'v1' | 'v2' | 'none'
  /** The certificate that is named. Default: the signer's. */
  readonly namedCertificate?: MadeCertificate
  /** Certificates in the token. Default: the signer's and its issuers', the root left out. */
  readonly certificates?: readonly MadeCertificate[]
  /** Other content than the TSTInfo that follows from all this; the signature is over it. */
  readonly contentType?: string
  /** Leaves signed attributes out or replaces their values, by object identifier; `null` leaves out. */
  readonly attributes?: Readonly<Record<string, Uint8Array | null>>
  /** How often the signer stands there. Default: 1. */
  readonly signers?: number
}

/**
 * Makes an RFC 3161 token over a message. The same options make the same bytes.
 *
 * @param authority a certificate, of kind `timestamper` for a right token
 * @returns the DER of the TimeStampToken, as it stands beside a signature
 * @example
 * ```ts
 * const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper' })
 * const token = await timestampOf(signature.sig, tsa, { time: new Date('2026-01-02T03:04:05Z') })
 * ```
 */
export async function timestampOf(message: Uint8Array, authority: MadeCertificate, options: TimestampOptions): Promise<Uint8Array> {
  const { contentType = '1.2.840.113549.1.9.16.1.4', signers = 1, certificates = [authority, ...issuersOf(authority)] } = options
  const content = await infoOf(message, options)
  const digest = derSequence(derOid(hashOids.sha256))
  const attributes = await attributesOf(content, contentType, authority, options)
  const signed = derSetOf(...attributes)
  const signature = await authority.key.signer.sign(signed)
  const issuer = authority.issuer ?? authority
  // the attributes stand under a tag of their own, and are signed as a SET
  const tagged = new Uint8Array(signed)
  tagged[0] = contextTag(0, true)
  const signer = derSequence(derInteger(1), derSequence(issuer.subject, derInteger(authority.serialNumber)), digest, tagged, algorithmOf(authority.key), derOctets(signature))
  const data = derSequence(
    derInteger(3),
    derSetOf(digest),
    derSequence(derOid(contentType), der(contextTag(0, true), derOctets(content))),
    ...(certificates.length === 0 ? [] : [der(contextTag(0, true), ...certificates.map((certificate) => certificate.der))]),
    derSetOf(...Array.from({ length: signers }, () => signer)),
  )
  return derSequence(derOid('1.2.840.113549.1.7.2'), der(contextTag(0, true), data))
}

/** A TimeStampResp as an authority answers, around a token or without one. */
export function timestampResponse(token: Uint8Array | undefined, status = 0): Uint8Array {
  return derSequence(derSequence(derInteger(status)), ...(token === undefined ? [] : [token]))
}

/** A timestamper for `signEnvelope()`, by a clock. */
export function timestamperOf(authority: MadeCertificate, clock: () => Date): Timestamper {
  return { timestamp: async (signature) => ({ type: 'tsp', data: await timestampOf(signature, authority, { time: clock() }) }) }
}

async function infoOf(message: Uint8Array, { time, hash = 'sha256', digest, serialNumber, nonce }: TimestampOptions): Promise<Uint8Array> {
  const imprint = derSequence(derSequence(derOid(hashOids[hash]), derNull), derOctets(digest ?? (await digestOf(hash, message))))
  const serial = serialNumber ?? BigInt(`0x${sha256Hex(message).slice(0, 14)}`)
  return derSequence(
    derInteger(1),
    derOid('1.3.6.1.4.1.57264.2'),
    imprint,
    derInteger(serial),
    derGeneralizedTime(time),
    ...(nonce === undefined ? [] : [derInteger(nonce)]),
  )
}

async function attributesOf(content: Uint8Array, contentType: string, authority: MadeCertificate, options: TimestampOptions): Promise<readonly Uint8Array[]> {
  const { signingTime, attributes = {} } = options
  const values: Record<string, Uint8Array | null> = {
    '1.2.840.113549.1.9.3': derOid(contentType),
    '1.2.840.113549.1.9.4': derOctets(decodeHex(sha256Hex(content))),
    ...(signingTime !== undefined && { '1.2.840.113549.1.9.5': derCertificateTime(signingTime) }),
    ...(await signingCertificateOf(options.namedCertificate ?? authority, options.signingCertificate ?? 'v2')),
    ...attributes,
  }
  return Object.entries(values).flatMap(([oid, value]) => (value === null ? [] : [derSequence(derOid(oid), derSetOf(value))]))
}

async function signingCertificateOf(certificate: MadeCertificate, form: 'v1' | 'v2' | 'none'): Promise<Readonly<Record<string, Uint8Array>>> {
  if (form === 'none') return {}
  // SHA-256 is the default of the second form, and left out
  const id = derSequence(derOctets(await digestOf(form === 'v1' ? 'sha1' : 'sha256', certificate.der)))
  return { [form === 'v1' ? '1.2.840.113549.1.9.16.2.12' : '1.2.840.113549.1.9.16.2.47']: derSequence(derSequence(id)) }
}

async function digestOf(hash: keyof typeof hashOids, data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(hashNames[hash], new Uint8Array(data)))
}

/** Up to the root, which is left out. */
function issuersOf({ issuer }: MadeCertificate): readonly MadeCertificate[] {
  return issuer?.issuer === undefined ? [] : [issuer, ...issuersOf(issuer)]
}
