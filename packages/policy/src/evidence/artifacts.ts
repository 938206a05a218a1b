import { compareUtf8, digestSetsEqual, resolveType } from '@cilock/core'
import type { DigestSet, ReadCollection } from '@cilock/core'

/** Files by path. */
export type Files = ReadonlyMap<string, DigestSet>

/** A path that attestations of one collection give different digests. */
export interface PathConflict {
  readonly path: string
  readonly digests: readonly DigestSet[]
}

/** What a collection says of files. */
export interface CollectionArtifacts {
  /** Files that the step found. */
  readonly materials: Files
  /** Whether having no materials is said by the evidence, and not just left open. */
  readonly foundNothing: boolean
  /** Files when the step had ended: its materials, and over them its products. */
  readonly artifacts: Files
  readonly conflicts: readonly PathConflict[]
}

// Here an empty map is what a step without any record leaves too.
const emptyIsUnknown = 'https://aflock.ai/attestations/material/v0.1'

export function artifactsOf({ attestations }: ReadCollection): CollectionArtifacts {
  const materials = new Map<string, DigestSet>()
  const products = new Map<string, DigestSet>()
  const conflicts = new Map<string, PathConflict>()
  let foundNothing = false
  for (const { type, evidence } of attestations) {
    if (evidence?.materials !== undefined) {
      foundNothing ||= resolveType(type) !== emptyIsUnknown
      for (const [path, digest] of Object.entries(evidence.materials)) add(materials, path, digest, conflicts)
    }
    for (const [path, { digest }] of Object.entries(evidence?.products ?? {})) add(products, path, digest, conflicts)
  }
  return {
    materials,
    foundNothing: foundNothing && materials.size === 0,
    artifacts: products.size === 0 ? materials : new Map([...materials, ...products]),
    conflicts: [...conflicts.values()].sort((a, b) => compareUtf8(a.path, b.path)),
  }
}

function add(files: Map<string, DigestSet>, path: string, digest: DigestSet, conflicts: Map<string, PathConflict>): void {
  const known = files.get(path)
  if (known === undefined) files.set(path, digest)
  else if (!digestSetsEqual(known, digest)) conflicts.set(path, { path, digests: [...(conflicts.get(path)?.digests ?? [known]), digest] })
  // equal sets may differ in algorithms; all of them are kept
  else files.set(path, { ...known, ...digest })
}
