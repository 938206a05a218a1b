// A policy document as it was read: absent, `null` and unreadable members are absent, names are keys of maps, so that a
// step named `__proto__` is a step like any other.

export interface PolicyMembers {
  readonly expires?: Date
  readonly roots?: ReadonlyMap<string, RootMembers>
  readonly timestampauthorities?: ReadonlyMap<string, RootMembers>
  readonly publickeys?: ReadonlyMap<string, PublicKeyMembers>
  readonly steps?: ReadonlyMap<string, StepMembers>
  readonly externalAttestations?: ReadonlyMap<string, ExternalAttestationMembers>
}

export interface RootMembers {
  readonly certificate?: Uint8Array
  readonly intermediates?: readonly Uint8Array[]
}

export interface PublicKeyMembers {
  readonly keyid?: string
  readonly key?: Uint8Array
}

export interface StepMembers {
  readonly name?: string
  readonly functionaries?: readonly FunctionaryMembers[]
  readonly attestations?: readonly AttestationMembers[]
  readonly artifactsFrom?: readonly string[]
  readonly attestationsFrom?: readonly string[]
  readonly externalFrom?: readonly string[]
  readonly allowedUntracked?: readonly string[]
  readonly timestampConstraint?: TimestampConstraintMembers
}

export interface FunctionaryMembers {
  readonly type?: string
  readonly certConstraint?: CertConstraintMembers
  readonly publickeyid?: string
}

export interface CertConstraintMembers {
  readonly commonname?: string
  readonly dnsnames?: readonly string[]
  readonly emails?: readonly string[]
  readonly organizations?: readonly string[]
  readonly uris?: readonly string[]
  readonly roots?: readonly string[]
  readonly extensions?: Readonly<Record<string, string | undefined>>
  readonly requiredpolicyoids?: readonly string[]
}

export interface AttestationMembers {
  readonly type?: string
  readonly regopolicies?: readonly RegoPolicyMembers[]
  readonly aipolicies?: readonly AiPolicyMembers[]
}

export interface RegoPolicyMembers {
  readonly module?: Uint8Array
  readonly name?: string
}

export interface AiPolicyMembers {
  readonly name?: string
  readonly prompt?: string
  readonly model?: string
}

export interface TimestampConstraintMembers {
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Milliseconds. */
  readonly maxAge?: number
}

export interface ExternalAttestationMembers {
  readonly name?: string
  readonly predicateType?: string
  readonly functionaries?: readonly FunctionaryMembers[]
  readonly regopolicies?: readonly RegoPolicyMembers[]
  readonly aipolicies?: readonly AiPolicyMembers[]
  readonly required?: boolean
}
