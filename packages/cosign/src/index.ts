export { evaluateImage, verifyImage } from './verify/verify-image.ts'
export { evaluateAttestations, verifyAttestations } from './verify/verify-attestations.ts'
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
export type { CosignForm, CosignRefusalCode, CosignReport, EntryPlace, EntryReport, PlaceReport } from './report.ts'
export { signImage } from './write/sign-image.ts'
export { attachAttestation, attestImage } from './write/attest-image.ts'
export type { AttachAttestationOptions, Attached, AttachOptions, AttestImageOptions, SignImageOptions } from './write/options.ts'
export { copySignedImage } from './copy/copy-signed-image.ts'
export type { CopySignedImageOptions } from './copy/copy-signed-image.ts'
export { savedImage } from './copy/saved-image.ts'
export type { SavedImage } from './copy/saved-image.ts'
export { verifyBlob, verifyBlobAttestation } from './blob/verify-blob.ts'
export type { Blob, VerifiedBlob, VerifiedBlobAttestation, VerifyBlobAttestationOptions, VerifyBlobOptions } from './blob/options.ts'
export { attestBlob, signBlob } from './blob/sign-blob.ts'
export type { AttestBlobOptions, SignBlobOptions } from './blob/sign-blob.ts'
export { cosignSigner } from './keys/cosign-signer.ts'
export type { CosignSigner, CosignSignerOptions } from './keys/cosign-signer.ts'
export { cosignVerifier } from './keys/cosign-verifier.ts'
export type { CosignVerifierOptions } from './keys/cosign-verifier.ts'
export { identityVerifier } from './keys/identity-verifier.ts'
export type { IdentityRefusal, IdentityVerifier, IdentityVerifierOptions } from './keys/identity-verifier.ts'
export { decryptCosignKey, encryptCosignKey, isCosignPrivateKey } from './keys/private-key-file.ts'
export type { PasswordOptions } from './keys/private-key-file.ts'
export { parseBundle } from './bundle/parse-bundle.ts'
export { encodeBundle } from './bundle/encode-bundle.ts'
export { bundleEnvelope } from './bundle/bundle-envelope.ts'
export { layerEnvelope } from './legacy/layer-envelope.ts'
export type { BundleContent, BundleMaterial, MessageHash, SigstoreBundle } from './bundle/bundle.ts'
export { customPredicateType, signaturePredicateType } from './media-type.ts'
export { CosignError } from './error.ts'
export type { CosignErrorCode } from './error.ts'
