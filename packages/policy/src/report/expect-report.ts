import { aFlag, aText, argument, expected, listOf, object, oneOf, optional } from '../argument.ts'
import type { Expect } from '../argument.ts'
import { checkCodes } from './check-code.ts'

const known: ReadonlySet<unknown> = new Set(checkCodes)
const states = oneOf('passed', 'failed', 'not-evaluated')
const texts = listOf(aText)
const check = object({ code: expected('the code of a check', (value) => known.has(value)), state: states, message: aText, expected: isThere, found: isThere, place: object({ document: oneOf('policy', 'envelope', 'statement'), pointer: aText }) })
const checks = listOf(check)
const candidates = listOf(object({ digest: aText, payloadType: aText, references: texts, verdict: oneOf('passed', 'failed'), signers: texts, checks }))
const binding = object({ step: optional(aText), external: optional(aText), candidate: aText, by: oneOf('subject', 'leaf', 'inclusion-proof'), name: aText })

const aReport: Expect = object(
  {
    verdict: oneOf('passed', 'failed'),
    now: aText,
    policy: object({ digest: aText, payloadType: aText, signers: texts, checks }),
    subjects: listOf(object({ digests: texts, boundBy: listOf(binding), checks })),
    steps: listOf(object({ step: aText, verdict: states, checks, candidates })),
    externals: listOf(object({ external: aText, predicateType: aText, required: aFlag, verdict: oneOf('passed', 'failed', 'skipped', 'not-evaluated'), checks, candidates })),
    callerInput: optional(object({})),
  },
  'a report as `evaluate` gives it',
)

/** @throws TypeError where a report is none; `readReport` is for those that come from elsewhere. */
export function expectReport(report: unknown, caller: string): void {
  aReport(report, argument(caller, 'report'))
}

/** What a check expected and found is plain JSON, which may be `null`; whoever reads it takes nothing in it for granted. */
function isThere(value: unknown, at: Parameters<Expect>[1]): void {
  expected('plain JSON', (each) => ['string', 'boolean', 'number', 'object'].includes(typeof each))(value, at)
}
