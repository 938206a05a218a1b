import { parseRepository } from '../reference.ts'
import type { RepositoryName } from '../reference.ts'
import type { CallOptions, PutBlob, StreamedBlob, WritableImageStore } from '../store.ts'
import { Connection } from './connection.ts'
import type { RegistryOptions } from './options.ts'
import { putRemoteManifest } from './put-manifest.ts'
import { headRemoteBlob, isName, listRemoteTags, readRemoteBlob, readRemoteManifest, streamRemoteBlob } from './read.ts'
import type { Place } from './read.ts'
import { listReferrers } from './referrers.ts'
import { statusError } from './status-error.ts'
import { putRemoteBlob } from './upload.ts'
import type { PutBlobOptions } from './upload.ts'

/** A repository of a registry. */
export interface Repository extends WritableImageStore {
  /** Where it is. */
  readonly location: RepositoryName
  /** The size of a blob, or undefined where there is none. 0 also where the registry does not say. */
  readonly headBlob: (digest: string, options?: CallOptions) => Promise<number | undefined>
  /**
   * Stores a blob, and looks whether it is there afterwards.
   *
   * @throws RegistryError `ERR_REGISTRY_LOST`, `ERR_REGISTRY_UPLOAD`, `ERR_REGISTRY_INTEGRITY`, …
   */
  readonly putBlob: (content: Uint8Array | StreamedBlob, options?: PutBlobOptions) => Promise<PutBlob>
}

/** Registries, one connection to each. */
export interface RegistryClient {
  /**
   * A repository, by `registry/repository` or as {@link parseReference} gives it.
   *
   * @throws RegistryError `ERR_REFERENCE_INVALID`
   */
  readonly repository: (name: string | RepositoryName) => Repository
}

/**
 * A client for OCI registries (distribution-spec v1.1). https, and http to this machine. Credentials are asked for when
 * a registry wants them, and go to it and the token service that it names alone.
 *
 * @example
 * const { repository } = registryClient({ fetch })
 * const manifest = await repository('registry.example.com/team/app').manifest('v1')
 */
export function registryClient(options: RegistryOptions): RegistryClient {
  const connections = new Map<string, Connection>()
  return {
    repository: (given) => {
      const name = typeof given === 'string' ? parseRepository(given) : parseRepository(`${given.registry}/${given.repository}`)
      const connection = connections.get(name.registry) ?? new Connection(name.registry, options)
      connections.set(name.registry, connection)
      return repositoryOf({ connection, repository: name, name: `${name.registry}/${name.repository}` })
    },
  }
}

function repositoryOf(place: Place): Repository {
  return {
    name: place.name,
    location: place.repository,
    manifest: async (tagOrDigest, options) => readRemoteManifest(place, tagOrDigest, options),
    stream: (blob, options) => streamRemoteBlob(place, blob, options),
    blob: async (blob, options) => readRemoteBlob(place, blob, options),
    tags: async (options) => listRemoteTags(place, options),
    referrers: async (digest, options) => listReferrers(place, digest, options),
    headBlob: async (digest, options) => headRemoteBlob(place, digest, options),
    putBlob: async (content, options) => putRemoteBlob(place, content, options),
    putManifest: async (bytes, options) => putRemoteManifest(place, bytes, options),
    async deleteManifest(tagOrDigest, { signal } = {}) {
      isName(tagOrDigest)
      const { connection, repository, name } = place
      const response = await connection.send(repository, { method: 'DELETE', to: `${repository.repository}/manifests/${tagOrDigest}`, actions: 'delete,pull', isIdempotent: true, signal })
      if (response.status !== 202 && response.status !== 200) throw await statusError(response, `removal of ${tagOrDigest} from ${name}`)
      await response.cancel()
    },
  }
}
