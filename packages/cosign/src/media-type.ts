/** What cosign calls the things that it keeps in registries. */
export const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** Layers of bundles begin so, whatever their version. */
export const bundleMediaTypePrefix = 'application/vnd.dev.sigstore.bundle'

/** A layer that is a simple-signing document. */
export const documentMediaType = 'application/vnd.dev.cosign.simplesigning.v1+json'

/** A layer that is a DSSE envelope. */
export const envelopeMediaType = 'application/vnd.dsse.envelope.v1+json'

/** The predicate type of what `cosign sign` signs. */
export const signaturePredicateType = 'https://sigstore.dev/cosign/sign/v1'

/** The predicate type of what `cosign attest` makes of a predicate of no type. */
export const customPredicateType = 'https://cosign.sigstore.dev/attestation/v1'

/** What stands beside a layer of a `.sig` or `.att` tag. */
export const layerAnnotations = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  rekorBundle: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
  predicateType: 'predicateType',
} as const
