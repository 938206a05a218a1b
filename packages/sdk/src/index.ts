// Read and sign.
export { CilockError, SignatureError } from '@cilock/core'
export { encodeEnvelope, inTotoPayloadType, parseEnvelope, signEnvelope, verifyEnvelope } from '@cilock/core'
export { customSigner, generateKey, importSigner, importVerifier } from '@cilock/core'
export { collectionOf, encodeStatement, readCollection, statementOf } from '@cilock/core'
export { hashBytes, memorySource, sha256Hex } from '@cilock/core'
export type {
  Collection,
  DigestSet,
  Envelope,
  Evidence,
  GeneratedKey,
  KeyKind,
  KeySigner,
  KeyVerifier,
  PredicateType,
  ReadAttestation,
  ReadCollection,
  Signer,
  Source,
  SourceQuery,
  SourceResult,
  Statement,
  Verified,
  VerifiedEnvelope,
  Verifier,
} from '@cilock/core'

// Make evidence: what an attestor needs of the world comes in through the options; `@cilock/sdk/node` has this process's.
export { attest, AttestError } from '@cilock/core'
export type { AttestContext, AttestEvent, AttestOptions, AttestResult, Attestor, AttestorOutcome, RunContext } from '@cilock/core'

// Judge: `@cilock/sdk/explain` says why, `@cilock/sdk/lint` looks policies over.
export { createVerifier, definePolicy, DefinitionError, draftPolicy, evaluate, firstCause, PolicyError, policySigner, signPolicy, verificationSummary, verificationSummaryType, verify } from '@cilock/policy'
export type {
  Cause,
  Check,
  DraftPolicyOptions,
  EvidenceOptions,
  PolicyDefinition,
  PolicyDocument,
  PolicyOptions,
  PolicySignerOptions,
  PolicyVerifier,
  Report,
  SummaryOptions,
  VerificationSummary,
  VerifyOptions,
} from '@cilock/policy'

// What predicates say, without what makes them.
export { commandRunType } from '@cilock/attestor-command-run/type'
export { dockerType } from '@cilock/attestor-docker/type'
export { environmentType } from '@cilock/attestor-environment/type'
export { inclusionProofType, materialType, productType } from '@cilock/attestor-files/type'
export { gitType } from '@cilock/attestor-git/type'
export { githubActionType, githubType } from '@cilock/attestor-github/type'
export { ociType } from '@cilock/attestor-oci/type'
export { sbomType } from '@cilock/attestor-sbom/type'
export { knownTypes } from './known-types.ts'
