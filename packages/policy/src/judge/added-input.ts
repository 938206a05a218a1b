import { CilockError, compareUtf8, parseJson, stringifyJson } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import type { CallerInput, ComputedInput } from '../options.ts'
import { failed } from '../report/check.ts'
import type { Check, CheckPlace } from '../report/report.ts'

/** What the caller adds to the input about one attestation. */
export type AddedInput =
  | {
      readonly state: 'added'
      readonly values: JsonObject
      /** Those of the values that were computed of this attestation. Absent where none was. */
      readonly computed: JsonObject | undefined
    }
  | { readonly state: 'failed'; readonly check: Check }

/** Values as they were given, and those that are computed of what was signed. */
export function addedInput(given: CallerInput[string] = {}, { predicate, place }: { readonly predicate: JsonValue; readonly place: CheckPlace }): AddedInput {
  const values: [string, JsonValue][] = []
  const computed: [string, JsonValue][] = []
  for (const key of Object.keys(given).sort(compareUtf8)) {
    const value = given[key]
    if (value === undefined) continue
    if (typeof value !== 'function') {
      values.push([key, value])
      continue
    }
    const made = compute(value, predicate)
    if (made.fault !== undefined) {
      const subject = { code: 'rego-error', place, expected: `a value for ${JSON.stringify(key)}` } as const
      return { state: 'failed', check: failed(subject, `what the caller computes as ${JSON.stringify(key)} of this attestation is no value: ${made.fault}`, null) }
    }
    computed.push([key, made.value])
  }
  return { state: 'added', values: Object.fromEntries([...values, ...computed]), computed: computed.length === 0 ? undefined : Object.fromEntries(computed) }
}

/**
 * A fault of one attestation says nothing of the others. What was thrown may hold what no report should, unless it has a
 * code. The function sees a copy, and of what it gives a copy is taken: the rules judge what was signed, and what it said.
 */
function compute(of: ComputedInput, predicate: JsonValue): { readonly value: JsonValue; readonly fault?: undefined } | { readonly fault: string } {
  let value: JsonValue
  try {
    value = of(copyOf(predicate))
  } catch (error) {
    return { fault: CilockError.is(error) ? error.message : 'an error without a code was thrown' }
  }
  try {
    return { value: copyOf(value) }
  } catch (error) {
    // whoever has no type checker may give what is no JSON, or what throws when it is looked at
    return { fault: error instanceof TypeError || CilockError.is(error) ? error.message : 'an error without a code was thrown' }
  }
}

function copyOf(value: JsonValue): JsonValue {
  return parseJson(stringifyJson(value))
}
