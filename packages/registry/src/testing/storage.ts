import { digestOf } from '../content/digest.ts'

/** A manifest as it was put. */
export interface StoredManifest {
  readonly bytes: Uint8Array
  readonly mediaType: string
  readonly subject: string | undefined
  readonly artifactType: string | undefined
  readonly annotations: Readonly<Record<string, string>> | undefined
}

/** What one repository holds. */
export interface StoredRepository {
  readonly blobs: Map<string, Uint8Array>
  readonly manifests: Map<string, StoredManifest>
  readonly tags: Map<string, string>
}

/** What a registry holds, all of it in memory. */
export class Storage {
  readonly repositories: Map<string, StoredRepository> = new Map<string, StoredRepository>()
  readonly uploads: Map<string, { readonly repository: string; readonly pieces: Uint8Array[]; length: number }> = new Map()
  #sessions = 0

  find(name: string): StoredRepository | undefined {
    return this.repositories.get(name)
  }

  open(name: string): StoredRepository {
    const found = this.repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() }
    this.repositories.set(name, found)
    return found
  }

  startUpload(repository: string): string {
    const id = `upload-${++this.#sessions}`
    this.uploads.set(id, { repository, pieces: [], length: 0 })
    return id
  }

  /** Undefined: the bytes have another digest. */
  putBlob(repository: string, bytes: Uint8Array, digest: string): string | undefined {
    const algorithm = digest.startsWith('sha512:') ? 'sha512' : 'sha256'
    if (digestOf(bytes, algorithm) !== digest) return undefined
    this.open(repository).blobs.set(digest, bytes)
    return digest
  }
}
