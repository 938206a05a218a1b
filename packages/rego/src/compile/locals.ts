import {
  isAssignment,
  isComprehension,
  isConstant,
  isRef,
  isVar,
  isWildcard,
  operatorTerm,
  partsOf,
  refTerm,
  scalar,
  termExpr,
  type Body,
  type Comprehension,
  type Expr,
  type Loc,
  type Module,
  type Rule,
  type Template,
  type Term,
} from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import type { Diagnostic } from '../syntax/diagnostic.ts'
import { diagnostic } from '../syntax/diagnostic.ts'
import { kindName, printTerm } from '../syntax/print.ts'
import { varsOfTerm, walkTerm } from '../syntax/walk.ts'
import { headMayHaveVars } from './head-vars.ts'
import type { NameSource } from './names.ts'
import { outputVarsOfEquality } from './outputs.ts'
import { renameVars } from './rename.ts'
import { Scopes } from './scopes.ts'
import type { Sink } from './sink.ts'
import { reportUnusedAssigned, reportUnusedDeclared } from './unused.ts'

/** Gives every declared variable a name of its own, so that scopes are no longer needed. */
export function rewriteLocals(modules: readonly Module[], names: NameSource, rewritten: Map<string, string>, strict: boolean, sink: Sink): void {
  for (const module of modules) {
    for (const rule of module.rules) new Rewriter(names, rewritten, strict, sink).rule(rule)
  }
}

/** The same for a query. */
export function rewriteLocalsInBody(body: Body, names: NameSource, rewritten: Map<string, string>, strict: boolean, sink: Sink): Body {
  return new Rewriter(names, rewritten, strict, sink).query(body)
}

class Rewriter {
  private readonly names: NameSource
  private readonly strict: boolean
  private readonly sink: Sink
  private readonly scopes: Scopes
  private errors: Diagnostic[] = []

  constructor(names: NameSource, rewritten: Map<string, string>, strict: boolean, sink: Sink) {
    this.names = names
    this.scopes = new Scopes(names, rewritten)
    this.strict = strict
    this.sink = sink
  }

  query(body: Body): Body {
    const result = this.body(body, new Set())
    this.flush()
    return result
  }

  rule(first: Rule): void {
    const unusedArgs = new Set<string>()
    if (this.strict) for (const arg of first.head.args ?? []) varsOfTerm(arg, {}, unusedArgs)
    for (const arg of first.head.args ?? []) this.arg(arg)
    this.flush()
    const startBranch = this.scopes.save()
    for (const rule of branchesOf(first)) {
      startBranch()
      this.branch(rule, unusedArgs)
      this.flush()
      for (const arg of unusedArgs) if (this.scopes.count(arg) > 1) unusedArgs.delete(arg)
    }
    for (const arg of unusedArgs) {
      if (!isWildcard(arg)) this.sink.report('rego_compile_error', first.head.loc, `unused argument ${arg}. (hint: use _ (wildcard variable) instead)`)
    }
  }

  private branch(rule: Rule, unusedArgs: Set<string>): void {
    const { head } = rule
    const plain = !headMayHaveVars(head)
    const used = new Set<string>()
    if (!plain) {
      for (const arg of head.args ?? []) this.nested(arg)
      if (head.key !== undefined) this.nested(head.key)
      if (head.value !== undefined) this.nested(head.value)
      for (const term of head.ref.slice(1)) varsOfTerm(term, {}, used)
      if (head.key !== undefined) varsOfTerm(head.key, {}, used)
      if (head.value !== undefined) {
        const vars = varsOfTerm(head.value)
        for (const name of vars) {
          used.add(name)
          unusedArgs.delete(name)
        }
      }
    }
    this.flush()
    rule.body = this.body(rule.body, used)
    if (plain) return
    const declared = this.scopes.outermost
    const rename = (term: Term): Term => renameVars(term, declared)
    head.args = head.args?.map(rename)
    head.ref = head.ref.map((term, index) => (index === 0 ? term : rename(term)))
    if (head.key !== undefined) head.key = rename(head.key)
    if (head.value !== undefined) head.value = rename(head.value)
  }

  // Scopes

  private flush(): void {
    for (const error of this.errors) this.sink.add(error)
    this.errors = []
  }

  private readonly fail = (loc: Loc, message: string): void => {
    this.errors.push(diagnostic('rego_compile_error', loc, message))
  }

  /** The name that a variable has from now on; undefined where that is an error, which is told of the place `at`. */
  private declare(name: string, how: 'declared' | 'assigned', loc: Loc, at = loc): string | undefined {
    const outcome = this.scopes.declare(name, how, loc)
    if (!('problem' in outcome)) return outcome.as
    this.fail(at, outcome.problem)
    return undefined
  }

  // Heads

  private arg(term: Term): void {
    const { value } = term
    switch (value.kind) {
      case 'var': {
        const known = this.scopes.declared(value.name)
        if (known !== undefined) this.scopes.seen(value.name)
        const as = known ?? this.scopes.fresh(term.loc)
        if (known === undefined) this.scopes.insert(value.name, as, 'arg')
        term.value = { kind: 'var', name: as }
        return
      }
      case 'object':
        for (const [, item] of value.entries) this.arg(item)
        return
      case 'call':
        this.fail(term.loc, 'rule arguments cannot contain calls')
        return
      case 'ref':
      case 'array':
        for (const item of partsOf(value)) this.arg(item)
        return
      default:
    }
  }

  /** Comprehensions in a head have their scopes apart from the body's. */
  private nested(term: Term): void {
    walkTerm(term, {
      term: (node) => {
        const { value } = node
        if (!isComprehension(value) && value.kind !== 'templatestring') return false
        this.scopes.apart(() => {
          if (isComprehension(value)) this.comprehension(value)
          else this.template(value)
        })
        return true
      },
    })
  }

  // Bodies

  private body(body: Body, used: ReadonlySet<string>): Body {
    const result: Body = []
    for (const expr of body) {
      if (isAssignment(expr)) this.assignment(expr)
      else if (expr.form === 'some') {
        const rewritten = this.someStatement(expr)
        if (rewritten !== undefined) result.push(rewritten)
        continue
      } else if (expr.form === 'every') {
        if (!this.everyStatement(expr)) continue
      } else this.inExpr(expr)
      result.push(expr)
    }
    const first = body[0]
    if (result.length === 0 && first !== undefined) result.push(termExpr(scalar(true, first.loc), first.loc))
    if (this.strict && this.errors.length === 0) reportUnusedAssigned(body, used, this.scopes, this.fail)
    if (this.errors.length === 0) reportUnusedDeclared(body, used, result, this.scopes, this.fail)
    return result
  }

  private everyStatement(expr: Expr): boolean {
    const { every } = expr
    if (every === undefined) return true
    this.inTerm(every.domain)
    this.scopes.push()
    try {
      for (const term of [every.key, every.value]) {
        if (term === undefined || !isVar(term) || isWildcard(term.value.name)) continue
        const as = this.declare(term.value.name, 'declared', term.loc, { ...every.loc, row: 0, col: 0 })
        if (as === undefined) return false
        term.value = { kind: 'var', name: as }
      }
      every.key ??= this.names.next(every.loc)
      every.body = this.body(every.body, new Set())
      this.withs(expr)
      return true
    } finally {
      this.scopes.pop()
    }
  }

  private someStatement(expr: Expr): Expr | undefined {
    for (const symbol of expr.terms) {
      if (isVar(symbol)) {
        if (this.declare(symbol.value.name, 'declared', symbol.loc, expr.loc) === undefined) return undefined
        continue
      }
      if (symbol.value.kind !== 'call') continue
      const [, ...args] = symbol.value.terms
      const container = args.at(-1)
      const value = args.at(-2)
      const key = args.length === 3 ? args[0] : this.names.next(expr.loc)
      if (container === undefined || value === undefined || key === undefined) continue
      const ref = isRef(container) ? [...container.value.terms, key] : [container, key]
      const equality: Expr = { ...expr, form: 'call', terms: [operatorTerm('eq', expr.loc), value, refTerm(ref, container.loc)] }
      const outputs = outputVarsOfEquality(equality, varsOfTerm(container))
      for (const name of [...outputs].sort(byText)) {
        if (this.declare(name, 'declared', expr.loc) === undefined) return undefined
      }
      this.inExpr(equality)
      return equality
    }
    return undefined
  }

  private assignment(expr: Expr): void {
    if (expr.negated) {
      this.fail(expr.loc, 'cannot assign vars inside negated expression')
      return
    }
    const before = this.errors.length
    const [operator, left, right] = expr.terms
    if (operator === undefined || left === undefined || right === undefined || expr.terms.length !== 3) return
    this.inTerm(right)
    for (const item of expr.withs) this.inTerm(item.value)
    this.target(left)
    if (this.errors.length === before) expr.terms[0] = operatorTerm('eq', operator.loc)
  }

  private target(term: Term): void {
    const { value } = term
    const assign = (name: string): void => {
      const as = this.declare(name, 'assigned', term.loc)
      if (as !== undefined) term.value = { kind: 'var', name: as }
    }
    switch (value.kind) {
      case 'var':
        assign(value.name)
        return
      case 'array':
        for (const item of value.items) this.target(item)
        return
      case 'object':
        for (const [, item] of value.entries) this.target(item)
        return
      case 'ref': {
        const root = value.terms[0]
        if (value.terms.length === 1 && isVar(root)) {
          assign(root.value.name)
          return
        }
        break
      }
      default:
    }
    this.fail(term.loc, `cannot assign to ${kindName(term)}`)
  }

  private inExpr(expr: Expr): void {
    for (const term of expr.terms) this.inTerm(term)
    this.withs(expr)
  }

  private withs(expr: Expr): void {
    for (const item of expr.withs) {
      this.inTerm(item.target)
      const shadowed = this.scopes.declared('input')
      if (shadowed !== undefined) {
        const target: Term = item.target
        if (target.value.kind === 'var' && target.value.name === shadowed) target.value = { kind: 'ref', terms: [inputRoot(target.loc)] }
        else if (isRef(item.target)) {
          const root = item.target.value.terms[0]
          if (isVar(root) && root.value.name === shadowed) item.target.value.terms[0] = inputRoot(root.loc)
        }
      }
      this.inTerm(item.value)
    }
  }

  private inTerm(term: Term): void {
    const { value } = term
    if (isConstant(term)) return
    switch (value.kind) {
      case 'var': {
        const as = this.scopes.declared(value.name)
        if (as !== undefined) {
          term.value = { kind: 'var', name: as }
          this.scopes.seen(value.name)
        } else if (!this.scopes.top.occurrence.has(value.name)) this.scopes.insert(value.name, value.name, 'seen')
        return
      }
      case 'ref': {
        const root = value.terms[0]
        if (value.terms.length === 1 && isVar(root) && (root.value.name === 'input' || root.value.name === 'data')) {
          const { name } = root.value
          const occurrence = this.scopes.occurrence(name)
          if (occurrence !== undefined && occurrence !== 'seen') term.value = { kind: 'var', name: this.scopes.declared(name) ?? name }
          return
        }
        break
      }
      case 'call': {
        const operator = value.terms[0]
        if (operator !== undefined) {
          for (const name of varsOfTerm(operator)) {
            const as = this.scopes.declared(name)
            if (as !== undefined && as !== name) {
              this.fail(term.loc, `called function ${printTerm(operator)} shadowed`)
              break
            }
          }
        }
        break
      }
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension':
        this.comprehension(value)
        return
      case 'templatestring':
        this.template(value, false)
        return
      default:
    }
    for (const item of partsOf(value)) this.inTerm(item)
  }

  private comprehension(node: Comprehension): void {
    const used = varsOfTerm(node.term)
    if (node.key !== undefined) varsOfTerm(node.key, {}, used)
    this.scopes.push()
    node.body = this.body(node.body, used)
    if (node.key !== undefined) this.inTerm(node.key)
    this.inTerm(node.term)
    this.scopes.pop()
  }

  private template(node: Template, scoped = true): void {
    for (const part of node.parts) {
      if (!('form' in part)) {
        if (!scoped) this.inTerm(part)
        continue
      }
      if (scoped) this.scopes.push()
      this.inExpr(part)
      if (scoped) this.scopes.pop()
    }
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function inputRoot(loc: Loc): Term {
  return { loc, value: { kind: 'var', name: 'input' } }
}
