import { encodeEnvelope, inTotoPayloadType, parseStatement } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { digestOf, putReferrer } from '@cilock/registry'
import type { ImageStore, Manifest, Repository } from '@cilock/registry'
import { callOptions } from '../call.ts'
import { ImageError } from '../error.ts'
import { envelopeMediaType, predicateTypeAnnotation } from './media-type.ts'

/** A store that can be written; a `Repository` of `@cilock/registry` is one. */
export type AttachStore = ImageStore & Pick<Repository, 'putBlob' | 'putManifest'>

/** What is attached, and to what. */
export interface AttachOptions {
  /** Where the image is. */
  readonly store: AttachStore
  /** Its tag or digest. A tag is asked for once. */
  readonly image: string
  /** At least one. They are attached as they are, in their own signatures; the same one twice is once. */
  readonly envelopes: readonly Envelope[]
  /** Where envelopes are kept, if elsewhere. Default: `store`. */
  readonly attestations?: AttachStore
  /** Ends it with `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/** An envelope that is beside the image now. */
export interface AttachedEnvelope {
  /** Of the manifest that names the image as its subject. */
  readonly manifest: string
  /** Of the envelope's bytes. */
  readonly digest: string
  /** What its statement says that its predicate is. */
  readonly predicateType: string
}

/** What was attached. */
export interface Attached {
  /** Of the image's manifest or index, computed from its bytes. */
  readonly image: string
  /** In the order given, each once. */
  readonly envelopes: readonly AttachedEnvelope[]
}

/**
 * Puts envelopes beside an image: each is a referrer of it (image-spec v1.1, `subject`) with the artifact type
 * `application/vnd.dsse.envelope.v1+json` and the envelope as its one layer. An envelope keeps its own signature and is no
 * other statement's predicate. The same envelope again is the same manifest, so that repeating it changes nothing.
 *
 * Nothing is verified: what is attached is evidence only once it is held against a policy.
 *
 * @throws ImageError `ERR_PAYLOAD_TYPE`, `ERR_MALFORMED` where an envelope holds no statement: then nothing is written
 * @throws RegistryError where the image cannot be had, or the registry does not take what is written
 * @example
 * const { envelopes } = await attach({ store: repository('registry.example.com/team/app'), image: 'v1', envelopes: [envelope] })
 */
export async function attach({ store, image, envelopes, attestations = store, signal }: AttachOptions): Promise<Attached> {
  if (envelopes.length === 0) throw new TypeError('envelopes has to be a list with at least one envelope')
  const predicateTypes = envelopes.map(predicateTypeOf)
  const subject = await store.manifest(image, callOptions(signal))
  const attached = new Map<string, AttachedEnvelope>()
  for (const [at, envelope] of envelopes.entries()) {
    const predicateType = predicateTypes[at] ?? ''
    const content = encodeEnvelope(envelope)
    const digest = digestOf(content)
    if (!attached.has(digest)) attached.set(digest, { manifest: await put(attestations, subject, content, predicateType, signal), digest, predicateType })
  }
  return { image: subject.digest, envelopes: [...attached.values()] }
}

function predicateTypeOf({ payload, payloadType }: Envelope): string {
  if (payloadType !== inTotoPayloadType) throw new ImageError('ERR_PAYLOAD_TYPE', `expected an envelope with a payload of type ${inTotoPayloadType}, found ${JSON.stringify(payloadType.slice(0, 120))}`)
  return parseStatement(payload).predicateType
}

async function put(store: AttachStore, { mediaType, digest, bytes }: Manifest, content: Uint8Array, predicateType: string, signal: AbortSignal | undefined): Promise<string> {
  const annotations = { [predicateTypeAnnotation]: predicateType }
  const layers = [{ mediaType: envelopeMediaType, content, annotations }]
  return (await putReferrer({ store, subject: { mediaType, digest, size: bytes.length }, artifactType: envelopeMediaType, layers, annotations, ...callOptions(signal) })).digest
}
