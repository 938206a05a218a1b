import { CilockError, parseJson } from '@cilock/core'
import { any, array, bool, map, oneOf, optional, required, string, struct } from '@cilock/core/schema'
import type { Schema } from '@cilock/core/schema'
import type { Change } from '../explain/propose-change.ts'
import type { Edit } from '../explain/edit.ts'
import { checkCodes } from '../report/check-code.ts'
import type { CheckValue, Report } from '../report/report.ts'

/** A report that was saved, and what was proposed for it. */
export interface SavedReport {
  /** All of it. */
  readonly report: Report
  /** What would make it pass; tried when it was saved. */
  readonly changes: readonly Change[]
}

const texts = required(array(string()))
const value = any() as Schema<CheckValue>
const check = struct({
  code: oneOf(...checkCodes),
  state: oneOf('passed', 'failed', 'not-evaluated'),
  message: required(string()),
  expected: value,
  found: value,
  place: required(struct({ document: oneOf('policy', 'envelope', 'statement'), pointer: required(string()) })),
})
const checks = required(array(check))
const candidates = required(array(struct({ digest: required(string()), payloadType: required(string()), references: texts, verdict: oneOf('passed', 'failed'), signers: texts, checks })))
const binding = struct({ step: optional(string()), external: optional(string()), candidate: required(string()), by: oneOf('subject', 'leaf', 'inclusion-proof'), name: required(string()) })
const report = struct({
  verdict: oneOf('passed', 'failed'),
  now: required(string()),
  policy: required(struct({ digest: required(string()), payloadType: required(string()), signers: texts, checks })),
  subjects: required(array(struct({ digests: texts, boundBy: required(array(binding)), checks }))),
  steps: required(array(struct({ step: required(string()), verdict: oneOf('passed', 'failed', 'not-evaluated'), checks, candidates }))),
  externals: required(array(struct({ external: required(string()), predicateType: required(string()), required: required(bool()), verdict: oneOf('passed', 'failed', 'skipped', 'not-evaluated'), checks, candidates }))),
  callerInput: optional(map(value)),
})
// kinds of edits grow with what can be proposed; each is passed on as it is
const kind = struct({ kind: required(string()) })
const edit: Schema<Edit> = { ...kind, read: (found, pointer) => kind.read(found, pointer) as Edit, zero: (pointer) => kind.zero(pointer) as Edit, isEmpty: () => false }
const change = struct({ edits: required(array(edit)), sentence: required(string()), tried: required(bool()) })
const document = struct({ version: any(), report: required(report), changes: required(array(change)) })

/**
 * Reads what `renderJson` wrote, to be shown in another form. It says what somebody's verification came to, as far as
 * whoever saved it is believed: nothing in it is verified, so no decision may rest on it.
 *
 * @throws TypeError for what are no bytes.
 * @throws CilockError `ERR_MALFORMED` for what is no report or one of a later version, `ERR_LIMIT_EXCEEDED` for one that is too large.
 * @example
 * ```ts
 * const { report, changes } = readReport(await readFile('report.json'))
 * console.log(renderMarkdown(report, { changes }))
 * ```
 */
export function readReport(bytes: Uint8Array): SavedReport {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('readReport: `bytes` is not a Uint8Array')
  const json = parseJson(bytes)
  const { version, report: saved, changes } = document.read(json)
  if (version !== 1) throw new CilockError('ERR_MALFORMED', `expected a report of version 1, found version ${JSON.stringify(version) ?? 'none'}`)
  return { report: saved, changes }
}
