import type { Statement } from '@cilock/core'
import type { Evidence } from './evidence.ts'

/** Tells of each collection that could be read, once for its payload; further evidence may be handed in as it is found. */
export function toldOnce(tell: ((digest: string, statement: Statement) => void) | undefined): (evidence: Evidence) => Evidence {
  const told = new Set<string>()
  return (evidence) => {
    if (tell === undefined) return evidence
    for (const { candidates } of evidence.steps.values()) {
      for (const { digest, content } of candidates) {
        if (content === undefined || told.has(digest)) continue
        told.add(digest)
        tell(digest, content.statement)
      }
    }
    return evidence
  }
}
