import { CilockError, decodeBase64, encodePem, encodeUtf8, parseJson } from '@cilock/core'
import type { EnvelopeSignature } from '@cilock/core'
import { bytes, integer, required, string, struct } from '@cilock/core/schema'
import { parseCertificates, parseTimestampResponse } from '@cilock/x509'
import { CosignError } from '../error.ts'
import { layerAnnotations } from '../media-type.ts'

const timestampSchema = struct({ SignedRFC3161Timestamp: required(bytes()) })

const rekorSchema = struct({
  SignedEntryTimestamp: required(bytes()),
  Payload: required(struct({ integratedTime: integer(), logIndex: integer(), logID: string() })),
})

/** What stands beside a signature in the annotations of a layer, read. */
export type SignatureMaterial = Pick<EnvelopeSignature, 'certificate' | 'intermediates' | 'timestamps'>

/** The signature of a layer; undefined where the annotation is not there, empty where it is. */
export function layerSignature(annotations: Readonly<Record<string, string>>): Uint8Array | undefined {
  const text = annotationOf(annotations, 'signature')
  return text === undefined ? undefined : readable('signature', () => decodeBase64(text))
}

/**
 * The certificates and the timestamp beside a signature, as a verifier takes them. As in cosign, what cannot be read is
 * refused even where a key alone decides.
 */
export function layerMaterial(annotations: Readonly<Record<string, string>>): SignatureMaterial {
  const certificate = annotationOf(annotations, 'certificate') ?? ''
  const chain = annotationOf(annotations, 'chain') ?? ''
  const timestamp = annotationOf(annotations, 'timestamp') ?? ''
  const rekorBundle = annotationOf(annotations, 'rekorBundle')
  if (rekorBundle !== undefined) readable('rekorBundle', () => rekorSchema.read(parseJson(rekorBundle, { maxDepth: 16 })))
  return {
    ...(certificate !== '' && { certificate: encodeUtf8(encodePem('CERTIFICATE', readable('certificate', () => single(certificate)))) }),
    ...(certificate !== '' && chain !== '' && { intermediates: readable('chain', () => parseCertificates(chain)).map(({ der }) => encodeUtf8(encodePem('CERTIFICATE', der))) }),
    ...(timestamp !== '' && { timestamps: [readable('timestamp', () => ({ type: 'tsp', data: tokenOf(timestamp) }))] }),
  }
}

function single(pem: string): Uint8Array {
  const [first, ...rest] = parseCertificates(pem)
  if (first === undefined || rest.length > 0) throw new CosignError('ERR_ENTRY_MALFORMED', `expected one certificate, found ${rest.length + 1}`)
  return first.der
}

function tokenOf(text: string): Uint8Array {
  const { SignedRFC3161Timestamp: response } = timestampSchema.read(parseJson(text, { maxDepth: 16 }))
  return parseTimestampResponse(decodeBase64(response)).der
}

function annotationOf(annotations: Readonly<Record<string, string>>, name: keyof typeof layerAnnotations): string | undefined {
  const key = layerAnnotations[name]
  return Object.hasOwn(annotations, key) ? annotations[key] : undefined
}

function readable<T>(name: keyof typeof layerAnnotations, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    throw new CosignError('ERR_ENTRY_MALFORMED', `the annotation ${layerAnnotations[name]} cannot be read: ${cause.message}`, { cause })
  }
}
