import { escapeLine, matchableDigests, parseStatement } from '@cilock/core'
import type { SourceResult } from '@cilock/core'

/** A few digests that the evidence speaks about, to help whoever forgot to say which artifact is meant. */
export function candidateSubjects(results: readonly SourceResult[]): string {
  const found = results.flatMap(({ envelope }) =>
    parseStatement(envelope.payload).subject.flatMap(({ name, digest }) =>
      matchableDigests(digest)
        .filter((each) => each.startsWith('sha256:'))
        .map((each) => `${each}  ${escapeLine(name)}`),
    ),
  )
  const shown = [...new Set(found)].slice(0, 5)
  return shown.length === 0 ? '' : `; the evidence speaks about\n${shown.join('\n')}${found.length > shown.length ? '\n…' : ''}`
}
