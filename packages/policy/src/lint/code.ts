import type { CheckCode } from '../report/check-code.ts'

/**
 * How much a finding weighs. `error`: a verifier refuses the policy, or no evidence can ever satisfy this part of it.
 * `warning`: it is weaker, or behaves otherwise, than it looks. `note`: worth knowing.
 */
export type Severity = 'error' | 'warning' | 'note'

/** What the linter looks for beyond what a verifier refuses by itself. */
const severities = {
  'envelope-plain': 'note',
  'envelope-unsigned': 'error',
  'envelope-signature': 'error',
  'envelope-payload-type': 'error',
  'signer-wildcard': 'warning',
  'base64-padding': 'error',
  expired: 'error',
  'expires-soon': 'warning',
  'expires-late': 'note',
  'no-steps': 'note',
  'no-trust': 'error',
  'no-functionaries': 'error',
  'no-attestations': 'error',
  'attestation-type-missing': 'error',
  'attestation-type-unknown': 'warning',
  'attestation-repeated': 'warning',
  'ai-policy': 'error',
  'functionary-key-missing': 'error',
  'functionary-key-unknown': 'error',
  'functionary-root-unknown': 'error',
  'functionary-repeated': 'warning',
  'key-name': 'warning',
  'key-unused': 'warning',
  'root-unused': 'warning',
  'root-invalid': 'error',
  'root-expired': 'warning',
  'root-not-authority': 'warning',
  'root-not-self-signed': 'note',
  'timestamp-authority-missing': 'error',
  'timestamp-authority-unused': 'warning',
  'constraint-on-key': 'error',
  'constraint-wildcard': 'warning',
  'constraint-empty': 'error',
  'constraint-unprintable': 'error',
  'constraint-glob': 'error',
  'constraint-glob-by-accident': 'warning',
  'constraint-oid': 'error',
  'artifacts-unrecorded': 'warning',
  'context-unread': 'warning',
  'step-unlinked': 'note',
  'external-name': 'note',
  'external-type-missing': 'error',
  'external-type-collection': 'error',
  'external-without-effect': 'warning',
  'untracked-without-effect': 'warning',
  'untracked-anything': 'warning',
  'untracked-glob': 'error',
  'untracked-matches-nothing': 'warning',
  'rego-name-missing': 'warning',
  'rego-module-missing': 'error',
  'rego-invalid': 'error',
  'rego-repeated-name': 'error',
  'rego-repeated-package': 'error',
  'rego-no-deny': 'error',
  'rego-deny-value': 'error',
  'rego-never-denies': 'warning',
  'rego-bare-input': 'error',
  'rego-wrapped-input': 'error',
  'rego-shadowed-input': 'warning',
} as const

/** What a finding is about. Stable. Those that begin with `policy-` are what a verifier refuses by itself. */
export type LintCode = keyof typeof severities | Extract<CheckCode, `policy-${string}`> | 'limit'

export function severityOf(code: LintCode): Severity {
  const known: Readonly<Partial<Record<LintCode, Severity>>> = severities
  return known[code] ?? 'error'
}
