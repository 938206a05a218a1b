import { contextTag, der, derOid, derSequence, derSetOf, derText, Tag, oidContent } from '@cilock/der'

/** A distinguished name from plain texts, or its parts in order: `[['2.5.4.3', 'Example']]`. */
export type SubjectOptions =
  | { readonly commonName?: string; readonly organization?: string; readonly country?: string; readonly email?: string }
  | readonly (readonly [oid: string, value: string])[]

/** Alternative names by kind. Texts are written as they are, right or wrong. */
export interface NameOptions {
  /** DNS names. */
  readonly dnsNames?: readonly string[]
  /** E-mail addresses. */
  readonly emails?: readonly string[]
  /** URIs. */
  readonly uris?: readonly string[]
  /** Four or sixteen bytes each, or eight or thirty-two in name constraints. */
  readonly ips?: readonly Uint8Array[]
  /** Distinguished names. */
  readonly directoryNames?: readonly SubjectOptions[]
  /** Names of other kinds, by their object identifiers. */
  readonly otherNames?: readonly { readonly oid: string; readonly value: string }[]
  /** Object identifiers. */
  readonly registeredIds?: readonly string[]
}

const attributes = { country: '2.5.4.6', organization: '2.5.4.10', commonName: '2.5.4.3', email: '1.2.840.113549.1.9.1' } as const

/** The DER of a distinguished name. */
export function nameDer(subject: SubjectOptions): Uint8Array {
  return derSequence(...partsOf(subject).map(([oid, value]) => derSetOf(derSequence(derOid(oid), derText(value, oid === attributes.email ? Tag.ia5String : Tag.utf8String)))))
}

/** The DER of every name, without a SEQUENCE around them. */
export function generalNames(names: NameOptions): readonly Uint8Array[] {
  const { dnsNames = [], emails = [], uris = [], ips = [], directoryNames = [], otherNames = [], registeredIds = [] } = names
  return [
    ...otherNames.map(({ oid, value }) => der(contextTag(0, true), derOid(oid), der(contextTag(0, true), derText(value)))),
    ...emails.map((text) => derText(text, contextTag(1))),
    ...dnsNames.map((text) => derText(text, contextTag(2))),
    ...directoryNames.map((subject) => der(contextTag(4, true), nameDer(subject))),
    ...uris.map((text) => derText(text, contextTag(6))),
    ...ips.map((bytes) => der(contextTag(7), bytes)),
    ...registeredIds.map((oid) => der(contextTag(8), oidContent(oid))),
  ]
}

function partsOf(subject: SubjectOptions): readonly (readonly [oid: string, value: string])[] {
  if (isParts(subject)) return subject
  return (Object.keys(attributes) as (keyof typeof attributes)[]).flatMap((name) => {
    const value = subject[name]
    return value === undefined ? [] : [[attributes[name], value] as const]
  })
}

function isParts(subject: SubjectOptions): subject is readonly (readonly [oid: string, value: string])[] {
  return Array.isArray(subject)
}
