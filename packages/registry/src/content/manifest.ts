import { CilockError, parseJson } from '@cilock/core'
import { array, integer, map, optional, string, struct } from '@cilock/core/schema'
import type { Infer } from '@cilock/core/schema'
import { RegistryError } from '../error.ts'
import { digestOf, parseDigest } from './digest.ts'
import { isImageConfigType, isIndexType, isSchema1Type, manifestTypes, mediaTypes } from './media-type.ts'

/** For which machines an image is made. */
export interface Platform {
  /** As Go names it: `linux`. */
  readonly os: string
  /** As Go names it: `amd64`. */
  readonly architecture: string
  /** Of the processor: `v8`. */
  readonly variant?: string
  /** Of the operating system; Windows has it. */
  readonly 'os.version'?: string
}

/** What points to content: its type, digest and size in bytes. */
export interface Descriptor {
  /** Of the content. */
  readonly mediaType: string
  /** `sha256:…` or `sha512:…` */
  readonly digest: string
  /** In bytes. */
  readonly size: number
  /** Of the artifact that a manifest is about. */
  readonly artifactType?: string
  /** What whoever wrote it wanted to say; no part of the content. */
  readonly annotations?: Readonly<Record<string, string>>
  /** In an index: for which machines the image is. */
  readonly platform?: Platform
}

interface ManifestBase {
  /** As it came. */
  readonly bytes: Uint8Array
  /** Computed from the bytes. */
  readonly digest: string
  /** What it is, by the registry, by itself or by its shape. */
  readonly mediaType: string
  /** What it is about, where it is a referrer. */
  readonly subject?: Descriptor
  /** Default: none. */
  readonly annotations: Readonly<Record<string, string>>
}

/** An image, or an artifact in an image's clothes. */
export interface ImageManifest extends ManifestBase {
  /** Told apart from an index. */
  readonly kind: 'image'
  /** Its digest is the image id, where the artifact is an image. */
  readonly config: Descriptor
  /** From the lowest up. */
  readonly layers: readonly Descriptor[]
  /** As given, or else the type of the configuration where that is no image's. */
  readonly artifactType?: string
}

/** A list of manifests: the same image for several machines, or referrers. */
export interface ImageIndex extends ManifestBase {
  /** Told apart from an image. */
  readonly kind: 'index'
  /** In their order. */
  readonly manifests: readonly Descriptor[]
  /** As given. */
  readonly artifactType?: string
}

/** What a tag or digest of a manifest stands for. */
export type Manifest = ImageManifest | ImageIndex

const platformSchema = struct({ os: string(), architecture: string(), variant: optional(string()), 'os.version': optional(string()) }, { unknown: 'drop' })

const descriptorSchema = struct(
  {
    mediaType: string(),
    digest: string(),
    size: integer(),
    artifactType: optional(string()),
    annotations: optional(map(string())),
    platform: optional(platformSchema),
  },
  { unknown: 'drop' },
)

const manifestSchema = struct(
  {
    mediaType: optional(string()),
    artifactType: optional(string()),
    config: optional(descriptorSchema),
    layers: optional(array(descriptorSchema)),
    manifests: optional(array(descriptorSchema)),
    subject: optional(descriptorSchema),
    annotations: optional(map(string())),
  },
  { unknown: 'drop' },
)

/** How many entries one manifest may list. */
const maxEntries = 10_000

/**
 * Reads a manifest or an index. What it is called is the type that the registry or the descriptor says, else its own
 * `mediaType`, else its shape; they must agree.
 *
 * @throws RegistryError `ERR_MANIFEST_UNSUPPORTED` for schema 1 and what is no manifest, `ERR_MANIFEST_INVALID` where
 * it contradicts itself or the type, `ERR_LIMIT_EXCEEDED`, `ERR_DIGEST_INVALID`.
 */
export function readManifest(bytes: Uint8Array, saidType?: string): Manifest {
  if (saidType !== undefined && isSchema1Type(saidType)) throw new RegistryError('ERR_MANIFEST_UNSUPPORTED', `expected a manifest of OCI or Docker schema 2, found Docker schema 1 (${saidType})`)
  const found = parse(bytes)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw invalid('expected an object')
  const lists = 'manifests' in found
  const points = 'config' in found || 'layers' in found
  if (lists && points) throw invalid('it has manifests, and config or layers too: readers would take it for different things')
  const value = read(lists && found.manifests === null ? { ...found, manifests: [] } : found)
  // as in readers of Go, an unhelpful type of the answer says nothing
  const fromAnswer = saidType !== undefined && manifestTypes.includes(saidType) ? saidType : undefined
  const own = value.mediaType === '' ? undefined : value.mediaType
  if (own !== undefined && isSchema1Type(own)) throw new RegistryError('ERR_MANIFEST_UNSUPPORTED', `expected a manifest of OCI or Docker schema 2, found Docker schema 1 (${own})`)
  if (fromAnswer !== undefined && own !== undefined && own !== fromAnswer) throw invalid(`it calls itself ${shown(own)}, and was called ${fromAnswer}`)
  const mediaType = fromAnswer ?? own ?? (lists ? mediaTypes.ociIndex : mediaTypes.ociManifest)
  if (!manifestTypes.includes(mediaType)) throw new RegistryError('ERR_MANIFEST_UNSUPPORTED', `expected one of ${manifestTypes.join(', ')}, found ${shown(mediaType)}`)
  const base = {
    bytes,
    digest: digestOf(bytes),
    mediaType,
    annotations: value.annotations ?? {},
    ...(value.subject !== undefined && { subject: descriptor(value.subject) }),
  }
  if (isIndexType(mediaType)) {
    if (!lists) throw invalid(`an index without manifests (${mediaType})`)
    return { ...base, kind: 'index', manifests: descriptors(value.manifests), ...(value.artifactType !== undefined && { artifactType: value.artifactType }) }
  }
  if (lists || value.config === undefined) throw invalid(`an image without config (${mediaType})`)
  const config = descriptor(value.config)
  const artifactType = value.artifactType ?? (isImageConfigType(config.mediaType) ? undefined : config.mediaType)
  return { ...base, kind: 'image', config, layers: descriptors(value.layers), ...(artifactType !== undefined && { artifactType }) }
}

/** The descriptor of a manifest, as a fallback tag lists it (distribution-spec, "Listing Referrers"). */
export function describe(manifest: Manifest): Descriptor {
  const { mediaType, digest, bytes, annotations, artifactType } = manifest
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(artifactType !== undefined && { artifactType }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, { maxDepth: 64 })
  } catch (error) {
    throw unreadable(error)
  }
}

function read(value: unknown): Infer<typeof manifestSchema> {
  try {
    return manifestSchema.read(value)
  } catch (error) {
    throw unreadable(error)
  }
}

function unreadable(error: unknown): unknown {
  if (!CilockError.is(error) || error.code === 'ERR_LIMIT_EXCEEDED') return error
  return new RegistryError('ERR_MANIFEST_INVALID', `expected a manifest: ${error.message}`, { cause: error })
}

function descriptors(list: readonly Descriptor[] = []): readonly Descriptor[] {
  if (list.length > maxEntries) throw new RegistryError('ERR_LIMIT_EXCEEDED', `expected at most ${maxEntries} entries in a manifest, found ${list.length}`)
  return list.map(descriptor)
}

function descriptor(value: Descriptor): Descriptor {
  if (value.mediaType === '') throw invalid('a descriptor without mediaType')
  parseDigest(value.digest)
  if (!Number.isSafeInteger(value.size) || value.size < 0) throw invalid(`a descriptor of ${String(value.size)} bytes`)
  return value
}

function invalid(why: string): RegistryError {
  return new RegistryError('ERR_MANIFEST_INVALID', `expected a manifest that can be read in one way: ${why}`)
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 120))
}
