export { evaluate } from './evaluate.ts'
export { verify } from './verify.ts'
export type { VerifyOptions } from './options.ts'
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
export type { Binding, CandidateReport, Check, CheckPlace, CheckState, CheckValue, PolicyReport, Report, StepReport, SubjectReport } from './report/report.ts'
