/** What a change belongs to: a step of the policy, or an external attestation that it wants. */
export type EditOwner = { readonly step: string } | { readonly external: string }

/** A certificate's names as a functionary would have to say them, key for key as in a policy. */
export interface CertificateConstraint {
  /** The common name, or `*`. */
  readonly commonname: string
  /** Its DNS names, or `*` where it has none. */
  readonly dnsnames: readonly string[]
  /** Its e-mail addresses, or `*` where it has none. */
  readonly emails: readonly string[]
  /** Its organizations, or `*` where it has none. */
  readonly organizations: readonly string[]
  /** Its URIs, or `*` where it has none. */
  readonly uris: readonly string[]
  /** The roots of the policy that it leads to. */
  readonly roots: readonly string[]
  /** Extensions that say who signed, by CI/lock's names. */
  readonly extensions?: Readonly<Record<string, string>>
}

/** A change of the policy, which then has to be signed anew. */
export type PolicyEdit =
  /** Until when the policy holds, RFC 3339. */
  | { readonly kind: 'extend-expiry'; readonly expires: string }
  /** A key that the policy has already may sign here too. */
  | ({ readonly kind: 'add-functionary'; readonly keyid: string } & EditOwner)
  /** A key that the policy does not have: its public key has to come from whoever owns it. */
  | ({ readonly kind: 'add-key'; readonly keyid: string } & EditOwner)
  /** Whoever has a certificate of exactly these names may sign here too. */
  | ({ readonly kind: 'add-certificate'; readonly certConstraint: CertificateConstraint } & EditOwner)
  /**
   * The step no longer asks for an attestation that the evidence does not have, nor for its rules. `index` is its place in
   * the step. One that is there is never dropped to silence a rule.
   */
  | { readonly kind: 'drop-attestation-type'; readonly step: string; readonly index: number; readonly type: string }
  /** The step asks for the version of the type that the evidence has. */
  | { readonly kind: 'replace-attestation-type'; readonly step: string; readonly index: number; readonly type: string; readonly by: string }
  /** Files that may come from anywhere, by path. */
  | { readonly kind: 'allow-untracked'; readonly step: string; readonly paths: readonly string[] }
  /** When the step may have been signed: RFC 3339, or a duration as Go writes it. */
  | { readonly kind: 'widen-timestamp'; readonly step: string; readonly member: 'notBefore' | 'notAfter' | 'maxAge'; readonly to: string }
  /** A key of the document that means nothing. */
  | { readonly kind: 'remove-policy-key'; readonly pointer: string }
  /** A key of the document in another letter case than it is read. */
  | { readonly kind: 'rename-policy-key'; readonly pointer: string; readonly to: string }

/** A change of what the verification is asked. */
export type InputEdit =
  /** Another artifact, the only one, in place of the one handed in. */
  | { readonly kind: 'hand-in'; readonly digest: string; readonly name: string }
  /** One artifact less, by its place among those handed in. */
  | { readonly kind: 'withdraw-subject'; readonly index: number; readonly digests: readonly string[] }
  /** Keys that the caller adds to the input of Rego rules, although they were signed. */
  | { readonly kind: 'drop-input'; readonly type: string; readonly keys: readonly string[] }

/** Evidence that is missing, or has to be made anew. */
export interface EvidenceEdit {
  /** Tells it from other edits. */
  readonly kind: 'provide-evidence'
  /** Steps that have to be run, or whose evidence has to be handed in. */
  readonly steps: readonly string[]
  /** External attestations that have to be made, or handed in. */
  readonly externals: readonly string[]
}

/** One thing that somebody could change so that a policy is satisfied. */
export type Edit = PolicyEdit | InputEdit | EvidenceEdit

/** Whether a change can be tried with what is at hand. */
export function isEvidence(edit: Edit): edit is EvidenceEdit {
  return edit.kind === 'provide-evidence'
}

/** The step or the external attestation, as an edit names it. */
export function ownerName(owner: EditOwner): string {
  return 'step' in owner ? `step ${JSON.stringify(owner.step)}` : `external attestation ${JSON.stringify(owner.external)}`
}
