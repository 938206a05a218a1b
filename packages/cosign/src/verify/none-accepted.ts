import { CosignError } from '../error.ts'
import type { EntryKind } from '../find/entry.ts'
import type { CosignReport } from '../report.ts'

/** How many reasons a message names; the report has all. */
const shown = 3

/** That nothing is accepted, and which of three things that means. */
export function noneAccepted(report: CosignReport, kind: EntryKind): CosignError {
  const { image, digest, places, entries } = report
  const what = `${image} (${digest})`
  const failures = places.flatMap((place) => (place.state === 'unreadable' ? [`${place.form} of ${place.store}: ${place.message}`] : []))
  const refusals = entries.flatMap((entry) => (entry.state === 'refused' ? [entry] : []))
  const reasons = refusals.map(({ place, code, message }) => `${code} ${place.tag ?? place.manifest}#${place.layer}: ${message}`)
  const cause = causeOf(report)
  const options = { report, ...(cause !== undefined && { cause }) }
  if (failures.length > 0 || refusals.some(({ code }) => code === 'ERR_ENTRY_UNREADABLE')) {
    return new CosignError('ERR_COSIGN_INCOMPLETE', `expected a ${kind} of ${what} that is accepted, found none among ${entries.length}, and could not read everything: ${listed([...failures, ...reasons])}`, options)
  }
  if (entries.length === 0) return new CosignError('ERR_COSIGN_NONE', `expected a ${kind} of ${what}, found none`, options)
  return new CosignError('ERR_COSIGN_UNVERIFIED', `expected a ${kind} of ${what} that is accepted, found ${entries.length}, none of which is: ${listed(reasons)}`, options)
}

function causeOf({ places, entries }: CosignReport): unknown {
  for (const place of places) if (place.state === 'unreadable') return place.cause
  for (const entry of entries) if (entry.state === 'refused' && entry.code === 'ERR_ENTRY_UNREADABLE') return entry.cause
  return undefined
}

function listed(reasons: readonly string[]): string {
  const more = reasons.length > shown ? `; and ${reasons.length - shown} more` : ''
  return `${reasons.slice(0, shown).join('; ')}${more}`
}
