/**
 * What is asked beyond CI/lock's own rules, each by its name; `true` is the safe side. The first four are the switches of
 * CI/lock's `--policy-hardening`.
 */
export interface VerifyRules {
  /** A `certConstraint` beside a `publickeyid` that matches has to hold too. Off: it is passed over. */
  readonly constraintWithKeyId: boolean
  /** An empty list of a `certConstraint` is refused where the certificate has no such names either. Off: they fit. */
  readonly emptyConstraints: boolean
  /** Two Rego modules of one attestation have different packages. Off: equal ones are one package. */
  readonly regoPackages: boolean
  /** A step's `name` is its key, and not empty. Off: only evidence named as both say can pass. */
  readonly stepNames: boolean
  /** A policy was signed under one of the payload types of policies. Off: any. */
  readonly policyPayloadType: boolean
  /** Evidence was signed under the payload type of statements. Off: any. */
  readonly evidencePayloadType: boolean
  /** A policy has no keys that mean nothing. Off: they are passed over. */
  readonly knownKeys: boolean
  /** A functionary's `type` is `publickey` or `root`, and has what it needs. Off: it is not looked at. */
  readonly functionaryTypes: boolean
  /** No step has a name that the engine uses itself (`__external__`). */
  readonly reservedNames: boolean
  /**
   * Each material of a step with `artifactsFrom` is an artifact of one of those steps, or its path matches
   * `allowedUntracked`. Off: paths that no step before left are not compared.
   */
  readonly trackedMaterials: boolean
  /**
   * What `artifactsFrom` compares are digests of their algorithms, in either letter case. Off: any two equal texts are the same
   * digest.
   */
  readonly wellFormedDigests: boolean
  /** Each artifact handed in is bound to what a step made or speaks about. Off: evidence that is reached is enough. */
  readonly boundSubjects: boolean
  /**
   * A rule that looks at other steps, or at external attestations, holds in view of all accepted evidence of theirs. Off: of
   * several it sees the first by digest, and of several attestations of one type in it the first.
   */
  readonly everyContext: boolean
  /**
   * An optional external attestation counts as made when somebody whom the policy names signed one. Off: also what anybody
   * put there, so that it fails.
   */
  readonly signedExternals: boolean
  /** A Rego rule reads only such paths of `input` as can be there. Off: any. */
  readonly inputPaths: boolean
  /**
   * Rego judges the JSON that was signed. Off: for types that are known, what Go's structs make of it: unknown keys
   * dropped, missing ones filled with zeros.
   */
  readonly signedInput: boolean
}

/** `strict`: every rule. `compat`: none, the answers of CI/lock's library. */
export type RulesPreset = 'strict' | 'compat'

/** A preset, or single rules that differ from one (from `strict` unless it is named). */
export type VerifyRulesOption = RulesPreset | (Partial<VerifyRules> & { readonly preset?: RulesPreset })

const names = [
  'constraintWithKeyId',
  'emptyConstraints',
  'regoPackages',
  'stepNames',
  'policyPayloadType',
  'evidencePayloadType',
  'knownKeys',
  'functionaryTypes',
  'reservedNames',
  'trackedMaterials',
  'wellFormedDigests',
  'boundSubjects',
  'everyContext',
  'signedExternals',
  'inputPaths',
  'signedInput',
] as const satisfies readonly (keyof VerifyRules)[]

/** The preset that an option starts from. */
export function presetOf(option: VerifyRulesOption = 'strict'): RulesPreset {
  return typeof option === 'string' ? option : (option.preset ?? 'strict')
}

/** The rules of a call; anything that names none is a TypeError. */
export function rulesOf(option: VerifyRulesOption = 'strict'): VerifyRules {
  if (typeof option !== 'string' && (typeof option !== 'object' || option === null)) throw new TypeError('rules is not a preset or an object of rules')
  const { preset = 'strict', ...given } = typeof option === 'string' ? { preset: option } : option
  if (preset !== 'strict' && preset !== 'compat') throw new TypeError(`rules: expected the preset strict or compat, found ${typeof preset === 'string' ? JSON.stringify(preset) : `a value of type ${typeof preset}`}`)
  for (const [name, value] of Object.entries(given)) {
    if (!names.some((known) => known === name)) throw new TypeError(`rules: there is no rule ${JSON.stringify(name)}; there are ${names.join(', ')}`)
    if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`rules.${name} has to be true or false`)
  }
  const chosen: Partial<VerifyRules> = given
  const on = preset === 'strict'
  return Object.fromEntries(names.map((name) => [name, chosen[name] ?? on])) as Readonly<Record<(typeof names)[number], boolean>>
}
