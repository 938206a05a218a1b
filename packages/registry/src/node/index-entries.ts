import { isDigest } from '../content/digest.ts'
import { describe } from '../content/manifest.ts'
import type { Descriptor, Manifest } from '../content/manifest.ts'
import { RegistryError } from '../error.ts'

/** What a layout calls a manifest. */
export const tagAnnotation = 'org.opencontainers.image.ref.name'

/** All that a manifest cannot do without. */
export function namedBy(manifest: Manifest): readonly Descriptor[] {
  return manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers]
}

/** A tag names one manifest; what had it stays without. What an index names stands in it, and not beside it as well. */
export function withManifest(entries: readonly Descriptor[], manifest: Manifest, tag: string | undefined, key: string = tagAnnotation): readonly Descriptor[] {
  const { annotations: _, ...described } = describe(manifest)
  const { digest } = manifest
  const within = new Set(manifest.kind === 'index' ? manifest.manifests.map((each) => each.digest) : [])
  const rest = entries.filter((each) => !within.has(each.digest) || each.annotations !== undefined || each.artifactType !== undefined)
  const entry: Descriptor = { ...described, ...(tag !== undefined && { annotations: { [key]: tag } }) }
  if (tag === undefined) return rest.some((each) => each.digest === digest) ? rest : [...rest, entry]
  if (rest.some((each) => each.digest === digest && each.annotations?.[key] === tag)) return rest
  const others = rest.flatMap((each) => (each.annotations?.[key] === tag ? untagged(each, rest, key) : each))
  return [...others.filter((each) => each.digest !== digest || each.annotations?.[key] !== undefined), entry]
}

/** Whether a tag still leads to what whoever writes has read, or to what is written already. */
export function requireReplaced(entries: readonly Descriptor[], tag: string, replaces: Manifest | null | undefined, digest: string, name: string, key: string = tagAnnotation): void {
  if (replaces === undefined) return
  const current = entries.find(({ annotations }) => annotations?.[key] === tag)?.digest
  if (current === replaces?.digest || current === digest) return
  throw new RegistryError('ERR_REGISTRY_CONFLICT', `${name}: expected ${tag} to lead to ${replaces?.digest ?? 'nothing'}, found ${current ?? 'nothing'}`)
}

/** A digest goes with its tags; of a tag only the name goes. */
export function withoutManifest(entries: readonly Descriptor[], tagOrDigest: string, digest: string, key: string = tagAnnotation): readonly Descriptor[] {
  if (isDigest(tagOrDigest)) return entries.filter((entry) => entry.digest !== digest)
  return entries.flatMap((entry) => (entry.annotations?.[key] === tagOrDigest ? untagged(entry, entries, key) : entry))
}

/** The same entry without its tag, where no other entry has it. */
function untagged(entry: Descriptor, entries: readonly Descriptor[], key: string): readonly Descriptor[] {
  if (entries.some((each) => each !== entry && each.digest === entry.digest)) return []
  const { annotations, ...rest } = entry
  const { [key]: _, ...others } = annotations ?? {}
  return [{ ...rest, ...(Object.keys(others).length > 0 && { annotations: others }) }]
}
