import type { CandidateContent } from '../evidence/candidate.ts'
import { isTreeType } from '../evidence/tree.ts'
import { failed, inStatement, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check, CheckValue } from '../report/report.ts'
import type { WantedSubject } from '../subjects.ts'
import type { Judged } from './accept.ts'

/** Whether a candidate is about what was handed in, or what accepted evidence leads to; where not, all that helps to see why. */
export function checkSubject({ candidate: { content }, reachedBy, isCutOff }: Judged, wanted: readonly WantedSubject[], searchWasCut: boolean): Check {
  const handedIn = wanted.flatMap(({ digests }) => digests)
  const subject: CheckSubject = { code: 'subject', place: inStatement('/subject'), expected: handedIn }
  if (content === undefined) return notEvaluated(subject, 'what it says was not read')
  if (reachedBy !== undefined) {
    const how = handedIn.includes(reachedBy) ? 'which was handed in' : 'which accepted evidence leads to'
    return passed(subject, `it is about ${reachedBy}, ${how}`, reachedBy)
  }
  const found: CheckValue = content.statement.subject.map(({ name, digest }) => ({ name, digest }))
  if (isCutOff) return failed(subject, 'only evidence that was turned down leads to it', found)
  const about = listed(content.statement.subject, ({ name, digest }) => `${JSON.stringify(shortName(name))} (${Object.entries(digest).map(asText).map(shortDigest).at(0) ?? 'no digest'})`)
  const reasons = [
    'nothing that it is about was handed in, and no accepted evidence leads to it',
    `it is about ${about}`,
    `handed in: ${listed(handedIn, shortDigest)}`,
    ...(wanted.every(({ anchors }) => anchors.length === 0) ? ['of which nothing leads to evidence: only sha256, gitoid:sha256 and dirHash do'] : []),
    ...unreadTrees(content),
    ...(searchWasCut ? ['the search ended at its depth'] : []),
  ]
  return failed(subject, reasons.join('; '), found)
}

/** Files stand in trees that only their type's reader opens; without it an artifact is not found among them. */
function unreadTrees({ collection: { attestations } }: CandidateContent): readonly string[] {
  const unread = attestations.filter(({ type, evidence }) => evidence === undefined && isTreeType(type)).map(({ type }) => shortName(type))
  return unread.length === 0 ? [] : [`the files of ${unread.join(', ')} were not read, since no reader of that type was handed in`]
}

/** The first two; the check's data has them all. */
function listed<T>(items: readonly T[], text: (item: T) => string): string {
  const shown = items.slice(0, 2).map(text)
  if (shown.length === 0) return 'nothing'
  return `${shown.join(', ')}${items.length > shown.length ? ` and ${items.length - shown.length} more` : ''}`
}

function asText([algorithm, value]: readonly [string, string]): string {
  return `${algorithm}:${value}`
}

/** The algorithm and the beginning of the value. */
function shortDigest(digest: string): string {
  const value = digest.lastIndexOf(':') + 1
  return digest.length - value <= 12 ? digest : `${digest.slice(0, value + 12)}…`
}

/** Without the place where types live, and not longer than a line bears. */
function shortName(name: string): string {
  const short = name.replace(/^https:\/\/[^/]+\/attestations\//, '')
  return short.length <= 48 ? short : `${short.slice(0, 48)}…`
}
