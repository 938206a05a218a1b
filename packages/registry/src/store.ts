import type { Descriptor, Manifest } from './content/manifest.ts'

/** What every call takes. */
export interface CallOptions {
  /** Ends the call with `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/** Which referrers are wanted. */
export interface ReferrersOptions extends CallOptions {
  /** Default: all. */
  readonly artifactType?: string
}

/** Where images are read from: a repository of a registry, an image layout, an archive. */
export interface ImageStore {
  /** What it is called in messages. */
  readonly name: string
  /**
   * The manifest of a tag or digest, its bytes held against the digest.
   *
   * @throws RegistryError `ERR_REGISTRY_NOT_FOUND`, `ERR_REGISTRY_INTEGRITY`, `ERR_MANIFEST_INVALID`, …
   */
  readonly manifest: (tagOrDigest: string, options?: CallOptions) => Promise<Manifest>
  /** A blob as it comes. Its digest is compared at the end: believe nothing before that. */
  readonly stream: (blob: BlobName, options?: CallOptions) => AsyncIterable<Uint8Array>
  /** A whole blob of at most `maxBytes`, held against its digest. Default: 64 MiB. */
  readonly blob: (blob: BlobName, options?: BlobOptions) => Promise<Uint8Array>
  /** All tags, sorted by code units. */
  readonly tags: (options?: CallOptions) => Promise<readonly string[]>
  /** What names a manifest as its subject. None is an empty list; that the registry does not know is an error. */
  readonly referrers: (digest: string, options?: ReferrersOptions) => Promise<readonly Descriptor[]>
}

/** A digest, or what a manifest says about a blob: then the size is compared too. */
export type BlobName = string | Pick<Descriptor, 'digest' | 'size'>

/** Bounds on one blob. */
export interface BlobOptions extends CallOptions {
  /** Default: 64 MiB. */
  readonly maxBytes?: number
}

export function digestAndSize(blob: BlobName): { readonly digest: string; readonly size: number | undefined } {
  return typeof blob === 'string' ? { digest: blob, size: undefined } : blob
}
