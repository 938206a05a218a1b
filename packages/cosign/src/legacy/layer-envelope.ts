import { CilockError, parseEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { CosignError } from '../error.ts'
import { layerMaterial } from './layer-signature.ts'

/**
 * The envelope of a layer as `cosign attest` keeps it under a tag, with the certificates and the timestamp of the layer's
 * annotations beside its signatures. What a signature has itself is left as it is. Nothing is verified.
 *
 * @throws CosignError `ERR_ENTRY_MALFORMED`, also for annotations that cannot be read; `ERR_LIMIT_EXCEEDED`
 */
export function layerEnvelope(bytes: Uint8Array, annotations: Readonly<Record<string, string>>): Envelope {
  const material = layerMaterial(annotations)
  const envelope = readEnvelope(bytes)
  return { ...envelope, signatures: envelope.signatures.map((signature) => ({ ...material, ...signature })) }
}

function readEnvelope(bytes: Uint8Array): Envelope {
  try {
    return parseEnvelope(bytes)
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    const code = cause.code === 'ERR_LIMIT_EXCEEDED' ? cause.code : 'ERR_ENTRY_MALFORMED'
    throw new CosignError(code, `expected a DSSE envelope: ${cause.message}`, { cause })
  }
}
