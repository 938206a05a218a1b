import { isBuiltinName } from '../builtins/names.ts'
import { checkSource, checkVersion, limitsOf } from '../arguments.ts'
import { toPublicDiagnostic } from '../syntax/public-diagnostic.ts'
import type { ModuleSource } from '../program.ts'
import { RegoCompileError, RegoError } from '../errors.ts'
import type { Location } from '../errors.ts'
import { guarded } from '../guarded.ts'
import { defaultCompileLimits } from '../limits.ts'
import type { CompileLimits } from '../limits.ts'
import { toLocation } from '../plan/planner.ts'
import { docKind } from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import type { Expr, Rule, Term } from '../syntax/ast.ts'
import { parseModule } from '../syntax/module.ts'
import { decodeSource } from '../syntax/scanner.ts'
import { inputReferences } from './input-references.ts'
import type { InputReference } from './input-references.ts'

/** How a module is read. */
export interface OutlineOptions {
  /** The dialect of a module that does not say `import rego.v1`. Default: `v0`. */
  readonly version?: 'v0' | 'v1'
  /** Bounds on the source. Default: {@link defaultCompileLimits}. */
  readonly limits?: Partial<Pick<CompileLimits, 'sourceSize' | 'depth'>>
}

/** What a module holds, as it is written. */
export interface ModuleOutline {
  /** Below `data`. */
  readonly package: readonly string[]
  /** Its rules, in the order of the source. */
  readonly rules: readonly RuleOutline[]
  /** Where it reads its input, in the order of the source. */
  readonly inputs: readonly InputReference[]
}

/** One rule, with its `else` branches. */
export interface RuleOutline {
  /** The first part of its head. */
  readonly name: string
  /** What the rule produces. */
  readonly kind: 'complete' | 'set' | 'object' | 'function'
  /** Whether it is a default. */
  readonly isDefault: boolean
  /** The type of a value that is written as such: `string`, `boolean`, `number`, `null`, `array`, `object`, `set`. Absent where it has to be computed. */
  readonly value?: string
  /** Whether that value is an empty array, object or set. */
  readonly isEmpty: boolean
  /** Whether every branch has a literal that is `false` as written, so that the rule never holds. */
  readonly neverHolds: boolean
  /** Where it stands. */
  readonly location: Location
}

/**
 * Reads a module without compiling it, for linters and editors.
 *
 * @throws RegoCompileError where it cannot be parsed; RegoError `ERR_LIMIT_SOURCE_SIZE`, `ERR_LIMIT_DEPTH` or `ERR_LIMIT_STEPS`; TypeError for arguments that are wrong.
 * @example
 * outlineModule({ name: 'p.rego', source: 'package p\ndeny[m] { input.a; m := "x" }' }).rules[0]?.name // 'deny'
 */
export function outlineModule(given: ModuleSource, options: OutlineOptions = {}): ModuleOutline {
  return guarded(() => outlined(given, options))
}

function outlined(given: ModuleSource, { version = 'v0', limits }: OutlineOptions): ModuleOutline {
  const { sourceSize, depth } = limitsOf<keyof CompileLimits>(defaultCompileLimits, limits)
  checkSource(given)
  checkVersion(version)
  const { name, source } = given
  const text = typeof source === 'string' ? source : decodeSource(source)
  if (text.length > sourceSize) throw new RegoError('ERR_LIMIT_SOURCE_SIZE', `the module has more than ${sourceSize} characters`)
  const { module, errors } = parseModule(text, { file: name, version, templateStrings: version === 'v1', maxDepth: depth, isBuiltin: isBuiltinName })
  if (module === undefined) throw new RegoCompileError(errors.map(toPublicDiagnostic))
  return {
    package: module.package.path.slice(1).map(({ value }) => (value.kind === 'scalar' ? String(value.value) : '')),
    rules: module.rules.map(outlineRule),
    // Last, as it changes the module.
    inputs: inputReferences(module, defaultCompileLimits.steps),
  }
}

function outlineRule(rule: Rule): RuleOutline {
  const { head } = rule
  const kind = kindOf(rule)
  const value = kind === 'complete' && rule.else === undefined ? literalType(head.value) : undefined
  return {
    name: nameOf(rule),
    kind,
    isDefault: rule.isDefault,
    ...(value !== undefined && { value }),
    isEmpty: kind === 'complete' && rule.else === undefined && isEmpty(head.value),
    neverHolds: !rule.isDefault && branchesOf(rule).every(({ body }) => body.some(isFalse)),
    location: toLocation(rule.loc),
  }
}

const kinds = { complete: 'complete', partialSet: 'set', partialObject: 'object' } as const

function kindOf({ head }: Rule): RuleOutline['kind'] {
  return head.args === undefined ? kinds[docKind(head)] : 'function'
}

function nameOf({ head: { name, ref } }: Rule): string {
  const [first] = ref
  return first?.value.kind === 'var' ? first.value.name : name
}

function isFalse({ form, terms, negated, withs }: Expr): boolean {
  const [term] = terms
  if (form !== 'term' || term?.value.kind !== 'scalar' || withs.length > 0) return false
  const { value } = term.value
  return negated ? value !== false : value === false
}

function literalType(term: Term | undefined): string | undefined {
  switch (term?.value.kind) {
    case 'scalar':
      return scalarType(term.value.value)
    case 'array':
    case 'object':
    case 'set':
      return term.value.kind
    default:
      return undefined
  }
}

function scalarType(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'object' ? 'number' : typeof value
}

function isEmpty(term: Term | undefined): boolean {
  if (term?.value.kind === 'object') return term.value.entries.length === 0
  return (term?.value.kind === 'array' || term?.value.kind === 'set') && term.value.items.length === 0
}
