import { contextTag, der, derBoolean, derInteger, derNamedBits, derOctets, derOid, derSequence, derText, unsignedBytes } from '@cilock/der'
import { encodeUtf8 } from '@cilock/core'
import { generalNames, type NameOptions } from './names.ts'

/** One extension of any kind; the value is what stands in its octets. */
export interface ExtensionOptions {
  /** Its object identifier. */
  readonly oid: string
  /** Whether it is critical. Default: false. */
  readonly critical?: boolean
  /** The DER that it holds. */
  readonly value: Uint8Array
}

/** The bits of the key usage extension, in their order. */
const keyUsages = ['digitalSignature', 'contentCommitment', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign', 'encipherOnly', 'decipherOnly'] as const

/** What a key may be used for, by RFC 5280's names. */
export type KeyUsageName = (typeof keyUsages)[number]

const purposes = { any: '2.5.29.37.0', serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2', codeSigning: '1.3.6.1.5.5.7.3.3', timeStamping: '1.3.6.1.5.5.7.3.8' } as const

/** What a certificate is good for, by the name of its extended key usage. */
export type PurposeName = keyof typeof purposes

/** Which names a certificate's issued ones may have. */
export interface NameConstraintOptions {
  /** Names have to be among these, where there are any of their kind. */
  readonly permitted?: NameOptions
  /** Names must not be among these. */
  readonly excluded?: NameOptions
}

/** How certificate policies are processed below. */
export interface CertificatePolicyOptions {
  /** The policies' object identifiers. */
  readonly policies?: readonly string[]
  /** Policies of the issuer that count as others of the subject. */
  readonly mappings?: readonly (readonly [issuer: string, subject: string])[]
  /** After how many certificates a policy is demanded. */
  readonly requireExplicitPolicy?: number
  /** After how many certificates no policy is mapped any more. */
  readonly inhibitPolicyMapping?: number
  /** After how many certificates `anyPolicy` does not count any more. */
  readonly inhibitAnyPolicy?: number
}

export function keyUsageExtension(usages: readonly KeyUsageName[]): ExtensionOptions {
  return { oid: '2.5.29.15', critical: true, value: derNamedBits(usages.map((usage) => keyUsages.indexOf(usage))) }
}

export function extendedKeyUsageExtension(names: readonly (PurposeName | (string & {}))[], critical: boolean): ExtensionOptions {
  return { oid: '2.5.29.37', critical, value: derSequence(...names.map((name) => derOid(Object.hasOwn(purposes, name) ? purposes[name as PurposeName] : name))) }
}

export function basicConstraintsExtension(ca: boolean, pathLength: number | undefined): ExtensionOptions {
  return { oid: '2.5.29.19', critical: true, value: derSequence(...(ca ? [derBoolean(true)] : []), ...(pathLength === undefined ? [] : [derInteger(pathLength)])) }
}

export function subjectKeyIdExtension(id: Uint8Array): ExtensionOptions {
  return { oid: '2.5.29.14', value: derOctets(id) }
}

export function authorityKeyIdExtension(id: Uint8Array): ExtensionOptions {
  return { oid: '2.5.29.35', value: derSequence(der(contextTag(0), id)) }
}

/** Critical where there is no subject, as it then has to be. */
export function alternativeNamesExtension(names: NameOptions, critical: boolean): readonly ExtensionOptions[] {
  const list = generalNames(names)
  return list.length === 0 ? [] : [{ oid: '2.5.29.17', critical, value: derSequence(...list) }]
}

export function nameConstraintsExtension({ permitted, excluded }: NameConstraintOptions): ExtensionOptions {
  const subtrees = (tag: number, names: NameOptions | undefined): readonly Uint8Array[] => (names === undefined ? [] : [der(contextTag(tag, true), ...generalNames(names).map((name) => derSequence(name)))])
  return { oid: '2.5.29.30', critical: true, value: derSequence(...subtrees(0, permitted), ...subtrees(1, excluded)) }
}

export function policyExtensions({ policies, mappings, requireExplicitPolicy, inhibitPolicyMapping, inhibitAnyPolicy }: CertificatePolicyOptions): readonly ExtensionOptions[] {
  const count = (tag: number, number: number | undefined): readonly Uint8Array[] => (number === undefined ? [] : [der(contextTag(tag), number === 0 ? Uint8Array.of(0) : unsignedBytes(BigInt(number)))])
  const counts = [...count(0, requireExplicitPolicy), ...count(1, inhibitPolicyMapping)]
  return [
    ...(policies === undefined ? [] : [{ oid: '2.5.29.32', value: derSequence(...policies.map((oid) => derSequence(derOid(oid)))) }]),
    ...(mappings === undefined ? [] : [{ oid: '2.5.29.33', critical: true, value: derSequence(...mappings.map(([issuer, subject]) => derSequence(derOid(issuer), derOid(subject)))) }]),
    ...(counts.length === 0 ? [] : [{ oid: '2.5.29.36', critical: true, value: derSequence(...counts) }]),
    ...(inhibitAnyPolicy === undefined ? [] : [{ oid: '2.5.29.54', critical: true, value: derInteger(inhibitAnyPolicy) }]),
  ]
}

const fulcioArcs = {
  GithubWorkflowTrigger: 2,
  GithubWorkflowSHA: 3,
  GithubWorkflowName: 4,
  GithubWorkflowRepository: 5,
  GithubWorkflowRef: 6,
  Issuer: 8,
  BuildSignerURI: 9,
  BuildSignerDigest: 10,
  RunnerEnvironment: 11,
  SourceRepositoryURI: 12,
  SourceRepositoryDigest: 13,
  SourceRepositoryRef: 14,
  SourceRepositoryIdentifier: 15,
  SourceRepositoryOwnerURI: 16,
  SourceRepositoryOwnerIdentifier: 17,
  BuildConfigURI: 18,
  BuildConfigDigest: 19,
  BuildTrigger: 20,
  RunInvocationURI: 21,
  SourceRepositoryVisibilityAtSigning: 22,
  DeploymentEnvironment: 23,
  Subject: 24,
} as const

/** What Fulcio says about an identity, by the names of a policy's `certConstraint.extensions`. */
export type FulcioOptions = Readonly<Partial<Record<keyof typeof fulcioArcs, string>>>

/** As Fulcio writes them: raw text up to `.7`, DER from `.8` on, and the issuer in both forms. */
export function fulcioExtensions(values: FulcioOptions): readonly ExtensionOptions[] {
  const arc = (number: number): string => `1.3.6.1.4.1.57264.1.${number}`
  const issuer = values.Issuer
  return [
    ...(issuer === undefined ? [] : [{ oid: arc(1), value: encodeUtf8(issuer) }]),
    ...(Object.keys(fulcioArcs) as (keyof typeof fulcioArcs)[]).flatMap((name) => {
      const value = values[name]
      return value === undefined ? [] : [{ oid: arc(fulcioArcs[name]), value: fulcioArcs[name] < 8 ? encodeUtf8(value) : derText(value) }]
    }),
  ]
}

export function extensionDer({ oid, critical = false, value }: ExtensionOptions): Uint8Array {
  return derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctets(value))
}

