import type { DistinguishedName } from './distinguished-name.ts'

/** An otherName. `value` is its text where it is one, as Fulcio writes user names (1.3.6.1.4.1.57264.1.7). */
export interface OtherName {
  /** The kind of name, by its object identifier. */
  readonly oid: string
  /** Its text, where it is one. */
  readonly value?: string
  /** Its value as it stands in the certificate. */
  readonly der: Uint8Array
}

/** The names that a subject goes by, each kind in the order of the certificate. */
export interface AlternativeNames {
  /** DNS names. */
  readonly dnsNames: readonly string[]
  /** E-mail addresses. */
  readonly emails: readonly string[]
  /** The text as it stands in the certificate. */
  readonly uris: readonly string[]
  /** As text: dotted decimals, or the canonical form of IPv6 (RFC 5952). */
  readonly ips: readonly string[]
  /** Names of other kinds. */
  readonly otherNames: readonly OtherName[]
  /** Distinguished names. */
  readonly directoryNames: readonly DistinguishedName[]
  /** Object identifiers. */
  readonly registeredIds: readonly string[]
  /** Tags of further names, of kinds that are not read (X.400 addresses, EDI parties). */
  readonly unsupported: readonly number[]
}
