import type { PredicateType } from '@cilock/core'
import type { CertConstraintDocument } from '../document/policy.ts'

/** A public key as `importVerifier()` and `generateKey()` give it. */
export interface PolicyPublicKey {
  /** The id by which the policy names it. */
  readonly keyid: string
  /** SPKI PEM. */
  readonly publicKeyPem: string
}

/** Certificates that vouch for others: PEM texts of one certificate each. */
export interface AuthorityDefinition {
  /** PEM of the root. */
  readonly certificate: string
  /** PEM of the certificates between root and leaves. Default: none. */
  readonly intermediates?: readonly string[]
}

/**
 * Whoever holds a certificate that fits. Everything but `roots` and `extensions` may be `*`; what is left out is `*` too,
 * since CI/lock takes an empty field for one that nobody can fit.
 */
export interface CertificateFunctionary<Root extends string = string> {
  /** Names of the policy's roots, or `*` for any of them. At least one. */
  readonly roots: readonly (Root | '*')[]
  /** The subject's common name. Default: any. */
  readonly commonName?: string
  /** Exactly these DNS names. Default: any. */
  readonly dnsNames?: readonly string[]
  /** Exactly these e-mail addresses. Default: any. */
  readonly emails?: readonly string[]
  /** Exactly these organizations. Default: any. */
  readonly organizations?: readonly string[]
  /** Exactly these URIs. Default: any. */
  readonly uris?: readonly string[]
  /** Fulcio's extensions by CI/lock's names (`Issuer`, `SourceRepositoryURI` …); globs are allowed. */
  readonly extensions?: NonNullable<CertConstraintDocument['extensions']>
  /** Object identifiers that must stand among the certificate's policies. */
  readonly requiredPolicyOids?: readonly string[]
}

/** Who may sign: a public key, or the holder of a certificate. */
export type FunctionaryDefinition<Root extends string = string> = PolicyPublicKey | CertificateFunctionary<Root>

/** Rego text, or texts with the names by which messages call them. Rego v0 unless a module imports `rego.v1`. */
export type RegoDefinition = string | Readonly<Record<string, string>>

/** What a collection must hold: a type, or its URI; with rules, what its predicate is held against. */
export type AttestationDefinition =
  | PredicateType
  | string
  | { readonly type: PredicateType | string; readonly rego?: RegoDefinition }

/** When a collection may have been signed, by the time of a timestamp authority. */
export interface SignedWithin {
  /** The earliest time. Default: any. */
  readonly notBefore?: Date
  /** The latest time. Default: any. */
  readonly notAfter?: Date
  /** A duration as Go writes it (`720h`, `1h30m`), or milliseconds. */
  readonly maxAge?: string | number
}

/** Who does a step, and what they have to show. */
export interface StepDefinition<Step extends string = string, External extends string = string, Root extends string = string> {
  /** Any of them may sign. At least one. */
  readonly functionaries: readonly FunctionaryDefinition<Root>[]
  /** All of them must be in one collection. At least one. */
  readonly attestations: readonly AttestationDefinition[]
  /** Steps whose artifacts are this step's materials. */
  readonly artifactsFrom?: readonly Step[]
  /** Steps whose attestations this step's rules see, as `input.steps`. */
  readonly attestationsFrom?: readonly Step[]
  /** External attestations that this step's rules see, as `input.external`. */
  readonly externalFrom?: readonly External[]
  /** Globs of materials that no step before has to have left. */
  readonly allowedUntracked?: readonly string[]
  /** When it may have been signed. Default: whenever. */
  readonly signedWithin?: SignedWithin
}

/** An attestation that stands outside of any collection. */
export interface ExternalDefinition<Root extends string = string> {
  /** The type of statement that is meant. */
  readonly predicateType: PredicateType | string
  /** Who may sign it. At least one. */
  readonly functionaries: readonly FunctionaryDefinition<Root>[]
  /** Rules over its predicate. Default: none. */
  readonly rego?: RegoDefinition
  /** Default: true. */
  readonly required?: boolean
}

/** A policy in the terms of this SDK; `definePolicy()` writes it as CI/lock reads it. */
export interface PolicyDefinition<Step extends string = string, External extends string = string, Root extends string = string> {
  /** Until when it holds; written in UTC, to the second, as CI/lock does. */
  readonly expires: Date
  /** What has to have happened, by the steps' names. */
  readonly steps: { readonly [Name in Step]: StepDefinition<NoInfer<Step>, NoInfer<External>, NoInfer<Root>> }
  /** Statements that are no collections of a step, by name. Default: none. */
  readonly externals?: { readonly [Name in External]: ExternalDefinition<NoInfer<Root>> }
  /** Certificate authorities by name. */
  readonly roots?: { readonly [Name in Root]: AuthorityDefinition }
  /** Timestamp authorities by name. Signatures with certificates need one. */
  readonly timestampAuthorities?: Readonly<Record<string, AuthorityDefinition>>
}
