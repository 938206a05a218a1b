import type { Subject } from '@cilock/core'
import { digestOf } from '@cilock/registry'
import type { Manifest } from '@cilock/registry'
import { CosignError } from '../error.ts'

/** What a statement has to be about: digests, and the bytes where they are at hand. */
export interface Artifact {
  /** For messages. */
  readonly name: string
  readonly algorithm: 'sha256' | 'sha512'
  /** Lower case. */
  readonly hex: string
  readonly bytes?: Uint8Array
}

const known = ['sha256', 'sha512'] as const

/**
 * The first subject that is the artifact: its digest is there, and no other digest of it is another artifact's.
 *
 * @throws CosignError `ERR_SUBJECT_MISMATCH`
 */
export function subjectOf<S extends Subject>(subjects: readonly S[], artifact: Artifact): S {
  const found = subjects.find(({ digest }) => Object.hasOwn(digest, artifact.algorithm) && digest[artifact.algorithm] === artifact.hex && agrees(digest, artifact))
  if (found !== undefined) return found
  const shown = subjects.slice(0, 3).map(({ digest }) => Object.entries(digest).slice(0, 3).map(([name, value]) => `${name}:${value.slice(0, 128)}`).join(' ') || 'nothing')
  const more = subjects.length > 3 ? ` and ${subjects.length - 3} more` : ''
  throw new CosignError('ERR_SUBJECT_MISMATCH', `expected a statement about ${artifact.name} (${artifact.algorithm}:${artifact.hex}), found one about ${shown.join(', ') || 'nothing'}${more}`)
}

function agrees(digest: Subject['digest'], { algorithm, bytes }: Artifact): boolean {
  return known.every((name) => name === algorithm || bytes === undefined || !Object.hasOwn(digest, name) || `${name}:${digest[name]}` === digestOf(bytes, name))
}

/** An image as what statements are about: its manifest. */
export function artifactOf({ digest, bytes }: Manifest, store: string): Artifact {
  const colon = digest.indexOf(':')
  return { name: `the image of ${store}`, algorithm: digest.startsWith('sha512:') ? 'sha512' : 'sha256', hex: digest.slice(colon + 1), bytes }
}
