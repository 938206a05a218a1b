import { itemsOf, memberOf, stringsOf, textOf, textsOf } from '../explain/check-data.ts'
import { shortDigest } from '../explain/wording.ts'
import type { Binding, Check, CheckValue } from '../report/report.ts'
import { clipped } from './plain-text.ts'

/** A line of what a check says beyond its message. */
export interface Detail {
  readonly label: string
  readonly text: string
}

/** How much of a value is told; the JSON has all of it. */
const mostText = 300
/** How many denials, and paths, are told. */
const mostItems = 5

/** What is worth a look: denials with their rules and values, files that differ, else what was expected and found. */
export function detailsOf(check: Check): readonly Detail[] {
  const place = { label: 'at', text: placeOf(check) }
  const denials = itemsOf(memberOf(check.found, 'denials'))
  if (denials.length > 0) return [...firstOnes(denials.flatMap(denialDetails)), place]
  const differing = itemsOf(check.found).flatMap((attempt) => itemsOf(memberOf(attempt, 'mismatches')))
  if (check.code === 'artifacts' && differing.length > 0) return [...firstOnes(differing.map(fileDetail)), place]
  return [{ label: 'expected', text: valueText(check.expected) }, { label: 'found', text: valueText(check.found) }, place]
}

export function placeOf({ place }: Check): string {
  return `${place.document} ${place.pointer === '' ? '(the whole)' : place.pointer}`
}

/** How an artifact is bound to accepted evidence. */
export function bindingText({ step, external, by, name }: Binding): string {
  const owner = step === undefined ? `external attestation ${JSON.stringify(external)}` : `step ${JSON.stringify(step)}`
  // whoever makes a proof may call the file what he likes
  return `bound to ${owner} by ${by === 'inclusion-proof' ? 'a proof of inclusion that calls it' : `its ${by}`} ${JSON.stringify(name)}`
}

export function valueText(value: CheckValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const shown = clipped(text, mostText)
  return shown === text ? text : `${shown} (${text.length} characters; the JSON has all)`
}

function denialDetails(denial: CheckValue): readonly Detail[] {
  const reason = textOf(memberOf(denial, 'reason')) ?? ''
  const sources = itemsOf(memberOf(denial, 'sources'))
  if (sources.length === 0) return [{ label: 'denied', text: clipped(reason, mostText) }]
  return sources.map((source) => {
    const row = memberOf(source, 'row')
    const values = [...pairs(memberOf(source, 'values')), ...pairs(memberOf(source, 'input'))].join(', ')
    const where = `${textOf(memberOf(source, 'module')) ?? ''} row ${typeof row === 'number' ? row : '?'}, ${textOf(memberOf(source, 'rule')) ?? ''}`
    return { label: 'denied', text: `${clipped(reason, mostText)} (${where})${values === '' ? '' : `: ${clipped(values, mostText)}`}` }
  })
}

function pairs(values: CheckValue | undefined): readonly string[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return []
  return Object.entries(values as Readonly<Record<string, CheckValue>>).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
}

function fileDetail(mismatch: CheckValue): Detail {
  const digests = (key: string): string => Object.entries(textsOf(memberOf(mismatch, key))).map(([algorithm, value]) => shortDigest(`${algorithm}:${value}`)).join(' ')
  return { label: 'differs', text: `${JSON.stringify(textOf(memberOf(mismatch, 'path')) ?? '')}: expected ${digests('expected')}, found ${digests('found')}` }
}

function firstOnes(details: readonly Detail[]): readonly Detail[] {
  return details.length <= mostItems ? details : [...details.slice(0, mostItems), { label: 'and', text: `${details.length - mostItems} more; the JSON has all` }]
}

/** Key ids that vouch for a candidate, or that somebody wrote on it. */
export function signersText(signers: readonly string[], checks: readonly Check[]): string {
  if (signers.length > 0) return signers.join(', ')
  const claimed = checks.flatMap(({ found }) => stringsOf(memberOf(found, 'claimedKeyids'))).filter((keyid) => keyid !== '')
  return claimed.length === 0 ? 'none of the policy’s keys' : `none of the policy’s keys; the envelope names ${claimed.join(', ')}`
}
