import { compareUtf8, findType, isJsonObject } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import type { Denial, RegoOutcome, RegoPackage, RegoRules } from '../rego/rego-rules.ts'
import { failed, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check, CheckPlace, CheckValue } from '../report/report.ts'
import type { Ruling } from './ruling.ts'
import { addedInput } from './added-input.ts'
import { asGoReads } from './as-go-reads.ts'
import type { CallerInput } from '../options.ts'

/** Something that was signed and that rules judge. */
export interface Judged {
  readonly type: string
  /** The signed JSON. */
  readonly predicate: JsonValue
  /** Where it stands in the statement. */
  readonly place: CheckPlace
  /** Draws the lots of rules that draw some: the same for the same evidence. */
  readonly seed: string
}

/** What stands around the predicate, for rules that see more than it. */
export interface RegoContext {
  readonly steps: JsonObject
  /** Absent when no external attestation is there. */
  readonly external?: JsonObject
}

/** Holds one attestation against the modules for its type: a check for each package. */
export function regoChecks(judged: Judged, asked: string, modules: RegoRules, ruling: Ruling, context?: RegoContext): readonly Check[] {
  if (judged.predicate === null) return [nothingToJudge(judged)]
  const body = ruling.rules.signedInput ? judged.predicate : asGoReads(judged.predicate, findType(ruling.types, judged.type)?.schemaOf?.(judged.type))
  const input = context === undefined ? body : { attestation: body, ...context }
  const given = Object.hasOwn(ruling.input, asked) ? ruling.input[asked] : undefined
  const clash = clashes(input, given)
  if (clash.length > 0) {
    const subject: CheckSubject = { code: 'input-clash', place: judged.place, expected: 'keys that were not signed' }
    return [failed(subject, `the caller adds ${clash.map((key) => JSON.stringify(key)).join(', ')} to the input, which is there already`, clash)]
  }
  const added = addedInput(given, judged)
  if (added.state === 'failed') return [added.check]
  const whole = given === undefined || !isJsonObject(input) ? input : { ...input, ...added.values }
  return modules.judge(whole, { now: ruling.now, seed: judged.seed, spend: (steps) => ruling.budget.spend('regoTotalSteps', steps) }).map(({ asked: module, result }) => checkOf(module, result, judged.place, added.computed))
}

/** Rules that ask what is wrong find nothing wrong with nothing. Go refuses it too. */
function nothingToJudge({ place }: Judged): Check {
  const subject: CheckSubject = { code: 'rego-error', place, expected: 'something for the rules to judge' }
  return failed(subject, 'the attestation is null, so that the rules have nothing to judge', null)
}

/** Keys cannot be added to what is no object, nor twice. */
function clashes(input: JsonValue, added: CallerInput[string] | undefined): readonly string[] {
  if (added === undefined) return []
  const keys = Object.keys(added).sort(compareUtf8)
  return isJsonObject(input) ? keys.filter((key) => Object.hasOwn(input, key)) : keys
}

function checkOf({ rule, modules }: RegoPackage, result: RegoOutcome, place: CheckPlace, computed: JsonObject | undefined): Check {
  const subject: CheckSubject = { code: 'rego', place, expected: { rule, modules, ...(computed !== undefined && { input: computed as CheckValue }) } }
  const what = modules.map((name) => JSON.stringify(name)).join(', ')
  switch (result.outcome) {
    case 'passed':
      return passed(subject, `${what} denies nothing`, null)
    case 'denied':
      return failed(subject, `${what} denies: ${shownReasons(result.denials)}`, { denials: result.denials.map(denialValue) })
    case 'error': {
      const { code, message, module, row } = result
      const at = row === undefined ? '' : ` (row ${row})`
      const kind = code.startsWith('ERR_LIMIT_') ? 'rego-limit' : 'rego-error'
      return failed({ ...subject, code: kind }, `${what} gives no answer${at}: ${message}`, { code, message, module: module ?? null, row: row ?? null })
    }
  }
}

function denialValue({ reason, sources }: Denial): CheckValue {
  return { reason, sources: sources.map(({ module, rule, row, values, input }) => ({ module, rule, row, values, input })) }
}

function shownReasons(denials: readonly Denial[]): string {
  const shown = denials.slice(0, 5).map(({ reason, sources: [source] }) => `${reason.length > 200 ? `${reason.slice(0, 200)}…` : reason === '' ? '(no reason given)' : reason}${source === undefined ? '' : ` (row ${source.row})`}`)
  return `${shown.join('; ')}${denials.length > shown.length ? `; and ${denials.length - shown.length} more` : ''}`
}
