import { digestOf } from './content/digest.ts'
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

/** A layout or an archive, whose content can be listed. */
export interface LocalImageStore extends ImageStore {
  /** What stands at its top, tagged or not, as `index.json` lists it. */
  readonly manifests: (options?: CallOptions) => Promise<readonly Descriptor[]>
}

/** Where images are written as well: a repository of a registry, an image layout. */
export interface WritableImageStore extends ImageStore {
  /** Stores a blob under its digest. What is there already is not stored again. */
  readonly putBlob: (content: Uint8Array | StreamedBlob, options?: CallOptions) => Promise<PutBlob>
  /**
   * Stores a manifest, after all that it names; one with a subject is among the subject's referrers afterwards.
   *
   * @throws RegistryError `ERR_MANIFEST_INVALID`, `ERR_REFERENCE_INVALID`, `ERR_REGISTRY_CONFLICT` (`replaces`), …
   * @throws TypeError for `replaces` without a tag
   */
  readonly putManifest: (bytes: Uint8Array, options?: PutManifestOptions) => Promise<Manifest>
  /** Removes a tag, or a manifest with its tags. */
  readonly deleteManifest: (tagOrDigest: string, options?: CallOptions) => Promise<void>
}

/** Content whose bytes are not in memory. */
export interface StreamedBlob {
  /** What its bytes have to have. */
  readonly digest: string
  /** In bytes. */
  readonly size: number
  /** Begins it anew. */
  readonly open: () => AsyncIterable<Uint8Array>
}

/** What came of a blob: its digest and size in bytes, and whether it was sent. */
export interface PutBlob {
  /** Of its bytes. */
  readonly digest: string
  /** In bytes. */
  readonly size: number
  /** It was there, was brought from another repository, or was sent. */
  readonly how: 'present' | 'mounted' | 'uploaded'
}

/** How a manifest is stored. */
export interface PutManifestOptions extends CallOptions {
  /** Default: by its digest alone. */
  readonly tag?: string
  /** Default: the manifest's own, or what its shape says. */
  readonly mediaType?: string
  /**
   * What the tag led to when it was read; null: nothing. Where it leads elsewhere by now, nothing is written:
   * `ERR_REGISTRY_CONFLICT`. Registries need not know conditions, and those that do not write it all the same: look
   * afterwards. Default: whatever it leads to is replaced.
   */
  readonly replaces?: Manifest | null
}

/** A digest, or what a manifest says about a blob: then the size is compared too. */
export type BlobName = string | Pick<Descriptor, 'digest' | 'size'>

/** Bounds on one blob. */
export interface BlobOptions extends CallOptions {
  /** Default: 64 MiB. */
  readonly maxBytes?: number
}

/** Only a tag can be replaced. */
export function checkReplaces({ tag, replaces }: PutManifestOptions): void {
  if (replaces !== undefined && tag === undefined) throw new TypeError('replaces is said of a tag: expected one')
}

export function digestAndSize(blob: BlobName): { readonly digest: string; readonly size: number | undefined } {
  return typeof blob === 'string' ? { digest: blob, size: undefined } : blob
}

/** The bytes of a blob, wherever they are. */
export function streamed(content: Uint8Array | StreamedBlob): StreamedBlob {
  return content instanceof Uint8Array ? { digest: digestOf(content), size: content.length, open: () => once(content) } : content
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
