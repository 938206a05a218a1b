import type { Body, Module, Rule, Term } from '../syntax/ast.ts'
import { dottedName, isComprehension, isEquality, operatorName, type Expr } from '../syntax/ast.ts'
import type { Diagnostic } from '../syntax/diagnostic.ts'
import { printRef } from '../syntax/print.ts'
import { varsOfMember, varsOfTerm, walkBody, walkRule, walkTerm, safetyOptions, type Visitor } from '../syntax/walk.ts'
import { printArgs } from '../types/operations.ts'
import type { BuiltinTable } from './builtin-table.ts'
import { builtinEnv, checkBodyTypes, checkRuleTypes } from './check-types.ts'
import { checkDeprecated, checkDuplicateImports, checkRootOverrides, checkUnsafeBuiltins, checkVoidCalls, unsafeCalls } from './checks.ts'
import { checkConflicts, checkRecursion } from './conflicts.ts'
import { rewriteLocals, rewriteLocalsInBody } from './locals.ts'
import { renameVars } from './rename.ts'
import { nameSource, type NameSource } from './names.ts'
import { outputVarsOfBody, type Arity } from './outputs.ts'
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
  templateCall,
} from './rewrite.ts'
import { isRewriting } from './rewriting-builtin.ts'
import { checkHeadSafety, orderBody, orderRule } from './safety.ts'
import { makeSink, type Sink } from './sink.ts'
import { buildGraph, buildTree, rulesAt, sortedRules, type TreeNode } from './tree.ts'
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
  const stages = new Stages(modules, settings)
  for (const stage of stages.list()) {
    stage()
    if (stages.sink.found.length > 0) return { compiled: undefined, errors: stages.sink.found }
  }
  return { compiled: { modules, tree: stages.tree, env: stages.env, rewritten: stages.rewritten }, errors: [] }
}

class Stages {
  readonly sink: Sink
  readonly rewritten: Map<string, string> = new Map()
  tree: TreeNode = { key: '', rules: [], children: new Map() }
  env: TypeEnv = new TypeEnv(() => undefined)
  private readonly modules: readonly Module[]
  private readonly settings: CompileSettings
  private names: NameSource = nameSource([])

  constructor(modules: readonly Module[], settings: CompileSettings) {
    this.modules = modules
    this.settings = settings
    this.sink = makeSink(settings.maxSteps)
  }

  list(): readonly (() => void)[] {
    const { modules, settings, sink, rewritten } = this
    const { builtins, strict } = settings
    const v1 = modules.filter((module) => strict || module.dialect !== 'v0')
    const each = (visit: (rule: Rule) => void): void => eachRule(modules, visit)
    let graph: ReturnType<typeof buildGraph> = new Map()
    return [
      () => resolveModules(modules, strict, sink),
      () => {
        this.names = nameSource(modules)
        each((rule) => rewriteHeadRefs(rule, this.names))
      },
      () => v1.forEach((module) => checkRootOverrides(module, sink)),
      () => v1.forEach((module) => checkDuplicateImports(module, sink)),
      () => {
        this.tree = buildTree(modules)
      },
      () => rewriteLocals(modules, this.names, rewritten, strict, sink),
      () => each((rule) => this.rewriteTemplates(rule)),
      () => modules.forEach((module) => checkVoidCalls(module, builtins, sink)),
      () =>
        each((rule) => {
          if (settings.print) rewritePrints(rule, this.names, this.arity, rewritten, sink)
          else erasePrints(rule)
        }),
      () => each((rule) => expandCallsInRule(rule, this.names)),
      () => {
        for (const builtin of builtins.all()) if (isRewriting(builtin)) builtin.rewriteCalls(modules, sink)
      },
      () => each((rule) => rewriteComprehensions((visitor) => walkRule(rule, visitor), this.names)),
      () => each((rule) => rewriteHead(rule, this.names)),
      () => rewriteWiths(modules, { tree: this.tree, builtins, names: this.names }, sink),
      () => {
        // Paths hold variables that were renamed meanwhile.
        this.tree = buildTree(modules)
        graph = buildGraph(modules, this.tree)
        checkConflicts(modules, this.tree, rewritten, sink)
      },
      () => each((rule) => checkFunctions((visitor) => walkRule(rule, visitor), builtins, this.arity, rewritten, sink)),
      () => each((rule) => checkHeadSafety(rule, rewritten, sink)),
      () => each((rule) => orderRule(rule, this.arity, rewritten, sink)),
      () => each(rewriteEquals),
      () =>
        each((rule) => {
          rule.body = rewriteDynamics(rule.body, this.names)
        }),
      () => checkRecursion(graph, this.tree, sink),
      () => {
        const { env, errors } = checkRuleTypes(sortedRules(graph), builtins, rewritten)
        errors.forEach(sink.add)
        this.env = env
      },
      () => modules.forEach((module) => checkUnsafeBuiltins(module, builtins, sink)),
      () => v1.forEach((module) => checkDeprecated(module, builtins, sink)),
    ]
  }

  private readonly arity: Arity = (operator) => arityOf(operator, this.settings.builtins, this.tree)

  private rewriteTemplates(rule: Rule): void {
    if (!hasTemplates((visitor) => walkRule(rule, visitor))) return
    const globals = new Set<string>(['input', 'data'])
    for (const arg of rule.head.args ?? []) varsOfTerm(arg, {}, globals)
    const rewriter = new TemplateRewriter(this.names, this.rewritten, this.arity, this.settings.builtins, this.sink)
    const safe = rewriter.body(rule.body, globals)
    for (const term of [...(rule.head.args ?? []), rule.head.key, rule.head.value]) if (term !== undefined) rewriter.term(term, safe)
  }
}

/** Template strings become calls; what they name must be bound by the body. */
class TemplateRewriter {
  private readonly names: NameSource
  private readonly rewritten: ReadonlyMap<string, string>
  private readonly arity: Arity
  private readonly sink: Sink
  private readonly builtins: BuiltinTable

  constructor(names: NameSource, rewritten: ReadonlyMap<string, string>, arity: Arity, builtins: BuiltinTable, sink: Sink) {
    this.builtins = builtins
    this.names = names
    this.rewritten = rewritten
    this.arity = arity
    this.sink = sink
  }

  body(body: Body, globals: ReadonlySet<string>): ReadonlySet<string> {
    const safe = outputVarsOfBody(body, this.arity, globals)
    for (const name of globals) safe.add(name)
    for (const expr of body) this.expr(expr, safe)
    return safe
  }

  private expr(expr: Expr, safe: ReadonlySet<string>): void {
    const { every } = expr
    if (every !== undefined) {
      this.term(every.domain, safe)
      const inner = new Set(safe)
      varsOfMember(every, inner)
      this.body(every.body, inner)
    }
    for (const term of expr.terms) this.term(term, safe)
    for (const { value } of expr.withs) this.term(value, safe)
  }

  term(term: Term, safe: ReadonlySet<string>): void {
    walkTerm(term, {
      term: (node) => {
        const { value } = node
        if (value.kind === 'templatestring') {
          for (const part of value.parts) {
            if (!('form' in part)) continue
            const builtin = this.builtins.get(operatorName(part) ?? '')
            if (builtin?.relation === true) {
              this.sink.report('rego_compile_error', undefined, `illegal call to relation built-in '${builtin.name}' that may cause multiple outputs`)
              continue
            }
            // Templates inside the expression come first.
            for (const inner of part.terms) this.term(inner, safe)
            const used = new Set<string>()
            for (const [index, inner] of part.terms.entries()) if (part.form === 'term' || index > 0) varsOfTerm(inner, safetyOptions, used)
            for (const name of [...used].sort()) {
              if (!safe.has(name)) this.sink.report('rego_compile_error', part.form === 'call' ? undefined : (part.terms[0]?.loc ?? part.loc), `var ${this.rewritten.get(name) ?? name} is undeclared`)
            }
          }
          node.value = templateCall(value.parts, node, this.names)
          return true
        }
        if (isComprehension(value)) {
          const inner = this.body(value.body, safe)
          if (value.key !== undefined) this.term(value.key, inner)
          this.term(value.term, inner)
          return true
        }
        return false
      },
    })
  }
}

function hasTemplates(walk: (visitor: Visitor) => void): boolean {
  let found = false
  walk({
    term: (term) => {
      if (term.value.kind === 'templatestring') found = true
      return found
    },
  })
  return found
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
      const shown = renameVars(operator, rewritten)
      const name = shown.value.kind === 'ref' ? printRef(shown.value.terms) : printRef([shown])
      if (wanted < 0) {
        sink.report('rego_type_error', expr.loc, `undefined function ${name}`)
        return true
      }
      const count = operands.length
      const fits = expr.generated === true ? isEquality(expr) || count === wanted + 1 : count === wanted || count === wanted + 1
      const builtin = builtins.get(operatorName(expr) ?? '')
      if (fits || builtin?.declaration.variadic !== undefined) return false
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
      new TemplateRewriter(names, rewritten, arity, builtins, sink).body(body, new Set(['input', 'data']))
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
