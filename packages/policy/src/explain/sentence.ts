import type { Cause } from '../report/first-cause.ts'
import type { Check, ExternalReport, StepReport } from '../report/report.ts'
import { memberOf, stringsOf } from './check-data.ts'
import { ownerName } from './edit.ts'
import { listed, shortDigest } from './wording.ts'

/** How much was found for a part, who signed it, and what of the nearest is not as it should be. */
export function sentenceOf(part: StepReport | ExternalReport, { check, candidate }: Cause, failing: readonly Check[]): string {
  const name = ownerName('step' in part ? { step: part.step } : { external: part.external })
  if (candidate === undefined) return `${name}: ${check.message}`
  const found = namesSigners(check) ? countText(part) : foundText(part)
  const others = failing.length > 1 ? ` (and ${failing.length - 1} more ${failing.length === 2 ? 'check fails' : 'checks fail'})` : ''
  return `${name}: ${found}; ${withoutSigners(check)}${others}`
}

function countText({ candidates }: StepReport | ExternalReport): string {
  return candidates.length === 1 ? '1 envelope found' : `${candidates.length} envelopes found`
}

function foundText(part: StepReport | ExternalReport): string {
  const { candidates } = part
  const count = countText(part)
  const signers = [...new Set(candidates.flatMap((each) => each.signers))].sort()
  const unsigned = candidates.filter((each) => each.signers.length === 0)
  const claimed = [...new Set(unsigned.flatMap(({ checks }) => checks.flatMap(({ found }) => stringsOf(memberOf(found, 'claimedKeyids')))))].filter((keyid) => keyid !== '').sort()
  const hint = claimed.length === 0 ? '' : `, signed as ${keys(claimed)}`
  if (signers.length === 0) return `${count}${hint}`
  if (unsigned.length > 0) return `${count}, ${candidates.length - unsigned.length} signed by ${keys(signers)}`
  const all = candidates.length === 2 ? 'both ' : candidates.length > 2 ? 'all ' : ''
  return `${count}, ${all}signed by ${keys(signers)}`
}

function keys(ids: readonly string[]): string {
  return `${ids.length === 1 ? 'key' : 'keys'} ${listed(ids.map(shortDigest))}`
}

/** Whether the message says more of the signers than their keys: the names of their certificates. */
function namesSigners({ code, found }: Check): boolean {
  return code === 'functionary' && memberOf(found, 'certificates') !== undefined
}

/** Who signed was said already. */
function withoutSigners(check: Check): string {
  const { code, message } = check
  const rest = message.indexOf('; ')
  return code === 'functionary' && message.startsWith('signed by ') && rest !== -1 && !namesSigners(check) ? message.slice(rest + 2) : message
}
