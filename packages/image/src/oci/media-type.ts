/** The artifact type and layer type of an envelope that is attached to an image: what it is, and no name of our own. */
export const envelopeMediaType = 'application/vnd.dsse.envelope.v1+json'

/** Layers of sigstore bundles begin so, whatever their version. */
export const bundleMediaTypePrefix = 'application/vnd.dev.sigstore.bundle'

/** What BuildKit and others call the predicate type beside a layer. Not signed, and not read here. */
export const predicateTypeAnnotation = 'in-toto.io/predicate-type'
