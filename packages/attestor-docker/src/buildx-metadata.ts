import { CilockError, JsonNumber, parseJson } from '@cilock/core'
import { integer, optional, string, struct } from '@cilock/core/schema'
import type { DigestSet, JsonObject, JsonValue } from '@cilock/core'
import { readProvenance } from './provenance.ts'
import type { BuildxProvenance } from './provenance.ts'

export type { BuildxMaterial, BuildxProvenance } from './provenance.ts'

/** A platform as OCI names it. */
export interface BuildxPlatform {
  /** `linux`, `windows` … */
  readonly os: string
  /** `amd64`, `arm64` … */
  readonly architecture: string
}

/** One image that buildx built, as its `--metadata-file` tells. */
export interface BuildxBuild {
  /** The target's name in a bake file; absent for `docker buildx build`. */
  readonly target?: string
  /**
   * Digest of the image's manifest, or of the index of a multi-platform or attested build: what a registry serves the
   * image by. `{ sha256: '<hex>' }`.
   */
  readonly digest: DigestSet
  /** Digest of the image's configuration, which `docker` calls the image id; absent for an index. */
  readonly configDigest?: DigestSet
  /** What the image was tagged with; empty for a build without a tag. */
  readonly names: readonly string[]
  /** buildx's own name of the build: `builder/node/id`. */
  readonly ref?: string
  /** Of the manifest that `digest` names. */
  readonly mediaType?: string
  /** In bytes, of the manifest that `digest` names. */
  readonly size?: number
  /** The platform of the image; absent for an index of several. */
  readonly platform?: BuildxPlatform
  /** One for each platform; those that are no SLSA provenance of version 0.2 or 1 are left out. */
  readonly provenance: readonly BuildxProvenance[]
}

const provenanceKey = 'buildx.build.provenance'
const digestKey = 'containerimage.digest'

const platform = struct({ architecture: string(), os: string() })
const descriptor = struct({
  mediaType: string(),
  digest: string(),
  size: integer({ min: 0 }),
  platform: optional(platform),
})
const metadata = struct({
  'buildx.build.ref': string(),
  'containerimage.config.digest': string(),
  'containerimage.descriptor': optional(descriptor),
  'containerimage.digest': string(),
  'image.name': string(),
})

/**
 * Reads what `docker buildx build --metadata-file` or `docker buildx bake --metadata-file` wrote: one entry for a build,
 * one for each target of a bake that gave an image. Empty when the document is JSON of another kind.
 *
 * Everything in it is a claim of the process that wrote the file; nothing here compares it with an image.
 *
 * @example
 * ```ts
 * const [build] = parseBuildxMetadata(await readFile('docker-metadata.json'))
 * build?.digest.sha256 // '8874845b…'
 * build?.provenance[0]?.startedOn // '2026-05-29T09:33:17Z'
 * ```
 * @throws CilockError `ERR_MALFORMED` when the input is not strict JSON, when a known key has a value of the wrong type
 * or stands there in other letter case, when a digest is not `sha256:` and 64 hexadecimal digits, and on a key that looks
 * like provenance but is none.
 */
export function parseBuildxMetadata(input: Uint8Array | string): readonly BuildxBuild[] {
  const document = parseJson(input)
  if (!isObject(document)) return []
  if (Object.hasOwn(document, digestKey)) return [readBuild(document)]
  return Object.entries(document).flatMap(([target, value]) => {
    return isObject(value) && Object.hasOwn(value, digestKey) ? [readBuild(value, target)] : []
  })
}

function readBuild(value: JsonObject, target?: string): BuildxBuild {
  const pointer = target === undefined ? '' : `/${target.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const known = metadata.read(value, pointer)
  const config = known['containerimage.config.digest']
  const descriptor = known['containerimage.descriptor']
  return {
    ...(target === undefined ? {} : { target }),
    digest: readDigest(known[digestKey], `${pointer}/${digestKey}`),
    ...(config === '' ? {} : { configDigest: readDigest(config, `${pointer}/containerimage.config.digest`) }),
    names: [...new Set(known['image.name'].split(',').map((name) => name.trim()))].filter((name) => name !== ''),
    ...(known['buildx.build.ref'] === '' ? {} : { ref: known['buildx.build.ref'] }),
    ...(descriptor === undefined ? {} : { mediaType: descriptor.mediaType, size: descriptor.size }),
    ...(descriptor?.platform === undefined ? {} : { platform: { os: descriptor.platform.os, architecture: descriptor.platform.architecture } }),
    provenance: Object.entries(value).flatMap(([key, member]) => readProvenanceMember(key, member, pointer)),
  }
}

function readProvenanceMember(key: string, value: JsonValue, pointer: string): readonly BuildxProvenance[] {
  if (!key.includes(provenanceKey)) return []
  if (key !== provenanceKey && !key.startsWith(`${provenanceKey}/`)) {
    throw new CilockError(
      'ERR_MALFORMED',
      `expected ${provenanceKey} or ${provenanceKey}/PLATFORM, found ${JSON.stringify(key.slice(0, 80))} at ${pointer === '' ? 'the root' : pointer}`,
    )
  }
  const provenance = readProvenance(value, key === provenanceKey ? undefined : key.slice(provenanceKey.length + 1))
  return provenance === undefined ? [] : [provenance]
}

function readDigest(text: string, pointer: string): DigestSet {
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(text) ?? []
  if (sha256 === undefined) {
    throw new CilockError('ERR_MALFORMED', `expected sha256: and 64 hexadecimal digits, found ${JSON.stringify(text.slice(0, 80))} at ${pointer}`)
  }
  return { sha256 }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JsonNumber.is(value)
}
