import type { Envelope } from '@cilock/core'
import { bundleSignature } from '../verify/bundle-signature.ts'
import type { SigstoreBundle } from './bundle.ts'

/**
 * The envelope of a bundle as CI/lock writes envelopes: with the certificates and timestamps of the bundle beside its
 * signature, so that whoever is named by certificate can vouch for it there too. Nothing is verified. Undefined: the bundle holds
 * the signature of a message.
 *
 * @throws CosignError `ERR_SIGNATURE_MISSING`
 * @example
 * const envelope = bundleEnvelope(parseBundle(bytes))
 */
export function bundleEnvelope(bundle: SigstoreBundle): Envelope | undefined {
  if (bundle.content.kind === 'message') return undefined
  const { envelope } = bundle.content
  return { ...envelope, signatures: envelope.signatures.map(({ keyid, sig }) => ({ ...bundleSignature(bundle, sig), keyid })) }
}
