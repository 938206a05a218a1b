import type { Body, Module, Rule, Term } from '../syntax/ast.ts'
import { dottedName, isEquality, operatorName } from '../syntax/ast.ts'
import type { Diagnostic } from '../syntax/diagnostic.ts'
import { printRef } from '../syntax/print.ts'
import { walkBody, walkRule, type Visitor } from '../syntax/walk.ts'
import { printArgs } from '../types/operations.ts'
import type { BuiltinTable } from './builtin-table.ts'
import { builtinEnv, checkBodyTypes, checkRuleTypes } from './check-types.ts'
import { checkDeprecated, checkDuplicateImports, checkRootOverrides, checkUnsafeBuiltins, checkVoidCalls, unsafeCalls } from './checks.ts'
import { checkConflicts, checkRecursion } from './conflicts.ts'
import { rewriteLocals, rewriteLocalsInBody } from './locals.ts'
import { renameVars } from './rename.ts'
import { nameSource } from './names.ts'
import type { Arity } from './outputs.ts'
import { rewritePrints, rewritePrintsInBody } from './prints.ts'
import { resolveBody, resolveModules } from './resolve.ts'
import {
  eachRule,
  erasePrints,
  erasePrintsInBody,
  expandCallsInBody,
  expandCallsInRule,
  rewriteComprehensions,
  rewriteDynamics,
  rewriteEquals,
  rewriteHead,
  rewriteHeadRefs,
} from './rewrite.ts'
import { isRewriting } from './rewriting-builtin.ts'
import { checkHeadSafety, orderBody, orderRule } from './safety.ts'
import { makeSink, type Sink } from './sink.ts'
import { rewriteTemplates, rewriteTemplatesInBody } from './templates.ts'
import { buildGraph, buildTree, newNode, rulesAt, sortedRules, type TreeNode } from './tree.ts'
import { TypeEnv } from './type-env.ts'
import { rewriteWiths, rewriteWithsInBody } from './withs.ts'

export interface CompileSettings {
  readonly builtins: BuiltinTable
  readonly strict: boolean
  /** Keeps `print` calls, which are taken out otherwise. */
  readonly print: boolean
  /** How much work there may be. */
  readonly maxSteps: number
}

/** Modules that passed every check, rewritten to what evaluation understands. */
export interface Compiled {
  readonly modules: readonly Module[]
  readonly tree: TreeNode
  readonly env: TypeEnv
  /** Generated names and what they were called in the source. */
  readonly rewritten: ReadonlyMap<string, string>
}

export type CompileOutcome = { readonly compiled: Compiled; readonly errors: readonly [] } | { readonly compiled: undefined; readonly errors: readonly Diagnostic[] }

/** Runs the stages of the compiler in OPA's order. The first one that finds something is the last one to run. */
export function compileModules(parsed: readonly Module[], settings: CompileSettings): CompileOutcome {
  const modules = [...parsed].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
  const { builtins, strict, print } = settings
  const sink = makeSink(settings.maxSteps)
  const rewritten = new Map<string, string>()
  const v1 = modules.filter((module) => strict || module.dialect !== 'v0')
  const each = (visit: (rule: Rule) => void): void => eachRule(modules, visit)
  const arity: Arity = (operator) => arityOf(operator, builtins, tree)
  let tree = newNode('')
  let env = new TypeEnv(() => undefined)
  let names = nameSource([])
  let graph: ReturnType<typeof buildGraph> = new Map()
  const stages: readonly (() => void)[] = [
    () => resolveModules(modules, strict, sink),
    () => {
      names = nameSource(modules)
      each((rule) => rewriteHeadRefs(rule, names))
    },
    () => v1.forEach((module) => checkRootOverrides(module, sink)),
    () => v1.forEach((module) => checkDuplicateImports(module, sink)),
    () => {
      tree = buildTree(modules)
    },
    () => rewriteLocals(modules, names, rewritten, strict, sink),
    () => each((rule) => rewriteTemplates(rule, { names, rewritten, arity, builtins, sink })),
    () => modules.forEach((module) => checkVoidCalls(module, builtins, sink)),
    () =>
      each((rule) => {
        if (print) rewritePrints(rule, names, arity, rewritten, sink)
        else erasePrints(rule)
      }),
    () => each((rule) => expandCallsInRule(rule, names)),
    () => {
      for (const builtin of builtins.all()) if (isRewriting(builtin)) builtin.rewriteCalls(modules, sink)
    },
    () => each((rule) => rewriteComprehensions((visitor) => walkRule(rule, visitor), names)),
    () => each((rule) => rewriteHead(rule, names)),
    () => rewriteWiths(modules, { tree, builtins, names }, sink),
    () => {
      // Paths hold variables that were renamed meanwhile.
      tree = buildTree(modules)
      graph = buildGraph(modules, tree)
      checkConflicts(modules, tree, rewritten, sink)
    },
    () => each((rule) => checkFunctions((visitor) => walkRule(rule, visitor), builtins, arity, rewritten, sink)),
    () => each((rule) => checkHeadSafety(rule, rewritten, sink)),
    () => each((rule) => orderRule(rule, arity, rewritten, sink)),
    () => each(rewriteEquals),
    () =>
      each((rule) => {
        rule.body = rewriteDynamics(rule.body, names)
      }),
    () => checkRecursion(graph, tree, sink),
    () => {
      const checked = checkRuleTypes(sortedRules(graph), builtins, rewritten)
      checked.errors.forEach(sink.add)
      env = checked.env
    },
    () => modules.forEach((module) => checkUnsafeBuiltins(module, builtins, sink)),
    () => v1.forEach((module) => checkDeprecated(module, builtins, sink)),
  ]
  for (const stage of stages) {
    stage()
    if (sink.found.length > 0) return { compiled: undefined, errors: sink.found }
  }
  return { compiled: { modules, tree, env, rewritten }, errors: [] }
}

export function arityOf(operator: Term, builtins: BuiltinTable, tree: TreeNode): number {
  const builtin = builtins.get(dottedName(operator) ?? '')
  if (builtin !== undefined) return builtin.declaration.args.length
  const rules = operator.value.kind === 'ref' ? rulesAt(tree, operator.value.terms) : []
  const first = rules[0]
  return first === undefined ? -1 : (first.head.args?.length ?? 0)
}

/** Every function that is called must exist and take as many arguments. */
function checkFunctions(walk: (visitor: Visitor) => void, builtins: BuiltinTable, arity: Arity, rewritten: ReadonlyMap<string, string>, sink: Sink): void {
  walk({
    expr: (expr) => {
      const [operator, ...operands] = expr.terms
      if (expr.form !== 'call' || operator === undefined) return false
      const wanted = arity(operator)
      const count = operands.length
      const fits = expr.generated === true ? isEquality(expr) || count === wanted + 1 : count === wanted || count === wanted + 1
      const builtin = builtins.get(operatorName(expr) ?? '')
      if (wanted >= 0 && (fits || builtin?.declaration.variadic !== undefined)) return false
      const shown = renameVars(operator, rewritten)
      const name = shown.value.kind === 'ref' ? printRef(shown.value.terms) : printRef([shown])
      if (wanted < 0) {
        sink.report('rego_type_error', expr.loc, `undefined function ${name}`)
        return true
      }
      const given = expr.generated === true ? count - 1 : count
      if (builtin !== undefined) {
        const env = builtinEnv(builtins, rewritten)
        sink.report('rego_type_error', expr.loc, `${name}: arity mismatch`, [`have: ${printArgs(operands.map((term) => env.get(term)))}`, `want: ${printArgs(builtin.declaration.args, builtin.declaration.variadic)}`])
      } else sink.report('rego_type_error', expr.loc, `function ${name} has arity ${wanted}, got ${given} argument${given === 1 ? '' : 's'}`)
      return true
    },
  })
}

export type QueryOutcome = { readonly body: Body; readonly rewritten: ReadonlyMap<string, string>; readonly errors: readonly [] } | { readonly body: undefined; readonly errors: readonly Diagnostic[] }

/** Compiles a query against modules. */
export function compileQuery(parsed: Body, compiled: Compiled, settings: CompileSettings): QueryOutcome {
  const sink = makeSink(settings.maxSteps)
  const rewritten = new Map(compiled.rewritten)
  const names = nameSource([], '__localq')
  const { builtins, strict } = settings
  const arity: Arity = (operator) => arityOf(operator, builtins, compiled.tree)
  let body = resolveBody(new Map(), parsed)
  const stages: readonly (() => void)[] = [
    () => {
      body = rewriteLocalsInBody(body, names, rewritten, strict, sink)
    },
    () => {
      rewriteTemplatesInBody(body, new Set(['input', 'data']), { names, rewritten, arity, builtins, sink })
    },
    () => {
      body = expandCallsInBody(settings.print ? rewritePrintsInBody(body, new Set(['input', 'data']), names, arity, rewritten, sink) : erasePrintsInBody(body), names)
      rewriteComprehensions((visitor) => walkBody(body, visitor), names)
      body = rewriteWithsInBody(body, { tree: compiled.tree, builtins, names }, sink)
    },
    () => checkFunctions((visitor) => walkBody(body, visitor), builtins, arity, rewritten, sink),
    () => {
      body = orderBody(body, new Set(['input', 'data']), arity, rewritten, sink)
    },
    () => {
      body = rewriteDynamics(body, names)
      checkBodyTypes(body, compiled.env, rewritten).forEach(sink.add)
    },
    () => walkBody(body, unsafeCalls(builtins, sink)),
  ]
  for (const stage of stages) {
    stage()
    if (sink.found.length > 0) return { body: undefined, errors: sink.found }
  }
  return { body, rewritten, errors: [] }
}
