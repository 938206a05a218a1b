export type { PathErrorCode, TimestampErrorCode, X509ErrorCode } from './error.ts'
export { parseCertificate, parseCertificates } from './certificate/parse-certificate.ts'
export type { Certificate, CertificateExtension } from './certificate/certificate.ts'
export type { CertificateKey } from './certificate/certificate-key.ts'
export type { DistinguishedName, NameAttribute } from './certificate/distinguished-name.ts'
export type { AlternativeNames, OtherName } from './certificate/general-name.ts'
export { fulcioExtensionNames } from './certificate/fulcio.ts'
export type { FulcioExtensionName, FulcioExtensions } from './certificate/fulcio.ts'
export type { KeyUsage } from './certificate/key-usage.ts'
export type { IpRange, NameConstraints, NameSubtrees } from './certificate/name-constraints.ts'
export type { PolicyRules } from './certificate/policies.ts'
export type { SignatureAlgorithm, SignatureHash } from './certificate/signature-algorithm.ts'
export { findPath, validatePath } from './path/validate-path.ts'
export { PathError } from './path/path.ts'
export type { CertificatePath, PathFailure, PathOptions, PathRefusal, PathResult } from './path/path.ts'
export type { PolicyStart } from './path/policy-tree.ts'
export type { PathPurpose } from './path/purpose.ts'
export type { PathLimits, PathRules } from './path/rules.ts'
export { parseTimestampResponse, parseTimestampToken } from './timestamp/token.ts'
export type { TimestampToken } from './timestamp/token.ts'
export { distinctTimestamps, verifyTimestamps } from './timestamp/verify-timestamps.ts'
export type {
  TimestampAuthority,
  TimestampRefusal,
  TimestampResult,
  TimestampRules,
  TrustedTimestamp,
  VerifyTimestampsOptions,
} from './timestamp/timestamp.ts'
export { certifiedSigner } from './signer/certified-signer.ts'
export type { CertifiedSignerOptions } from './signer/certified-signer.ts'
export { certificateVerifier } from './verifier/certificate-verifier.ts'
export type { CertificateCheckOptions, CertificateVerifier, CertificateVerifierOptions, TrustBundle } from './verifier/options.ts'
export type { BundlePath, CertificateCheck, CertificateIdentity, CertificateRefusal, TrustedTime } from './verifier/certificate-identity.ts'
