import { CilockError } from '@cilock/core'
import { any, array, map, optional, string, struct } from '@cilock/core/schema'
import type { DigestSet, JsonValue } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'
import { isHex } from './subjects.ts'

/** Something that went into an image. */
export interface BuildxMaterial {
  /** A package URL for an image (`pkg:docker/alpine@3.20?platform=linux%2Famd64`), or where the source came from. */
  readonly uri: string
  /** `sha256` and `sha1`, as far as they are given and well-formed. */
  readonly digest: DigestSet
}

/** What BuildKit says about how one platform of an image was built. */
export interface BuildxProvenance {
  /** The version of SLSA's provenance that it was written in. */
  readonly version: 'v0.2' | 'v1'
  /**
   * `linux/amd64`; empty where nothing tells. For a build of one platform it is that of the last material which names
   * one, as CI/lock takes it.
   */
  readonly platform: string
  /** The URI of the kind of build. */
  readonly buildType: string
  /** What went into the build. */
  readonly materials: readonly BuildxMaterial[]
  /** RFC 3339, as BuildKit wrote it; absent from `--provenance=mode=min` of some versions. */
  readonly startedOn?: string
  /** When the build ended, RFC 3339. */
  readonly finishedOn?: string
  /** BuildKit's name of the build. */
  readonly invocationId?: string
  /** The builder's URL; absent where it is not configured. */
  readonly builderId?: string
}

const dependencies = array(struct({ uri: string(), digest: map(any()) }))
const builder = struct({ id: string() })

const provenanceV02 = struct({
  builder: optional(builder),
  buildType: string(),
  materials: dependencies,
  metadata: optional(struct({ buildInvocationID: string(), buildStartedOn: string(), buildFinishedOn: string() })),
})

const provenanceV1 = struct({
  buildDefinition: struct({ buildType: string(), resolvedDependencies: dependencies }),
  runDetails: optional(
    struct({
      builder: optional(builder),
      metadata: optional(struct({ invocationId: string(), startedOn: string(), finishedOn: string() })),
    }),
  ),
})

/**
 * Reads SLSA provenance of version 0.2 (what buildx writes by default) or 1 (`--provenance=version=v1`). Undefined for
 * anything else: as in CI/lock it takes nothing from the image it stands beside.
 */
export function readProvenance(value: JsonValue, platform?: string): BuildxProvenance | undefined {
  if (has(value, 'buildDefinition')) {
    const v1 = readIfShaped(provenanceV1, value)
    if (v1 === undefined) return undefined
    const materials = readMaterials(v1.buildDefinition.resolvedDependencies)
    return {
      version: 'v1',
      platform: platform ?? lastPlatform(materials),
      buildType: v1.buildDefinition.buildType,
      materials,
      ...given({
        startedOn: v1.runDetails?.metadata?.startedOn,
        finishedOn: v1.runDetails?.metadata?.finishedOn,
        invocationId: v1.runDetails?.metadata?.invocationId,
        builderId: v1.runDetails?.builder?.id,
      }),
    }
  }
  const v02 = has(value, 'buildType') || has(value, 'materials') ? readIfShaped(provenanceV02, value) : undefined
  if (v02 === undefined) return undefined
  const materials = readMaterials(v02.materials)
  return {
    version: 'v0.2',
    platform: platform ?? lastPlatform(materials),
    buildType: v02.buildType,
    materials,
    ...given({
      startedOn: v02.metadata?.buildStartedOn,
      finishedOn: v02.metadata?.buildFinishedOn,
      invocationId: v02.metadata?.buildInvocationID,
      builderId: v02.builder?.id,
    }),
  }
}

function has(value: JsonValue, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

function readIfShaped<T>(schema: Schema<T>, value: JsonValue): T | undefined {
  try {
    return schema.read(value)
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_MALFORMED') return undefined
    throw error
  }
}

/** Without what says nothing: neither where it came from nor what it was. */
function readMaterials(found: readonly { readonly uri: string; readonly digest: Readonly<Record<string, JsonValue>> }[]): readonly BuildxMaterial[] {
  return found.map(({ uri, digest }) => ({ uri, digest: readDigests(digest) })).filter(({ uri, digest }) => uri !== '' || Object.keys(digest).length > 0)
}

/** The algorithms that evidence may use; Go could not read a collection with others. */
function readDigests(digest: Readonly<Record<string, JsonValue>>): DigestSet {
  const { sha1, sha256 } = digest
  return {
    ...(typeof sha1 === 'string' && isHex(sha1, 40) ? { sha1 } : {}),
    ...(typeof sha256 === 'string' && isHex(sha256, 64) ? { sha256 } : {}),
  }
}

function lastPlatform(materials: readonly BuildxMaterial[]): string {
  return materials.map(({ uri }) => platformOf(uri)).findLast((platform) => platform !== '') ?? ''
}

/** The `platform` of a package URL's query. CI/lock decodes it twice, and reads a literal `\u0026` as `&`. */
function platformOf(uri: string): string {
  const [, query = ''] = /^[^#?]*\?([^#]*)/.exec(uri.replaceAll('\\u0026', '&')) ?? []
  for (const parameter of query.split('&')) {
    const [name = '', ...value] = parameter.split('=')
    if (name === 'platform') return decode(decode(value.join('=')))
  }
  return ''
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}

/** Only the members that say something. */
function given<K extends string>(members: Readonly<Record<K, string | undefined>>): { readonly [N in K]?: string } {
  const result: { [N in K]?: string } = {}
  for (const name in members) {
    const text = members[name]
    if (text !== undefined && text !== '') result[name] = text
  }
  return result
}
