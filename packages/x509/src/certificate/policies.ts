/** What a certificate says about certificate policies below it (RFC 5280, sections 4.2.1.5, 4.2.1.11 and 4.2.1.14). */
export interface PolicyRules {
  /** Certificates that may follow before a policy has to hold. */
  readonly requireExplicitPolicy?: number
  readonly inhibitPolicyMapping?: number
  readonly inhibitAnyPolicy?: number
  readonly mappings: readonly { readonly issuer: string; readonly subject: string }[]
}
