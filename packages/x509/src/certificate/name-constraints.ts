import type { DistinguishedName } from './distinguished-name.ts'

/** A network: address and mask, four or sixteen bytes each. */
export interface IpRange {
  readonly address: Uint8Array
  readonly mask: Uint8Array
}

/** Subtrees of names, by kind. `unsupported` has the tags of kinds that are not judged: a name of one is refused. */
export interface NameSubtrees {
  readonly dnsNames: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
  readonly ips: readonly IpRange[]
  readonly directoryNames: readonly DistinguishedName[]
  readonly unsupported: readonly number[]
}

/** What names may stand below an authority. */
export interface NameConstraints {
  readonly permitted: NameSubtrees
  readonly excluded: NameSubtrees
}
