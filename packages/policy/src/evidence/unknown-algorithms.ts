import { hashAlgorithms } from '@cilock/core'
import type { DigestSet, ReadCollection } from '@cilock/core'
import { below } from '../document/reader.ts'

/** The algorithms of digest sets inside a collection; a statement's subjects may have others. */
export const knownAlgorithms: readonly string[] = [...hashAlgorithms, 'dirHash']
const known = new Set(knownAlgorithms)

export interface UnknownAlgorithm {
  /** JSON pointer into the statement. */
  readonly pointer: string
  readonly algorithm: string
}

/**
 * Digests by an algorithm that CI/lock does not know, where it reads digest sets: it cannot decode such a collection, so
 * no other reader may make something of it either.
 */
export function unknownAlgorithms({ backrefs = {}, attestations }: ReadCollection): readonly UnknownAlgorithm[] {
  const found: UnknownAlgorithm[] = []
  const look = (digest: DigestSet, pointer: () => string): void => {
    for (const algorithm of Object.keys(digest)) if (!known.has(algorithm)) found.push({ pointer: pointer(), algorithm })
  }
  for (const [name, digest] of Object.entries(backrefs)) look(digest, () => below('/predicate/backrefs', name))
  for (const [index, { evidence }] of attestations.entries()) {
    const at = `/predicate/attestations/${index}/attestation`
    for (const [path, digest] of Object.entries(evidence?.materials ?? {})) look(digest, () => below(at, path))
    for (const [path, { digest }] of Object.entries(evidence?.products ?? {})) look(digest, () => below(below(at, path), 'digest'))
  }
  return found
}
