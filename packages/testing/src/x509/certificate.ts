import { decodeHex, encodeBase64, encodePem, sha256Hex } from '@cilock/core'
import type { GeneratedKey, Signer } from '@cilock/core'
import { contextTag, der, derBits, derCertificateTime, derInteger, derSequence, unsignedInteger } from '@cilock/der'
import { seededBytes } from '../seed/seeded-bytes.ts'
import { seededKey } from '../seed/seeded-key.ts'
import type { SeededKeyKind } from '../seed/seeded-key.ts'
import {
  alternativeNamesExtension,
  authorityKeyIdExtension,
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  extensionDer,
  fulcioExtensions,
  keyUsageExtension,
  nameConstraintsExtension,
  policyExtensions,
  subjectKeyIdExtension,
  type CertificatePolicyOptions,
  type ExtensionOptions,
  type FulcioOptions,
  type KeyUsageName,
  type NameConstraintOptions,
  type PurposeName,
} from './extensions.ts'
import { nameDer, type NameOptions, type SubjectOptions } from './names.ts'
import { algorithmOf, spkiOf } from './signing.ts'

/** What a certificate is for, which decides what it says unless told otherwise. */
export type CertificateKind = 'authority' | 'signer' | 'timestamper'

/** Everything is optional: what is not said is right. Whatever is said is written, also where it is wrong. */
export interface CertificateOptions {
  /** Key and serial number follow from it. Default: `certificate`. */
  readonly seed?: string
  /** Default: `ec-p256`. */
  readonly keyKind?: SeededKeyKind
  /** A key of one's own instead, of any kind; then the certificate's bytes follow from it. */
  readonly key?: GeneratedKey
  /** Who issues it. Default: itself. */
  readonly issuer?: MadeCertificate
  /** Default: `authority` without an issuer, `signer` with one. */
  readonly kind?: CertificateKind
  /** Default: the seed as common name. */
  readonly subject?: SubjectOptions
  /** Alternative names. Default: none. */
  readonly names?: NameOptions
  /** Default: 2020-01-01. */
  readonly notBefore?: Date
  /** Default: 2049-01-01. */
  readonly notAfter?: Date
  /** Default: by kind: `keyCertSign` and `cRLSign`, or `digitalSignature`. `null` leaves the extension out, here and below. */
  readonly keyUsage?: readonly KeyUsageName[] | null
  /** Names or object identifiers. Default: by kind: none, `codeSigning`, or `timeStamping` and critical. */
  readonly extendedKeyUsage?: readonly (PurposeName | (string & {}))[] | null
  /** Whether the extended key usage is critical. Default: for timestampers. */
  readonly extendedKeyUsageCritical?: boolean
  /** Default: for an authority that it is one. */
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number } | null
  /** Which names those below it may have. Default: any. */
  readonly nameConstraints?: NameConstraintOptions
  /** Certificate policies and rules about them. Default: none. */
  readonly certificatePolicies?: CertificatePolicyOptions
  /** Fulcio's extensions, by CI/lock's names. Default: none. */
  readonly fulcio?: FulcioOptions
  /** Default: the beginning of a hash of the key; of the issuer's key. */
  readonly subjectKeyId?: Uint8Array | null
  /** The id of the issuer's key; `null` leaves it out. Default: the issuer's own. */
  readonly authorityKeyId?: Uint8Array | null
  /** Further extensions, after all others. */
  readonly extensions?: readonly ExtensionOptions[]
  /** Its serial number. Default: one that follows from the seed. */
  readonly serialNumber?: bigint
  /** 1 to 3. Below 3 there are no extensions. Default: 3. */
  readonly version?: number
  /** Another way for the issuer's key to sign: the DER of an AlgorithmIdentifier, and what makes the bytes. */
  readonly signWith?: { readonly algorithm: Uint8Array; readonly sign: (tbs: Uint8Array) => Promise<Uint8Array> }
  /** Changes what is signed just before it is signed. */
  readonly alter?: (tbs: Uint8Array) => Uint8Array
}

/** A certificate with its key. */
export interface MadeCertificate {
  /** The certificate. */
  readonly der: Uint8Array
  /** The certificate as text. */
  readonly pem: string
  /** The key that it is for. */
  readonly key: GeneratedKey
  /** The DER of the subject. */
  readonly subject: Uint8Array
  /** Its serial number. */
  readonly serialNumber: bigint
  /** The id of its key, where it has one. */
  readonly subjectKeyId: Uint8Array | undefined
  /** Who issued it; undefined for a root. */
  readonly issuer: MadeCertificate | undefined
  /** Signs with the certificate and its issuers beside the signature, the root left out. */
  readonly signer: Signer
  /** A certificate that this one issues. */
  readonly issue: (options?: Omit<CertificateOptions, 'issuer'>) => Promise<MadeCertificate>
}

/**
 * Makes a certificate. The same options make the same bytes. Without an issuer it is a root; with one it may sign
 * envelopes, unless `kind` says otherwise.
 *
 * @throws TypeError for a key that signs no certificates, or a time that DER cannot say.
 * @example
 * ```ts
 * const root = await certificateOf({ seed: 'root' })
 * const issuing = await root.issue({ seed: 'issuing', kind: 'authority', basicConstraints: { ca: true, pathLength: 0 } })
 * const { signer } = await issuing.issue({ seed: 'ci', names: { uris: ['https://ci.test/job'] }, fulcio: { Issuer: 'https://issuer.test' } })
 * ```
 */
export async function certificateOf(options: CertificateOptions = {}): Promise<MadeCertificate> {
  const { seed = 'certificate', issuer, version = 3, alter = (tbs) => tbs } = options
  const key = options.key ?? (await seededKey(JSON.stringify(['x509', seed]), options.keyKind ?? 'ec-p256'))
  const subject = nameDer(options.subject ?? { commonName: seed })
  const spki = spkiOf(key)
  const serialNumber = options.serialNumber ?? unsignedInteger(seededBytes(seed, 'serial', 15))
  const subjectKeyId = options.subjectKeyId === undefined ? decodeHex(sha256Hex(spki)).subarray(0, 20) : (options.subjectKeyId ?? undefined)
  const signing = issuer?.key ?? key
  const { algorithm, sign } = options.signWith ?? { algorithm: algorithmOf(signing), sign: async (message: Uint8Array) => signing.signer.sign(message) }
  const extensions = version < 3 ? [] : extensionsOf(options, subjectKeyId, issuer === undefined ? undefined : issuer.subjectKeyId)
  const tbs = alter(
    derSequence(
      ...(version > 1 ? [der(contextTag(0, true), derInteger(version - 1))] : []),
      derInteger(serialNumber),
      algorithm,
      issuer?.subject ?? subject,
      derSequence(derCertificateTime(options.notBefore ?? new Date('2020-01-01')), derCertificateTime(options.notAfter ?? new Date('2049-01-01'))),
      subject,
      spki,
      ...(extensions.length > 0 ? [der(contextTag(3, true), derSequence(...extensions.map(extensionDer)))] : []),
    ),
  )
  const bytes = derSequence(tbs, algorithm, derBits(await sign(tbs)))
  const pem = encodePem('CERTIFICATE', bytes)
  const made: MadeCertificate = {
    der: bytes,
    pem,
    key,
    subject,
    serialNumber,
    subjectKeyId,
    issuer,
    signer: { keyid: key.signer.keyid, sign: async (message) => key.signer.sign(message), certificate: pem, intermediates: intermediatesOf(issuer) },
    issue: async (more = {}) => certificateOf({ ...more, issuer: made }),
  }
  return made
}

/** Base64 of PEM, as a policy writes its certificates. */
export function policyCertificate({ pem }: MadeCertificate): string {
  return encodeBase64(new TextEncoder().encode(pem))
}

function intermediatesOf(issuer: MadeCertificate | undefined): readonly string[] {
  return issuer?.issuer === undefined ? [] : [issuer.pem, ...intermediatesOf(issuer.issuer)]
}

function extensionsOf(options: CertificateOptions, subjectKeyId: Uint8Array | undefined, issuerKeyId: Uint8Array | undefined): readonly ExtensionOptions[] {
  const { issuer, kind = issuer === undefined ? 'authority' : 'signer', names = {}, subject, nameConstraints, certificatePolicies = {}, fulcio = {} } = options
  const usage = options.keyUsage === undefined ? usagesOf[kind] : options.keyUsage
  const purposes = options.extendedKeyUsage === undefined ? purposesOf[kind] : options.extendedKeyUsage
  const constraints = options.basicConstraints === undefined ? (kind === 'authority' ? { ca: true } : { ca: false }) : options.basicConstraints
  const authorityKeyId = options.authorityKeyId === undefined ? issuerKeyId : (options.authorityKeyId ?? undefined)
  const isNameless = subject !== undefined && nameDer(subject).length === 2
  return [
    ...(constraints === null ? [] : [basicConstraintsExtension(constraints.ca, constraints.pathLength)]),
    ...(usage === null ? [] : [keyUsageExtension(usage)]),
    ...(purposes === null ? [] : [extendedKeyUsageExtension(purposes, options.extendedKeyUsageCritical ?? kind === 'timestamper')]),
    ...(subjectKeyId === undefined ? [] : [subjectKeyIdExtension(subjectKeyId)]),
    ...(authorityKeyId === undefined ? [] : [authorityKeyIdExtension(authorityKeyId)]),
    ...alternativeNamesExtension(names, isNameless),
    ...(nameConstraints === undefined ? [] : [nameConstraintsExtension(nameConstraints)]),
    ...policyExtensions(certificatePolicies),
    ...fulcioExtensions(fulcio),
    ...(options.extensions ?? []),
  ]
}

const usagesOf: Readonly<Record<CertificateKind, readonly KeyUsageName[]>> = {
  authority: ['keyCertSign', 'cRLSign'],
  signer: ['digitalSignature'],
  timestamper: ['digitalSignature'],
}

const purposesOf: Readonly<Record<CertificateKind, readonly PurposeName[] | null>> = { authority: null, signer: ['codeSigning'], timestamper: ['timeStamping'] }
