import { base64Builtins } from '../../src/builtins/base64.ts'
import { bitsBuiltins } from '../../src/builtins/bits.ts'
import { BuiltinError, type Builtin, type BuiltinContext } from '../../src/builtins/builtin.ts'
import { globBuiltins } from '../../src/builtins/glob.ts'
import { hexBuiltins } from '../../src/builtins/hex.ts'
import { netCidrBuiltins } from '../../src/builtins/net-cidr.ts'
import { nowBuiltins } from '../../src/builtins/now.ts'
import { numbersRangeBuiltins } from '../../src/builtins/numbers-range.ts'
import { parseModuleBuiltins } from '../../src/builtins/parse-module.ts'
import { randBuiltins } from '../../src/builtins/rand.ts'
import { regexBuiltins } from '../../src/builtins/regex.ts'
import { regexPatternBuiltins } from '../../src/builtins/regex-patterns.ts'
import { semverBuiltins } from '../../src/builtins/semver.ts'
import { stringFormatBuiltins } from '../../src/builtins/string-format.ts'
import { stringPositionBuiltins } from '../../src/builtins/string-positions.ts'
import { stringReplaceBuiltins } from '../../src/builtins/string-replace.ts'
import { stringTrimBuiltins } from '../../src/builtins/string-trim.ts'
import { stringBuiltins } from '../../src/builtins/strings.ts'
import { timeBuiltins } from '../../src/builtins/time.ts'
import { unitsBuiltins } from '../../src/builtins/units.ts'
import { urlQueryBuiltins } from '../../src/builtins/url-query.ts'
import { uuidBuiltins } from '../../src/builtins/uuid.ts'
import { RegoError } from '../../src/errors.ts'
import { toJson, toPlain } from '../../src/value/format.ts'
import { objectEntries } from '../../src/value/members.ts'
import { RegoObject } from '../../src/value/object.ts'
import { RegoSet } from '../../src/value/set.ts'
import { isArray, isObject, isPlainObject, type Value } from '../../src/value/value.ts'

const table = new Map(
  [
    ...base64Builtins,
    ...bitsBuiltins,
    ...globBuiltins,
    ...hexBuiltins,
    ...netCidrBuiltins,
    ...nowBuiltins,
    ...numbersRangeBuiltins,
    ...parseModuleBuiltins,
    ...randBuiltins,
    ...regexBuiltins,
    ...regexPatternBuiltins,
    ...semverBuiltins,
    ...stringBuiltins,
    ...stringFormatBuiltins,
    ...stringPositionBuiltins,
    ...stringReplaceBuiltins,
    ...stringTrimBuiltins,
    ...timeBuiltins,
    ...unitsBuiltins,
    ...urlQueryBuiltins,
    ...uuidBuiltins,
  ].map((builtin): readonly [string, Builtin] => [builtin.name, builtin]),
)

export const familyNames: readonly string[] = [...table.keys()]

export interface TestLimits {
  readonly steps?: number
  readonly resultSize?: number
  readonly stringLength?: number
  readonly regexSize?: number
  readonly seed?: string
  readonly now?: bigint
}

/** A context whose limits fail with the engine's codes; `spent` tells the steps that were counted. */
export function testContext(limits: TestLimits = {}): { readonly context: BuiltinContext; readonly spent: () => number } {
  const { steps = 1e8, resultSize = 1e5, stringLength = 1e6, regexSize = 1e5 } = limits
  let count = 0
  const cache = new Map<string, unknown>()
  const context: BuiltinContext = {
    spend: (amount) => {
      count += amount
      if (count > steps) throw new RegoError('ERR_LIMIT_STEPS', 'too many steps')
    },
    checkLength: (length) => {
      if (length > stringLength) throw new RegoError('ERR_LIMIT_STRING_LENGTH', 'too long')
    },
    checkSize: (size) => {
      if (size > resultSize) throw new RegoError('ERR_LIMIT_RESULT_SIZE', 'too large')
    },
    limits: { steps, depth: 1000, resultSize, stringLength, regexSize },
    now: limits.now,
    seed: limits.seed,
    evaluationCache: new Map(),
    programCache: { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) },
    note: undefined,
    signal: undefined,
  }
  return { context, spent: () => count }
}

/** Calls a built-in by name. */
export function call(name: string, operands: readonly Value[], context: BuiltinContext = testContext().context): Value | undefined {
  const builtin = table.get(name)
  if (builtin === undefined) throw new TypeError(`no built-in ${name}`)
  return builtin.call(context, ...operands)
}

/** Operands are recorded as JSON, with `{"$set": [...]}` for a set. */
export function operand(value: Value): Value {
  if (isPlainObject(value) && isArray(value['$set'] ?? null)) return RegoSet.of((value['$set'] as readonly Value[]).map(operand))
  if (isArray(value)) return value.map(operand)
  return isObject(value) ? RegoObject.of(objectEntries(value).map(([key, member]) => [key, operand(member)])) : value
}

/** The outcome as the recording writes it: `{"value": …}`, `{"code", "error"}`, or `{}` for undefined. */
export function outcome(name: string, operands: readonly Value[]): string {
  try {
    const value = call(name, operands)
    return value === undefined ? '{}' : `{"value":${toJson(toPlain(value))}}`
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error
    return toJson({ code: error.code, error: `${name}: ${error.message}` })
  }
}
