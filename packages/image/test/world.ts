import { dockerType } from '@cilock/attestor-docker/type'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeBase64, encodeJson, encodeUtf8, sha256Hex } from '@cilock/core'
import type { Envelope, Signer } from '@cilock/core'
import { digestOf, mediaTypes, registryClient } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'
import type { MemoryRegistry, MemoryRegistryOptions } from '@cilock/registry/testing'
import { collectionOf, evidenceOf } from '@cilock/testing'

export interface Shelf {
  readonly registry: MemoryRegistry
  readonly store: Repository
}

export function shelf(options: MemoryRegistryOptions = {}): Shelf {
  const registry = memoryRegistry(options)
  return { registry, store: registryClient({ fetch: registry.fetch }).repository(`${registry.host}/team/app`) }
}

export interface PushedImage {
  readonly manifest: string
  readonly config: string
  readonly diffId: string
  readonly size: number
}

/** A small image that no tool made: one layer without compression. */
export async function pushImage(store: Repository, tag?: string, architecture = 'amd64', content = 'layer'): Promise<PushedImage> {
  const layer = encodeUtf8(`${content} for ${architecture}`)
  const config = encodeJson({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } })
  await store.putBlob(layer)
  await store.putBlob(config)
  const bytes = encodeJson({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: mediaTypes.ociLayer, digest: digestOf(layer), size: layer.length }],
  })
  const { digest } = await store.putManifest(bytes, tag === undefined ? {} : { tag })
  return { manifest: digest, config: digestOf(config), diffId: digestOf(layer), size: bytes.length }
}

export async function pushIndex(store: Repository, images: Readonly<Record<string, PushedImage>>, tag: string): Promise<string> {
  const manifests = Object.entries(images).map(([architecture, { manifest, size }]) => ({ mediaType: mediaTypes.ociManifest, digest: manifest, size, platform: { os: 'linux', architecture } }))
  return (await store.putManifest(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), { tag })).digest
}

export const hexOf = (digest: string): string => digest.replace(/^sha256:/, '')

/** What a step says about an image that it saved: its id. */
export async function saved(step: string, image: Pick<PushedImage, 'config' | 'diffId'>, signer: Signer, imagetag = 'app:1'): Promise<Envelope> {
  const raw = encodeUtf8('[]')
  const predicate = {
    tardigest: { sha256: sha256Hex(`tar of ${image.config}`) },
    manifest: null,
    imagetags: [imagetag],
    diffids: [{ sha256: hexOf(image.diffId) }],
    imageid: { sha256: hexOf(image.config) },
    manifestraw: encodeBase64(raw),
    manifestdigest: { sha256: sha256Hex(raw) },
  }
  return collectionOf({ step, evidence: [evidenceOf(ociType, predicate)], signers: [signer] })
}

/** What a step says about an image that buildx pushed: the digest of its manifest or index. */
export async function pushed(step: string, digest: string, signer: Signer): Promise<Envelope> {
  const image = { materials: {}, imagereferences: ['registry.example.test/app:1'], imagedigest: { sha256: hexOf(digest) } }
  return collectionOf({ step, evidence: [evidenceOf(dockerType, { products: { [hexOf(digest)]: image } })], signers: [signer] })
}

/** What a thing throws, by its code. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'nothing thrown'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
