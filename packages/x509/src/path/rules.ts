/** What of a path is judged more strictly than CI/lock does, or less. */
export interface PathRules {
  /** The fewest bits of an RSA key. Default: 2048. CI/lock's Go takes 1024. */
  readonly minRsaBits?: number
  /** Also accept RSA signatures over SHA-1 between certificates. Default: false; Go refuses them too. MD5 is always refused. */
  readonly allowSha1?: boolean
}

/** Bounds of a search, in which the sender of the intermediates chooses how much there is to try. */
export interface PathLimits {
  /** Signatures between certificates that are verified. Default: 100, as in Go. */
  readonly maxSignatureChecks?: number
  /** Certificates in a path, leaf and root included. Default: 10. */
  readonly maxPathLength?: number
  /** Name comparisons under name constraints. Default: 250,000, as in Go. */
  readonly maxNameComparisons?: number
}
