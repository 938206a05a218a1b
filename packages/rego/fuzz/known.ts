import type { Verdict } from './oracle.ts'
import type { Case } from './program.ts'

/** A disagreement that is understood. */
export interface KnownDifference {
  readonly name: string
  readonly reason: string
  readonly matches: (opa: Verdict, here: Verdict, made: Case) => boolean
}

/** Everything in which this engine differs from OPA on generated programs. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'negative zero',
    reason: 'OPA prints -0 for a product of zero and a negative number; here it is 0, which is equal',
    matches: (opa, here) => opa.kind === 'value' && here.kind === 'value' && opa.json.replace(/-0(?![.\d])/g, '0').replace(/\s+/g, '') === here.json.replace(/\s+/g, ''),
  },
  {
    name: 'replace of the empty string',
    reason: 'OPA takes characters apart into bytes, which are no text any more; here the new text stands between characters',
    matches: (opa, here, { source }) => opa.kind === 'value' && here.kind === 'value' && /\breplace(?:_n)?\(/.test(source) && differsInBytesAlone(JSON.parse(opa.json), JSON.parse(here.json)),
  },
  {
    name: 'further values that walk finds',
    reason: 'asked by a rule that needs one success, OPA leaves off at the first value of a rule that calls walk, and sees no conflict; here it is one',
    matches: (opa, here, { source }) => opa.kind === 'value' && here.kind === 'errors' && here.errors.every(({ code, row }) => code === 'eval_conflict_error' && walks(source, row)),
  },
]

/** Whether the rule that begins in this row calls `walk`. */
function walks(source: string, row: number): boolean {
  const [rule = ''] = source.split('\n').slice(row - 1).join('\n').split('\n\n')
  return /\bwalk\(/.test(rule)
}

/** What OPA prints for a byte that is no UTF-8. */
const replaced = '\uFFFD'

/** Whether there is a difference, and none but strings in which OPA has taken characters apart. */
function differsInBytesAlone(opa: unknown, here: unknown): boolean {
  return JSON.stringify(opa) !== JSON.stringify(here) && agreesApartFromBytes(opa, here)
}

/** Equal but for strings in which OPA has taken characters apart. */
function agreesApartFromBytes(opa: unknown, here: unknown): boolean {
  if (typeof opa === 'string' && typeof here === 'string') return opa === here || opa.includes(replaced) || isTakenApart(opa, here)
  if (typeof opa !== 'object' || typeof here !== 'object' || opa === null || here === null) return opa === here
  const [left, right] = [Object.entries(opa), Object.entries(here)]
  return left.length === right.length && left.every(([key, value], index) => agreesApartFromBytes(key, right[index]?.[0]) && agreesApartFromBytes(value, right[index]?.[1]))
}

/** Whether OPA has in percent-encoding what stands here, with more between the bytes of characters: they make no text any more. */
function isTakenApart(opa: string, here: string): boolean {
  let found = 0
  for (const unit of opa.split('')) if (unit === here[found]) found++
  return found === here.length && !isText(opa) && isText(here)
}

function isText(encoded: string): boolean {
  try {
    decodeURIComponent(encoded)
    return true
  } catch {
    return false
  }
}
