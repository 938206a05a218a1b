import { dockerType } from '@cilock/attestor-docker/type'
import { ociType } from '@cilock/attestor-oci/type'
import type { Envelope, Signer } from '@cilock/core'
import { registryClient } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'
import type { MemoryRegistry, MemoryRegistryOptions, PushedImage } from '@cilock/registry/testing'
import { collectionOf, evidenceOf, savedImage } from '@cilock/testing'

export interface Shelf {
  readonly registry: MemoryRegistry
  readonly store: Repository
}

export function shelf(options: MemoryRegistryOptions = {}): Shelf {
  const registry = memoryRegistry(options)
  return { registry, store: registryClient({ fetch: registry.fetch }).repository(`${registry.host}/team/app`) }
}

export const hexOf = (digest: string): string => digest.replace(/^sha256:/, '')

/** What a step says about an image that it saved: its id. */
export async function saved(step: string, image: Pick<PushedImage, 'config' | 'layer'>, signer: Signer, imagetag = 'app:1'): Promise<Envelope> {
  return collectionOf({ step, evidence: [evidenceOf(ociType, savedImage({ imageId: image.config, diffIds: [image.layer], tags: [imagetag] }))], signers: [signer] })
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
