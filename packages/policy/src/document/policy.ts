/** The payload type of a policy as CI/lock writes it. */
export const policyPayloadType = 'https://aflock.ai/policy/v0.1'

/** The payload type of a policy as witness writes it; CI/lock reads both. */
export const witnessPolicyPayloadType = 'https://witness.testifysec.com/policy/v0.1'

/** A policy as it stands on the wire, key for key. Encode it as JSON and sign those bytes. */
export interface PolicyDocument {
  /** RFC 3339. */
  readonly expires: string
  /** Certificate authorities of functionaries, by name. */
  readonly roots?: Readonly<Record<string, RootDocument>> | null
  /** Authorities of timestamps, by name. */
  readonly timestampauthorities?: Readonly<Record<string, RootDocument>> | null
  /** Public keys by id. */
  readonly publickeys?: Readonly<Record<string, PublicKeyDocument>> | null
  /** What has to have happened, by the steps' names. */
  readonly steps: Readonly<Record<string, StepDocument>>
  /** Statements that are no collections of a step, by name. */
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
  /** Certificates between leaves and the root, each base64 of PEM. */
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
  /** Steps whose evidence the rules of this one see. */
  readonly attestationsFrom?: readonly string[] | null
  /** External attestations that the rules of this one see. */
  readonly externalFrom?: readonly string[] | null
  /** Globs of paths that may come from anywhere, where the steps of `artifactsFrom` left no such file. CI/lock reads them nowhere. */
  readonly allowedUntracked?: readonly string[] | null
  /** When it may have been signed. */
  readonly timestampConstraint?: TimestampConstraintDocument | null
}

/** Who may sign for a step: a key by its id, or whoever holds a certificate that fits a constraint. */
export interface FunctionaryDocument {
  /** A key of the policy, or whoever has a certificate under one of its roots. */
  readonly type: 'publickey' | 'root'
  /** The key's id among `publickeys`. */
  readonly publickeyid?: string
  /** What the certificate has to be. */
  readonly certConstraint?: CertConstraintDocument | null
}

/** What a signer's certificate has to say; `*` stands for anything. */
export interface CertConstraintDocument {
  /** The subject's common name, or `*`. */
  readonly commonname?: string
  /** Exactly these DNS names, or `*`. */
  readonly dnsnames?: readonly string[] | null
  /** Exactly these e-mail addresses, or `*`. */
  readonly emails?: readonly string[] | null
  /** Exactly these organizations of the subject, or `*`. */
  readonly organizations?: readonly string[] | null
  /** Exactly these URIs, or `*`. */
  readonly uris?: readonly string[] | null
  /** Names of the policy's roots that the chain may end in, or `*`. */
  readonly roots?: readonly string[] | null
  /** Fulcio's extensions by CI/lock's names, as globs. */
  readonly extensions?: Readonly<Record<string, string>>
  /** Certificate policies that it must have. */
  readonly requiredpolicyoids?: readonly string[] | null
}

/** An attestation that a collection must have, and the rules that its predicate is held against. */
export interface AttestationDocument {
  /** The type URI; witness's and CI/lock's form of one type are the same. */
  readonly type: string
  /** Rules over the predicate. */
  readonly regopolicies?: readonly RegoPolicyDocument[] | null
  /** Questions to a model about the predicate. */
  readonly aipolicies?: readonly AiPolicyDocument[] | null
}

/** A Rego module: it denies what its `deny` rules say. */
export interface RegoPolicyDocument {
  /** Base64 of the module's text. */
  readonly module: string
  /** What messages call it. */
  readonly name: string
}

/** A question to a language model, as CI/lock has it. */
export interface AiPolicyDocument {
  /** What messages call it. */
  readonly name: string
  /** What the model is asked. */
  readonly prompt: string
  /** Which model is asked. */
  readonly model?: string
}

/** When a collection may have been signed. */
export interface TimestampConstraintDocument {
  /** The earliest time, RFC 3339. */
  readonly notBefore?: string
  /** The latest time, RFC 3339. */
  readonly notAfter?: string
  /** How long ago at most, as Go writes durations. */
  readonly maxAge?: string
}

/** An attestation that stands outside of any collection. */
export interface ExternalAttestationDocument {
  /** Its key in the policy. */
  readonly name: string
  /** The type of statement that is meant. */
  readonly predicateType: string
  /** Who may sign it; one of them is enough. */
  readonly functionaries: readonly FunctionaryDocument[]
  /** Rules over the predicate. */
  readonly regopolicies?: readonly RegoPolicyDocument[] | null
  /** Questions to a model about the predicate. */
  readonly aipolicies?: readonly AiPolicyDocument[] | null
  /** Whether it has to be there. */
  readonly required?: boolean
}
