/** What of a path is judged more strictly than CI/lock does, or less. */
export interface PathRules {
  /**
   * The fewest bits of an RSA key, from 1024. Default: 2048. CI/lock's Go takes 1024 for keys that sign certificates. Keys that sign
   * envelopes have 2048 in any case.
   */
  readonly minRsaBits?: number
  /** Also accept RSA PKCS#1 v1.5 over SHA-1. Default: false; Go refuses it too. MD5 is always refused. */
  readonly allowSha1?: boolean
  /**
   * Let a leaf sign whose key usage says that it only signs certificates, or only encrypts. Default: false; Go looks at
   * no key usage of a leaf.
   */
  readonly ignoreLeafKeyUsage?: boolean
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

const smallestRsaBits = 1024

const defaultLimits: Required<PathLimits> = { maxSignatureChecks: 100, maxPathLength: 10, maxNameComparisons: 250_000 }

/** @throws TypeError */
export function rulesOf(rules: PathRules = {}): PathRules {
  const { minRsaBits } = rules
  if (minRsaBits !== undefined && !(Number.isSafeInteger(minRsaBits) && minRsaBits >= smallestRsaBits)) {
    throw new TypeError(`minRsaBits has to be an integer from ${smallestRsaBits}, not ${String(minRsaBits)}`)
  }
  return rules
}

/** @throws TypeError */
export function limitsOf(limits: PathLimits = {}): Required<PathLimits> {
  const all = { ...defaultLimits }
  for (const name of Object.keys(defaultLimits) as (keyof PathLimits)[]) {
    const value = limits[name]
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${name} has to be a positive integer, not ${String(value)}`)
    all[name] = value
  }
  return all
}
