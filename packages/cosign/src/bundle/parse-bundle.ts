import { CilockError, decodeBase64, parseJson } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { array, bytes, optional, raw, required, string, struct } from '@cilock/core/schema'
import type { Infer, Schema } from '@cilock/core/schema'
import { CosignError } from '../error.ts'
import { bundleVersions } from './bundle.ts'
import type { BundleContent, BundleMaterial, MessageHash, SigstoreBundle } from './bundle.ts'

/** Protobuf JSON, read as sigstore-go does: a member that the message does not have is refused. */
function message<const F extends Readonly<Record<string, Schema<unknown>>>>(fields: F): ReturnType<typeof struct<F>> {
  return struct(fields, { unknown: 'refuse' })
}

const certificate = message({ rawBytes: required(bytes()) })

const schema = message({
  mediaType: required(string()),
  verificationMaterial: required(
    message({
      publicKey: optional(message({ hint: string() })),
      certificate: optional(certificate),
      x509CertificateChain: optional(message({ certificates: array(certificate) })),
      // judged by whoever knows the log
      tlogEntries: array(raw()),
      timestampVerificationData: optional(message({ rfc3161Timestamps: array(message({ signedTimestamp: required(bytes()) })) })),
    }),
  ),
  messageSignature: optional(
    message({ messageDigest: optional(message({ algorithm: optional(string()), digest: optional(bytes()) })), signature: required(bytes()) }),
  ),
  dsseEnvelope: optional(
    message({ payload: required(bytes()), payloadType: required(string()), signatures: array(message({ sig: required(bytes()), keyid: string() })) }),
  ),
})

type BundleJson = Infer<typeof schema>

/** A bundle of an image is some kilobytes; a large predicate may be in it. */
const maxDepth = 100

/**
 * Reads a sigstore bundle (v0.1 to v0.3, protobuf JSON) without verifying anything. As in cosign, unknown and repeated
 * members are refused, and an envelope has exactly one signature. Unlike there, a `keyid` in it is no fault.
 *
 * @throws CosignError `ERR_ENTRY_MALFORMED`, `ERR_BUNDLE_VERSION`, `ERR_LIMIT_EXCEEDED`
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
 */
export function parseBundle(input: Uint8Array | string): SigstoreBundle {
  const json = read(input)
  const version = bundleVersions.get(json.mediaType)
  if (version === undefined) {
    throw new CosignError('ERR_BUNDLE_VERSION', `expected a bundle of version 0.1, 0.2 or 0.3, found the media type ${JSON.stringify(json.mediaType.slice(0, 120))}`)
  }
  const { verificationMaterial: material } = json
  return {
    mediaType: json.mediaType,
    version,
    material: materialOf(material),
    content: contentOf(json),
    timestamps: (material.timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) => decodeBase64(signedTimestamp)),
    logEntries: material.tlogEntries.length,
  }
}

function read(input: Uint8Array | string): BundleJson {
  try {
    return schema.read(parseJson(input, { maxDepth }))
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    const code = cause.code === 'ERR_LIMIT_EXCEEDED' ? cause.code : 'ERR_ENTRY_MALFORMED'
    throw new CosignError(code, `expected a sigstore bundle: ${cause.message}`, { cause })
  }
}

function materialOf({ publicKey, certificate: single, x509CertificateChain: chain }: BundleJson['verificationMaterial']): BundleMaterial {
  const kinds = [publicKey, single, chain].filter((each) => each !== undefined).length
  if (kinds !== 1) throw malformed(`one of publicKey, certificate and x509CertificateChain, found ${kinds}`)
  if (publicKey !== undefined) return { kind: 'publicKey', hint: publicKey.hint }
  const certificates = (single === undefined ? (chain?.certificates ?? []) : [single]).map(({ rawBytes }) => decodeBase64(rawBytes))
  if (certificates.length === 0) throw malformed('a certificate, found an empty chain')
  if (certificates.length > maxCertificates) throw new CosignError('ERR_LIMIT_EXCEEDED', `expected at most ${maxCertificates} certificates in a bundle, found ${certificates.length}`)
  return { kind: 'certificate', certificates }
}

/** As many as core lets stand beside a signature, and the signer's own. */
const maxCertificates = 21

function contentOf({ dsseEnvelope, messageSignature }: BundleJson): BundleContent {
  if ((dsseEnvelope === undefined) === (messageSignature === undefined)) {
    throw malformed(`a dsseEnvelope or a messageSignature, found ${dsseEnvelope === undefined ? 'neither' : 'both'}`)
  }
  if (dsseEnvelope !== undefined) return { kind: 'envelope', envelope: envelopeOf(dsseEnvelope) }
  if (messageSignature === undefined) throw malformed('a messageSignature, found none')
  const { signature, messageDigest } = messageSignature
  if (messageDigest === undefined) throw malformed('a messageDigest beside the signature, found none')
  const { algorithm, digest } = messageDigest
  const sig = decodeBase64(signature)
  if (sig.length === 0) throw new CosignError('ERR_SIGNATURE_MISSING', 'the bundle has an empty signature')
  if (algorithm === undefined && (digest ?? '') === '') return { kind: 'message', signature: sig }
  if (!isMessageHash(algorithm)) throw malformed(`a messageDigest of SHA2_256, SHA2_384 or SHA2_512, found ${JSON.stringify((algorithm ?? '').slice(0, 40))}`)
  return { kind: 'message', signature: sig, digest: { algorithm, bytes: decodeBase64(digest ?? '') } }
}

function envelopeOf({ payload, payloadType, signatures }: NonNullable<BundleJson['dsseEnvelope']>): Envelope {
  const [first, ...rest] = signatures
  if (first === undefined) throw new CosignError('ERR_SIGNATURE_MISSING', 'the envelope of the bundle has no signature')
  if (rest.length > 0) throw malformed(`one signature in the envelope of a bundle, found ${signatures.length}`)
  return { payload: decodeBase64(payload), payloadType, signatures: [{ keyid: first.keyid, sig: decodeBase64(first.sig) }] }
}

function isMessageHash(algorithm: string | undefined): algorithm is MessageHash {
  return algorithm === 'SHA2_256' || algorithm === 'SHA2_384' || algorithm === 'SHA2_512'
}

function malformed(expected: string): CosignError {
  return new CosignError('ERR_ENTRY_MALFORMED', `expected a sigstore bundle with ${expected}`)
}
