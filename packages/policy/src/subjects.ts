import { CilockError, matchableDigests } from '@cilock/core'
import type { DigestSet } from '@cilock/core'
import { oneLeafRoot } from './evidence/tree.ts'

/** An artifact that was handed in. */
export interface WantedSubject {
  /** All digests given, as `algorithm:value`, sorted; also those that never anchor a match. */
  readonly digests: readonly string[]
  /** Those by which evidence may be found. */
  readonly anchors: readonly string[]
  /** The roots of the trees that hold this file alone: what a collection names when the step made nothing else. */
  readonly oneLeafRoots: readonly string[]
  /** Whether the digests are of the artifact itself; a digest that was only named may be of a tree of files too. */
  readonly isArtifact: boolean
}

/** By these evidence is found. */
const anchoring = new Set(['gitoid:sha256', 'sha256', 'dirHash'])
const withColon = ['gitoid:sha256', 'gitoid:sha1']

/**
 * Reads the subjects of a call.
 *
 * @throws CilockError `ERR_DIGEST_INVALID` for text that is no digest.
 */
export function wantedSubjects(subjects: readonly (string | DigestSet)[]): readonly WantedSubject[] {
  return subjects.map((subject) => {
    const set = typeof subject === 'string' ? parseDigest(subject) : subject
    if (Object.keys(set).length === 0) throw new CilockError('ERR_DIGEST_INVALID', 'expected a subject with at least one digest, found an empty set')
    const anchors = matchableDigests(set)
    return {
      digests: Object.entries(set).map(([algorithm, value]) => `${algorithm}:${value.toLowerCase()}`).sort(),
      anchors,
      oneLeafRoots: anchors.filter((digest) => digest.startsWith('sha256:')).map(oneLeafRoot),
      isArtifact: typeof subject !== 'string',
    }
  })
}

function parseDigest(text: string): DigestSet {
  const algorithm = withColon.find((name) => text.startsWith(`${name}:`)) ?? text.slice(0, Math.max(text.indexOf(':'), 0))
  const value = text.slice(algorithm.length + 1)
  if (algorithm === '' || value === '') {
    throw new CilockError('ERR_DIGEST_INVALID', `expected a subject as algorithm:value, such as sha256:<64 hex digits>, found ${JSON.stringify(text.slice(0, 100))}`)
  }
  const set = { [algorithm]: value }
  if (anchoring.has(algorithm) && matchableDigests(set).length === 0) {
    throw new CilockError('ERR_DIGEST_INVALID', `expected a digest of ${algorithm}, found ${JSON.stringify(value.slice(0, 100))}`)
  }
  return set
}
