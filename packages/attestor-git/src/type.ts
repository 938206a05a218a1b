import { sha256Hex } from '@cilock/core'
import type { Artifacts, DigestSet, Evidence, PredicateType } from '@cilock/core'
import { gitSchema } from './predicate.ts'
import type { GitPredicate } from './predicate.ts'

export type { GitPredicate, GitStatus, GitTag } from './predicate.ts'

/**
 * Reads `https://aflock.ai/attestations/git/v0.1` and its witness form.
 *
 * Subjects: `commithash:` and `parenthash:` by SHA-1, which name a commit and never anchor a match; `authoremail:`,
 * `committeremail:`, `refnameshort:` and `remote:` by the SHA-256 of their text, which is no digest of a file. An empty
 * text is no subject (Go makes one of an empty e-mail). Back-references: the commit and its parents.
 *
 * @throws CilockError `ERR_MALFORMED` when the predicate has another shape.
 */
export const gitType: PredicateType<GitPredicate> = {
  name: 'git',
  predicateType: 'https://aflock.ai/attestations/git/v0.1',
  aliases: ['https://witness.dev/attestations/git/v0.1'],
  schemaOf: () => gitSchema,
  read(json) {
    const predicate = gitSchema.read(json)
    const commits = named([
      ['commithash', predicate.commithash],
      ...(predicate.parenthashes ?? []).map((hash) => ['parenthash', hash] as const),
    ], (hash) => ({ sha1: hash }))
    const texts = named([
      ['authoremail', predicate.authoremail],
      ['committeremail', predicate.committeremail],
      ['refnameshort', predicate.branch ?? ''],
      ...(predicate.remotes ?? []).map((url) => ['remote', url] as const),
    ], (text) => ({ sha256: sha256Hex(text) }))
    return { predicate, subjects: { ...commits, ...texts }, backRefs: commits }
  },
}

/** The same evidence with the subjects that go-witness gives it: parents by the hash of their names, and no remotes. */
export function witnessEvidence(predicate: GitPredicate): Evidence<GitPredicate> {
  const commit = named([['commithash', predicate.commithash]], (hash) => ({ sha1: hash }))
  const texts = named([
    ['authoremail', predicate.authoremail],
    ['committeremail', predicate.committeremail],
    ['refnameshort', predicate.branch ?? ''],
    ...(predicate.parenthashes ?? []).map((hash) => ['parenthash', hash] as const),
  ], (text) => ({ sha256: sha256Hex(text) }))
  return { predicate, subjects: { ...commit, ...texts }, backRefs: commit }
}

function named(parts: readonly (readonly [kind: string, value: string])[], digest: (value: string) => DigestSet): Artifacts {
  return Object.fromEntries(parts.filter(([, value]) => value !== '').map(([kind, value]) => [`${kind}:${value}`, digest(value)]))
}
