import { encodeBase64, encodeJson, encodePae, inTotoPayloadType } from '@cilock/core'
import type { GeneratedKey, Signer } from '@cilock/core'
import { encodeBundle, signaturePredicateType } from '@cilock/cosign'
import { digestOf, mediaTypes, putReferrer, registryClient } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { memoryRegistry, pushImage } from '@cilock/registry/testing'
import type { MemoryRegistry, MemoryRegistryOptions } from '@cilock/registry/testing'
import { seededKey } from '@cilock/testing'

/** An image in a registry, and who may sign it. */
export interface CosignWorld {
  readonly registry: MemoryRegistry
  readonly store: Repository
  /** Of the manifest of `v1`. */
  readonly digest: string
  readonly key: GeneratedKey
  readonly stranger: GeneratedKey
}

export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
export const documentType = 'application/vnd.dev.cosign.simplesigning.v1+json'
export const envelopeType = 'application/vnd.dsse.envelope.v1+json'
export const signatureAnnotation = 'dev.cosignproject.cosign/signature'

export async function cosignWorld(options: MemoryRegistryOptions = {}): Promise<CosignWorld> {
  const registry = memoryRegistry(options)
  const store = registryClient({ fetch: registry.fetch }).repository(`${registry.host}/team/app`)
  const { manifest } = await pushImage(store, 'v1')
  return { registry, store, digest: manifest, key: await seededKey('cosign', 'ec-p256'), stranger: await seededKey('stranger', 'ec-p256') }
}

interface TestLayer {
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly annotations?: Readonly<Record<string, string>>
}

/** Attaches any layers to the image as a referrer. */
export async function attachLayers(store: Repository, digest: string, layers: readonly TestLayer[]): Promise<string> {
  const { mediaType, bytes } = await store.manifest(digest)
  const subject = { mediaType, digest, size: bytes.length }
  return (await putReferrer({ store, subject, artifactType: 'text/plain', layers: layers.map(({ bytes: content, ...layer }) => ({ ...layer, content })) })).digest
}

/** Puts any layers under a tag. */
export async function tagLayers(store: Repository, tag: string, layers: readonly TestLayer[]): Promise<void> {
  const empty = encodeJson({})
  await store.putBlob(empty)
  for (const { bytes } of layers) await store.putBlob(bytes)
  await store.putManifest(
    encodeJson({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { mediaType: mediaTypes.ociConfig, digest: digestOf(empty), size: empty.length },
      layers: layers.map(({ mediaType, bytes, annotations }) => ({ mediaType, digest: digestOf(bytes), size: bytes.length, ...(annotations && { annotations }) })),
    }),
    { tag },
  )
}

/** What `cosign sign` signs. */
export function statementOf(digest: string, over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { _type: 'https://in-toto.io/Statement/v1', subject: [{ digest: { sha256: digest.slice(7) }, annotations: {} }], predicateType: signaturePredicateType, predicate: {}, ...over }
}

/** What was signed before there were bundles. */
export function documentOf(digest: string, over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { critical: { identity: { 'docker-reference': 'team/app' }, image: { 'docker-manifest-digest': digest }, type: 'cosign container image signature' }, optional: null, ...over }
}

/** A bundle with this payload, signed, and then changed. */
export async function bundleOf(signer: Signer, payload: Uint8Array, { payloadType = inTotoPayloadType, change = (json) => json }: { readonly payloadType?: string; readonly change?: (json: BundleJson) => unknown } = {}): Promise<Uint8Array> {
  const sig = await signer.sign(encodePae(payloadType, payload))
  const bytes = encodeBundle({ material: { kind: 'publicKey', hint: 'a hint' }, content: { kind: 'envelope', envelope: { payload, payloadType, signatures: [{ keyid: '', sig }] } } })
  return encodeJson(change(JSON.parse(new TextDecoder().decode(bytes)) as BundleJson))
}

/** The members that tests change. */
export interface BundleJson {
  readonly mediaType: string
  readonly verificationMaterial: Readonly<Record<string, unknown>>
  readonly dsseEnvelope: { readonly payload: string; readonly payloadType: string; readonly signatures: readonly Readonly<Record<string, unknown>>[] }
}

/** A layer of a `.sig` tag. */
export async function documentLayer(signer: Signer, document: unknown): Promise<{ readonly mediaType: string; readonly bytes: Uint8Array; readonly annotations: Readonly<Record<string, string>> }> {
  const bytes = document instanceof Uint8Array ? document : encodeJson(document)
  return { mediaType: documentType, bytes, annotations: { [signatureAnnotation]: encodeBase64(await signer.sign(bytes)) } }
}
