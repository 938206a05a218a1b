import type { DistinguishedName } from './distinguished-name.ts'

/** A network: address and mask, four or sixteen bytes each. */
export interface IpRange {
  /** The address. */
  readonly address: Uint8Array
  /** Which of its bits count. */
  readonly mask: Uint8Array
}

/** Subtrees of names, by kind. `unsupported` has the tags of kinds that are not judged: a name of one is refused. */
export interface NameSubtrees {
  /** DNS names, with all below them. */
  readonly dnsNames: readonly string[]
  /** E-mail addresses, or their hosts. */
  readonly emails: readonly string[]
  /** Hosts of URIs. */
  readonly uris: readonly string[]
  /** Ranges of addresses. */
  readonly ips: readonly IpRange[]
  /** Distinguished names, with all below them. */
  readonly directoryNames: readonly DistinguishedName[]
  /** Tags of kinds that are not judged; a certificate that needs them is refused. */
  readonly unsupported: readonly number[]
}

/** What names may stand below an authority. */
export interface NameConstraints {
  /** Names have to be among these, where there are any of their kind. */
  readonly permitted: NameSubtrees
  /** Names must not be among these. */
  readonly excluded: NameSubtrees
}
