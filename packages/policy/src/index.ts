export { evaluate } from './evaluate.ts'
export { verify } from './verify.ts'
export { createVerifier } from './verifier.ts'
export type { PolicyVerifier } from './verifier.ts'
export type { CallerInput, ComputedInput, EvidenceOptions, PolicyOptions, VerifyOptions } from './options.ts'
export type { RulesPreset, VerifyRules, VerifyRulesOption } from './verify-rules.ts'
export type { VerifyLimits } from './limits.ts'
export { PolicyError } from './error.ts'
export type { PolicyErrorCode } from './error.ts'
export { policyPayloadType, witnessPolicyPayloadType } from './document/policy.ts'
export type {
  AiPolicyDocument,
  AttestationDocument,
  CertConstraintDocument,
  ExternalAttestationDocument,
  FunctionaryDocument,
  PolicyDocument,
  PublicKeyDocument,
  RegoPolicyDocument,
  RootDocument,
  StepDocument,
  TimestampConstraintDocument,
} from './document/policy.ts'
export { errorCodeOf } from './report/check-code.ts'
export type { CheckCode } from './report/check-code.ts'
export { firstCause } from './report/first-cause.ts'
export type { Cause } from './report/first-cause.ts'
export type { Binding, CandidateReport, Check, CheckPlace, CheckState, CheckValue, ExternalReport, PolicyReport, Report, StepReport, SubjectReport } from './report/report.ts'
export { verificationSummary, verificationSummaryType } from './summary/verification-summary.ts'
export type { SummaryOptions, VerificationSummary } from './summary/verification-summary.ts'
export { definePolicy } from './author/define-policy.ts'
export type {
  AttestationDefinition,
  AuthorityDefinition,
  CertificateFunctionary,
  ExternalDefinition,
  FunctionaryDefinition,
  PolicyDefinition,
  PolicyPublicKey,
  RegoDefinition,
  SignedWithin,
  StepDefinition,
} from './author/definition.ts'
export { draftPolicy } from './author/draft-policy.ts'
export type { DraftPolicyOptions } from './author/draft-policy.ts'
export { DefinitionError } from './author/error.ts'
export type { DefinitionProblem } from './author/error.ts'
export { policySigner } from './trust/policy-signer.ts'
export type { PolicySigner, PolicySignerOptions, SignerConstraint } from './trust/policy-signer.ts'
export { signPolicy } from './author/sign-policy.ts'
export type { SignPolicyOptions } from './author/sign-policy.ts'
