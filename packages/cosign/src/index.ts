export { CosignError } from './error.ts'
export type { CosignErrorCode } from './error.ts'
export type { CosignForm, CosignRefusalCode, CosignReport, EntryPlace, EntryReport, PlaceReport } from './report.ts'
export type {
  AttestationsEvaluation,
  CosignLimits,
  ImageEvaluation,
  VerifiedAttestation,
  VerifiedAttestations,
  VerifiedImage,
  VerifiedSignature,
  VerifyAttestationsOptions,
  VerifyImageOptions,
  VerifyOptions,
  WritableStore,
} from './options.ts'
