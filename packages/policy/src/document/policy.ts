/** The payload type of a policy as CI/lock writes it. */
export const policyPayloadType = 'https://aflock.ai/policy/v0.1'

/** The payload type of a policy as witness writes it; CI/lock reads both. */
export const witnessPolicyPayloadType = 'https://witness.testifysec.com/policy/v0.1'

/** A policy as it stands on the wire, key for key. Encode it as JSON and sign those bytes. */
export interface PolicyDocument {
  /** RFC 3339. */
  readonly expires: string
  readonly roots?: Readonly<Record<string, RootDocument>> | null
  readonly timestampauthorities?: Readonly<Record<string, RootDocument>> | null
  readonly publickeys?: Readonly<Record<string, PublicKeyDocument>> | null
  readonly steps: Readonly<Record<string, StepDocument>>
  readonly externalAttestations?: Readonly<Record<string, ExternalAttestationDocument>> | null
}

/** A public key, under the id that functionaries call it by. */
export interface PublicKeyDocument {
  /** Hex SHA-256 of the key's PEM text, or the URI of a key in a key service. */
  readonly keyid: string
  /** Base64 of the PEM text. */
  readonly key: string
}

/** A certificate authority, or a timestamp authority, that the policy trusts. */
export interface RootDocument {
  /** Base64 of the PEM text of one certificate, as the intermediates. */
  readonly certificate: string
  readonly intermediates?: readonly string[] | null
}

/** What one step has to show: who may sign for it, what its collection holds, and which steps its files come from. */
export interface StepDocument {
  /** The step's key in `steps`, and the name of the collections that are looked for. */
  readonly name: string
  /** Any of them may have signed. */
  readonly functionaries: readonly FunctionaryDocument[]
  /** All of them must be in one collection. */
  readonly attestations: readonly AttestationDocument[]
  /** Steps whose artifacts are this step's materials. */
  readonly artifactsFrom?: readonly string[] | null
  readonly attestationsFrom?: readonly string[] | null
  readonly externalFrom?: readonly string[] | null
  readonly allowedUntracked?: readonly string[] | null
  readonly timestampConstraint?: TimestampConstraintDocument | null
}

/** Who may sign for a step: a key by its id, or whoever holds a certificate that fits a constraint. */
export interface FunctionaryDocument {
  readonly type: 'publickey' | 'root'
  readonly publickeyid?: string
  readonly certConstraint?: CertConstraintDocument | null
}

/** What a signer's certificate has to say; `*` stands for anything. */
export interface CertConstraintDocument {
  readonly commonname?: string
  readonly dnsnames?: readonly string[] | null
  readonly emails?: readonly string[] | null
  readonly organizations?: readonly string[] | null
  readonly uris?: readonly string[] | null
  readonly roots?: readonly string[] | null
  readonly extensions?: Readonly<Record<string, string>>
  readonly requiredpolicyoids?: readonly string[] | null
}

/** An attestation that a collection must have, and the rules that its predicate is held against. */
export interface AttestationDocument {
  /** The type URI; witness's and CI/lock's form of one type are the same. */
  readonly type: string
  readonly regopolicies?: readonly RegoPolicyDocument[] | null
  readonly aipolicies?: readonly AiPolicyDocument[] | null
}

/** A Rego module: it denies what its `deny` rules say. */
export interface RegoPolicyDocument {
  /** Base64 of the module's text. */
  readonly module: string
  readonly name: string
}

/** A question to a language model, as CI/lock has it. */
export interface AiPolicyDocument {
  readonly name: string
  readonly prompt: string
  readonly model?: string
}

/** When a collection may have been signed. */
export interface TimestampConstraintDocument {
  readonly notBefore?: string
  readonly notAfter?: string
  readonly maxAge?: string
}

/** An attestation that stands outside of any collection. */
export interface ExternalAttestationDocument {
  readonly name: string
  readonly predicateType: string
  readonly functionaries: readonly FunctionaryDocument[]
  readonly regopolicies?: readonly RegoPolicyDocument[] | null
  readonly aipolicies?: readonly AiPolicyDocument[] | null
  readonly required?: boolean
}
