import { encodeJson, encodeUtf8 } from '@cilock/core'
import { digestOf } from './content/digest.ts'
import type { Descriptor, Manifest } from './content/manifest.ts'
import { mediaTypes } from './content/media-type.ts'
import type { CallOptions, WritableImageStore } from './store.ts'

/** What is put beside an image. */
export interface PutReferrerOptions extends CallOptions {
  /** Where it is written. */
  readonly store: Pick<WritableImageStore, 'putBlob' | 'putManifest'>
  /** The manifest or index that it is about. */
  readonly subject: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>
  /** What kind of thing it is: lists of referrers are searched by it. */
  readonly artifactType: string
  /** Its content, at least one. */
  readonly layers: readonly ReferrerLayer[]
  /** Of its manifest. Default: none. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** One piece of content. */
export interface ReferrerLayer {
  /** What the bytes are. */
  readonly mediaType: string
  /** All of them. */
  readonly content: Uint8Array
  /** Default: none. */
  readonly annotations?: Readonly<Record<string, string>>
}

const empty = encodeUtf8('{}')

/**
 * Puts an artifact among the referrers of a manifest (image-spec v1.1, "Guidelines for Artifact Usage", with the empty
 * configuration). The same again is the same manifest, so that repeating it changes nothing.
 *
 * @throws TypeError without layers or type; RegistryError where the store does not take what is written
 * @example
 * const { bytes, mediaType, digest } = await store.manifest('v1')
 * await putReferrer({ store, subject: { mediaType, digest, size: bytes.length }, artifactType: 'application/vnd.cyclonedx+json', layers: [{ mediaType: 'application/vnd.cyclonedx+json', content: sbom }] })
 */
export async function putReferrer({ store, subject, artifactType, layers, annotations, ...call }: PutReferrerOptions): Promise<Manifest> {
  if (layers.length === 0) throw new TypeError('putReferrer: layers has to be a list with at least one layer')
  if (artifactType === '') throw new TypeError('putReferrer: artifactType is empty')
  for (const content of [empty, ...layers.map((layer) => layer.content)]) await store.putBlob(content, call)
  const bytes = encodeJson({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType,
    config: { mediaType: mediaTypes.ociEmpty, digest: digestOf(empty), size: empty.length },
    layers: layers.map(({ content, mediaType, ...more }) => ({ mediaType, digest: digestOf(content), size: content.length, ...(more.annotations !== undefined && { annotations: more.annotations }) })),
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    ...(annotations !== undefined && { annotations }),
  })
  return store.putManifest(bytes, call)
}
