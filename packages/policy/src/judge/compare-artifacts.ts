import { compareUtf8, digestSetsEqual } from '@cilock/core'
import type { DigestSet } from '@cilock/core'
import type { Files } from '../evidence/artifacts.ts'

/** A file that a step used and that is not what the step before it left. */
export interface Mismatch {
  readonly path: string
  /** What the step before left. */
  readonly expected: DigestSet
  /** What the step used. */
  readonly found: DigestSet
}

export interface Comparison {
  /** How many paths stand on both sides. */
  readonly shared: number
  readonly mismatches: readonly Mismatch[]
}

/** Compares by the text of the path. What stands on one side alone is not compared. Equal texts that are no digests prove nothing, unless it is said that they do. */
export function compareArtifacts(materials: Files, artifacts: Files, wellFormed = true): Comparison {
  let shared = 0
  const mismatches: Mismatch[] = []
  for (const [path, found] of materials) {
    const expected = artifacts.get(path)
    if (expected === undefined) continue
    shared++
    if (!digestSetsEqual(expected, found, { wellFormed })) mismatches.push({ path, expected, found })
  }
  return { shared, mismatches: mismatches.sort((a, b) => compareUtf8(a.path, b.path)) }
}
