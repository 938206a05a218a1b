import { CilockError, stringifyJson } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import { isArray, isObject, objectKeys, parseJson, RegoError, RegoSet, typeName } from '@cilock/rego'
import type { EvaluateOptions, Limits, Program, Value } from '@cilock/rego'
import type { VerifyLimits } from '../limits.ts'
import { explainDenials } from './explain-denials.ts'
import type { PlacedModule } from './placed-module.ts'
import type { RegoOutcome, RegoPackage, RegoRules, RegoRun } from './rego-rules.ts'

/** The engine asks its guard after so many steps, so an evaluation counts as that many more than were asked for. */
const countedSteps = 4096

/** How the packages of a program are asked. */
export function judgeWith(program: Program, modules: readonly PlacedModule[], packages: readonly (RegoPackage & { readonly ref: string })[], limits: Required<VerifyLimits>): RegoRules['judge'] {
  const bounds: Partial<Limits> = { steps: limits.regoSteps, resultSize: limits.regoResultSize, stringLength: limits.regoStringLength }
  return (input, { now, seed, spend }: RegoRun) => {
    const read = readInput(input)
    return packages.map((asked) => {
      if (!('value' in read)) return { asked, result: read }
      const guard = (): void => spend(countedSteps)
      guard()
      const options: EvaluateOptions = { input: read.value, now, seed, strictBuiltinErrors: true, limits: bounds, guard }
      return { asked, result: answerOf(program, asked.ref, options, modules) }
    })
  }
}

type Failed = Extract<RegoOutcome, { readonly outcome: 'error' }>

/** All numbers stay as they were signed: they go from text to Rego without becoming doubles. */
function readInput(input: JsonValue): { readonly value: Value } | Failed {
  try {
    return { value: parseJson(stringifyJson(input)) }
  } catch (error) {
    return failure(error)
  }
}

function answerOf(program: Program, ref: string, options: EvaluateOptions, modules: readonly PlacedModule[]): RegoOutcome {
  try {
    const value = program.evaluate(ref, options)
    if (value === undefined) return { outcome: 'error', code: 'ERR_REGO_UNDEFINED', message: 'the rule has no value, so it answers nothing' }
    const members = membersOf(value)
    if (members === undefined) return { outcome: 'error', code: 'ERR_REGO_TYPE', message: `the rule gives ${article(typeName(value))}, and only a set, an array or an object of reasons is an answer` }
    if (members.length === 0) return { outcome: 'passed' }
    return { outcome: 'denied', denials: explainDenials(program, ref, options, members, modules) }
  } catch (error) {
    return failure(error)
  }
}

/** Members of a set or an array, keys of an object: each is a reason. */
function membersOf(value: Value): readonly Value[] | undefined {
  if (value instanceof RegoSet) return value.values()
  if (isArray(value)) return value
  return isObject(value) ? objectKeys(value) : undefined
}

function failure(error: unknown): Failed {
  if (RegoError.is(error)) {
    const { code, message, location } = error
    return { outcome: 'error', code, message, ...(location !== undefined && { module: location.file, row: location.row }) }
  }
  if (CilockError.is(error)) return { outcome: 'error', code: error.code, message: error.message }
  throw error
}

function article(kind: string): string {
  return kind === 'null' ? kind : `a ${kind}`
}
