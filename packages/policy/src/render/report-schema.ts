import { checkCodes } from '../report/check-code.ts'

/** Which form of report a document has. */
export const reportSchemaId = 'https://raw.githubusercontent.com/cilock/cilock/main/packages/policy/src/render/report.v1.json'

const text = { type: 'string' }
const texts = { type: 'array', items: text }
const ref = (name: string): object => ({ $ref: `#/definitions/${name}` })
const listOf = (name: string): object => ({ type: 'array', items: ref(name) })

/** All members are there unless they are named as optional, and there are no others. */
function object(properties: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}): object {
  return { type: 'object', properties: { ...properties, ...optional }, required: Object.keys(properties), additionalProperties: false }
}

const owner = { step: text, external: text }

const definitions = {
  digest: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
  place: object({ document: { enum: ['policy', 'envelope', 'statement'] }, pointer: { type: 'string', pattern: '^(/.*)?$' } }),
  check: object({ code: { enum: [...checkCodes] }, state: { enum: ['passed', 'failed', 'not-evaluated'] }, message: text, expected: {}, found: {}, place: ref('place') }),
  candidate: object({ digest: ref('digest'), payloadType: text, references: texts, verdict: { enum: ['passed', 'failed'] }, signers: texts, checks: listOf('check') }),
  policy: object({ digest: ref('digest'), payloadType: text, signers: texts, checks: listOf('check') }),
  binding: object({ candidate: ref('digest'), by: { enum: ['subject', 'leaf', 'inclusion-proof'] }, name: text }, owner),
  subject: object({ digests: texts, boundBy: listOf('binding'), checks: listOf('check') }),
  step: object({ step: text, verdict: { enum: ['passed', 'failed', 'not-evaluated'] }, checks: listOf('check'), candidates: listOf('candidate') }),
  external: object({ external: text, predicateType: text, required: { type: 'boolean' }, verdict: { enum: ['passed', 'failed', 'skipped', 'not-evaluated'] }, checks: listOf('check'), candidates: listOf('candidate') }),
  report: object(
    { verdict: { enum: ['passed', 'failed'] }, now: text, policy: ref('policy'), subjects: listOf('subject'), steps: listOf('step'), externals: listOf('external') },
    { callerInput: { type: 'object', additionalProperties: { type: 'object' } } },
  ),
  cause: object({ code: { type: 'string', pattern: '^ERR_[A-Z_]+$' }, sentence: text, own: { type: 'boolean' }, check: ref('check'), failing: listOf('check') }, { ...owner, candidate: ref('digest') }),
  // kinds of edits grow with what can be proposed: a reader passes over those that it does not know
  edit: { type: 'object', properties: { kind: text }, required: ['kind'] },
  change: object({ edits: listOf('edit'), sentence: text, tried: { type: 'boolean' } }),
}

/** The JSON Schema (draft 7) of what `renderJson` writes. The same is `src/render/report.v1.json` of the package. */
export const reportSchema: Readonly<Record<string, unknown>> = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: reportSchemaId,
  title: 'What came of verifying evidence against a policy',
  ...object({ $schema: { const: reportSchemaId }, version: { const: 1 }, causes: listOf('cause'), changes: listOf('change'), report: ref('report') }),
  definitions,
}
