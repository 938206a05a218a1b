export { compile, type CompileOptions, type EvaluateOptions, type ModuleSource, type Program } from './program.ts'
export type { Attempt, Explanation, Failure, RuleExplanation, Solution } from './explain/explanation.ts'
export { policyCapabilities, policyDeniedBuiltins, type Capabilities } from './capabilities.ts'
export { coreBuiltins } from './builtins/registry.ts'
export { BuiltinError, type Builtin, type BuiltinContext, type BuiltinLimits, type ProgramCache } from './builtins/builtin.ts'
export { defaultCompileLimits, defaultLimits, type CompileLimits, type Limits } from './limits.ts'
export {
  formatDiagnostic,
  RegoCompileError,
  RegoError,
  type DiagnosticCode,
  type EvaluationErrorCode,
  type LimitErrorCode,
  type Location,
  type RegoDiagnostic,
  type RegoErrorCode,
} from './errors.ts'
export { compare, equal } from './value/public.ts'
export { objectEntries, objectGet, objectKeys } from './value/members.ts'
export { RegoObject } from './value/object.ts'
export { RegoSet } from './value/set.ts'
export { isArray, isNumber, isObject, typeName, type JsonObject, type NumberValue, type ObjectValue, type Value } from './value/value.ts'
export { RegoNumber } from './value/number.ts'
export { parseJson } from './value/json.ts'
export { formatTerm, toJson, toPlain } from './value/format.ts'
export {
  anyType,
  arrayType,
  booleanType,
  functionType,
  mapType,
  nullType,
  numberType,
  objectType,
  setType,
  stringType,
  tupleType,
  unionType,
  type FunctionType,
  type Type,
} from './types/type.ts'
