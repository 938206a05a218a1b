/** What a certificate says about certificate policies below it (RFC 5280, sections 4.2.1.5, 4.2.1.11 and 4.2.1.14). */
export interface PolicyRules {
  /** Certificates that may follow before a policy has to hold. */
  readonly requireExplicitPolicy?: number
  /** How many certificates further down policies may still be mapped. */
  readonly inhibitPolicyMapping?: number
  /** How many certificates further down `anyPolicy` still counts. */
  readonly inhibitAnyPolicy?: number
  /** Policies of the issuer that count as others of the subject. */
  readonly mappings: readonly { readonly issuer: string; readonly subject: string }[]
}
