import {
  isAssignment,
  isComprehension,
  isRef,
  isScalar,
  isVar,
  isWildcard,
  operatorTerm,
  refTerm,
  scalar,
  termExpr,
  type Body,
  type Comprehension,
  type Expr,
  type Head,
  type Loc,
  type Module,
  type Rule,
  type Template,
  type Term,
} from '../syntax/ast.ts'
import type { Diagnostic } from '../syntax/diagnostic.ts'
import { diagnostic } from '../syntax/diagnostic.ts'
import { kindName, printTerm } from '../syntax/print.ts'
import { varsOfBody, varsOfExpr, varsOfTerm, walkTerm } from '../syntax/walk.ts'
import type { NameSource } from './names.ts'
import { declaredVars } from './resolve.ts'
import { outputVarsOfEquality } from './outputs.ts'
import type { Sink } from './sink.ts'

type Occurrence = 'arg' | 'seen' | 'assigned' | 'declared'

interface Scope {
  readonly names: Map<string, string>
  readonly occurrence: Map<string, Occurrence>
  readonly count: Map<string, number>
}

function newScope(): Scope {
  return { names: new Map(), occurrence: new Map(), count: new Map() }
}

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
  private readonly rewritten: Map<string, string>
  private readonly strict: boolean
  private readonly sink: Sink
  private stack: Scope[] = [newScope()]
  private errors: Diagnostic[] = []

  constructor(names: NameSource, rewritten: Map<string, string>, strict: boolean, sink: Sink) {
    this.names = names
    this.rewritten = rewritten
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
    const args = this.stack[0] ?? newScope()
    for (let rule: Rule | undefined = first; rule !== undefined; rule = rule.else) {
      this.stack = [{ names: new Map(args.names), occurrence: new Map(args.occurrence), count: new Map(args.count) }]
      this.branch(rule, unusedArgs)
      this.flush()
      for (const arg of unusedArgs) if (this.count(arg) > 1) unusedArgs.delete(arg)
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
    const declared = this.stack[0]?.names ?? new Map<string, string>()
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

  private fail(loc: Loc, message: string): void {
    this.errors.push(diagnostic('rego_compile_error', loc, message))
  }

  private get top(): Scope {
    const scope = this.stack.at(-1)
    if (scope !== undefined) return scope
    const fresh = newScope()
    this.stack.push(fresh)
    return fresh
  }

  private declared(name: string): string | undefined {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const found = this.stack[i]?.names.get(name)
      if (found !== undefined) return found
    }
    return undefined
  }

  private insert(name: string, as: string, occurrence: Occurrence): void {
    const { top } = this
    top.names.set(name, as)
    top.occurrence.set(name, occurrence)
    top.count.set(name, 1)
    if (name !== as) this.rewritten.set(as, name)
  }

  private seen(name: string): void {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const count = this.stack[i]?.count.get(name)
      if (count !== undefined) {
        this.stack[i]?.count.set(name, count + 1)
        return
      }
    }
    this.top.count.set(name, 1)
  }

  private count(name: string): number {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const count = this.stack[i]?.count.get(name)
      if (count !== undefined) return count
    }
    return 0
  }

  private fresh(loc: Loc): string {
    const term = this.names.next(loc)
    return isVar(term) ? term.value.name : ''
  }

  /** The generated name, or a message why the name cannot be declared here. */
  private declare(name: string, occurrence: Occurrence, loc: Loc): { readonly as: string } | { readonly problem: string } {
    const shown = isWildcard(name) ? '_' : name
    switch (this.top.occurrence.get(name)) {
      case 'seen':
        return { problem: `var ${shown} referenced above` }
      case 'assigned':
        return { problem: `var ${shown} assigned above` }
      case 'declared':
        return { problem: `var ${shown} declared above` }
      case 'arg':
        return { problem: `arg ${shown} redeclared` }
      case undefined: {
        const as = this.fresh(loc)
        this.insert(name, as, occurrence)
        return { as }
      }
    }
  }

  // Heads

  private arg(term: Term): void {
    const { value } = term
    switch (value.kind) {
      case 'var': {
        const known = this.declared(value.name)
        if (known !== undefined) this.seen(value.name)
        const as = known ?? this.fresh(term.loc)
        if (known === undefined) this.insert(value.name, as, 'arg')
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
        for (const item of value.terms) this.arg(item)
        return
      case 'array':
        for (const item of value.items) this.arg(item)
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
        const { stack } = this
        this.stack = [newScope()]
        if (isComprehension(value)) this.comprehension(value)
        else this.template(value)
        this.stack = stack
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
    this.checkUnusedAssigned(body, used)
    this.checkUnusedDeclared(body, used, result)
    return result
  }

  private checkUnusedAssigned(body: Body, used: ReadonlySet<string>): void {
    if (!this.strict || this.errors.length > 0) return
    const { top } = this
    const usedNames = new Set([...used].map((name) => this.declared(name) ?? name))
    const unused: [string, string][] = []
    for (const [name, occurrence] of top.occurrence) {
      const as = top.names.get(name) ?? name
      if (occurrence === 'assigned' && !isWildcard(name) && this.count(name) <= 1 && !usedNames.has(as)) unused.push([as, name])
    }
    for (const [as, name] of unused.sort(byFirst)) {
      const where = body.find((expr) => varsOfExpr(expr).has(as)) ?? body[0]
      if (where !== undefined) this.fail(where.loc, `assigned var ${name} unused`)
    }
  }

  private checkUnusedDeclared(body: Body, used: ReadonlySet<string>, result: Body): void {
    if (this.errors.length > 0) return
    const { top } = this
    const declared = [...top.occurrence].filter(([, occurrence]) => occurrence === 'declared').map(([name]): [string, string] => [top.names.get(name) ?? name, name])
    if (declared.length === 0) return
    const inUse = varsOfBody(result)
    for (const name of used) inUse.add(this.declared(name) ?? name)
    for (const [as, name] of declared.sort(byFirst)) {
      if (inUse.has(as) || used.has(as) || name.startsWith('__local')) continue
      const where = body.find((expr) => declaredVars([expr]).has(name)) ?? body[0]
      if (where !== undefined) this.fail(where.loc, `declared var ${isWildcard(name) ? '_' : name} unused`)
    }
  }

  private everyStatement(expr: Expr): boolean {
    const { every } = expr
    if (every === undefined) return true
    this.inTerm(every.domain)
    this.stack.push(newScope())
    try {
      for (const term of [every.key, every.value]) {
        if (term === undefined || !isVar(term) || isWildcard(term.value.name)) continue
        const outcome = this.declare(term.value.name, 'declared', term.loc)
        if ('problem' in outcome) {
          this.fail({ ...every.loc, row: 0, col: 0 }, outcome.problem)
          return false
        }
        term.value = { kind: 'var', name: outcome.as }
      }
      every.key ??= this.names.next(every.loc)
      every.body = this.body(every.body, new Set())
      this.withs(expr)
      return true
    } finally {
      this.stack.pop()
    }
  }

  private someStatement(expr: Expr): Expr | undefined {
    for (const symbol of expr.terms) {
      if (isVar(symbol)) {
        const outcome = this.declare(symbol.value.name, 'declared', symbol.loc)
        if ('problem' in outcome) {
          this.fail(expr.loc, outcome.problem)
          return undefined
        }
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
        const outcome = this.declare(name, 'declared', expr.loc)
        if ('problem' in outcome) {
          this.fail(expr.loc, outcome.problem)
          return undefined
        }
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
      const outcome = this.declare(name, 'assigned', term.loc)
      if ('problem' in outcome) this.fail(term.loc, outcome.problem)
      else term.value = { kind: 'var', name: outcome.as }
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
        this.fail(term.loc, `cannot assign to ${kindName(term)}`)
        return
      }
      default:
        this.fail(term.loc, `cannot assign to ${kindName(term)}`)
    }
  }

  private inExpr(expr: Expr): void {
    for (const term of expr.terms) this.inTerm(term)
    this.withs(expr)
  }

  private withs(expr: Expr): void {
    for (const item of expr.withs) {
      this.inTerm(item.target)
      const shadowed = this.declared('input')
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
    switch (value.kind) {
      case 'scalar':
        return
      case 'var': {
        const as = this.declared(value.name)
        if (as !== undefined) {
          term.value = { kind: 'var', name: as }
          this.seen(value.name)
        } else if (!this.top.occurrence.has(value.name)) this.insert(value.name, value.name, 'seen')
        return
      }
      case 'ref': {
        const root = value.terms[0]
        if (value.terms.length === 1 && isVar(root) && (root.value.name === 'input' || root.value.name === 'data')) {
          const { name } = root.value
          for (let i = this.stack.length - 1; i >= 0; i--) {
            const occurrence = this.stack[i]?.occurrence.get(name)
            if (occurrence === undefined) continue
            if (occurrence !== 'seen') term.value = { kind: 'var', name: this.declared(name) ?? name }
            return
          }
          return
        }
        for (const item of value.terms) this.inTerm(item)
        return
      }
      case 'call': {
        const operator = value.terms[0]
        if (operator !== undefined) {
          for (const name of varsOfTerm(operator)) {
            const as = this.declared(name)
            if (as !== undefined && as !== name) {
              this.fail(term.loc, `called function ${printTerm(operator)} shadowed`)
              break
            }
          }
        }
        for (const item of value.terms) this.inTerm(item)
        return
      }
      case 'array':
      case 'set':
        for (const item of value.items) this.inTerm(item)
        return
      case 'object':
        for (const [key, item] of value.entries) {
          this.inTerm(key)
          this.inTerm(item)
        }
        return
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension':
        this.comprehension(value)
        return
      case 'templatestring':
        this.template(value, false)
    }
  }

  private comprehension(node: Comprehension): void {
    const used = varsOfTerm(node.term)
    if (node.key !== undefined) varsOfTerm(node.key, {}, used)
    this.stack.push(newScope())
    node.body = this.body(node.body, used)
    if (node.key !== undefined) this.inTerm(node.key)
    this.inTerm(node.term)
    this.stack.pop()
  }

  private template(node: Template, scoped = true): void {
    for (const part of node.parts) {
      if (!('form' in part)) {
        if (!scoped) this.inTerm(part)
        continue
      }
      if (scoped) this.stack.push(newScope())
      this.inExpr(part)
      if (scoped) this.stack.pop()
    }
  }
}

function byFirst(a: readonly [string, string], b: readonly [string, string]): number {
  return byText(a[0], b[0])
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function inputRoot(loc: Loc): Term {
  return { loc, value: { kind: 'var', name: 'input' } }
}

/** True unless the head holds nothing but scalars. */
export function headMayHaveVars(head: Head): boolean {
  const simple = (term: Term | undefined): boolean => term === undefined || isScalar(term)
  return !((head.args ?? []).every(simple) && simple(head.key) && simple(head.value) && head.ref.slice(1).every(simple))
}

/** The term with some variables renamed; closures in it were renamed on their own. */
export function renameVars(term: Term, names: ReadonlyMap<string, string>): Term {
  const { value, loc } = term
  const rename = (item: Term): Term => renameVars(item, names)
  switch (value.kind) {
    case 'scalar':
      return term
    case 'var': {
      const as = names.get(value.name)
      return as === undefined ? term : { loc, value: { kind: 'var', name: as } }
    }
    case 'ref':
    case 'call':
      return { loc, value: { kind: value.kind, terms: value.terms.map(rename) } }
    case 'array':
    case 'set':
      return { loc, value: { kind: value.kind, items: value.items.map(rename) } }
    case 'object':
      return { loc, value: { kind: 'object', entries: value.entries.map(([key, item]) => [rename(key), rename(item)]) } }
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      return {
        loc,
        value: { kind: value.kind, key: value.key === undefined ? undefined : rename(value.key), term: rename(value.term), body: value.body.map((expr) => renameInExpr(expr, names)) },
      }
    case 'templatestring':
      return { loc, value: { kind: 'templatestring', parts: value.parts.map((part) => ('form' in part ? renameInExpr(part, names) : rename(part))) } }
  }
}

function renameInExpr(expr: Expr, names: ReadonlyMap<string, string>): Expr {
  const rename = (item: Term): Term => renameVars(item, names)
  const copy: Expr = {
    ...expr,
    terms: expr.terms.map(rename),
    withs: expr.withs.map((item) => ({ ...item, target: rename(item.target), value: rename(item.value) })),
  }
  if (expr.every !== undefined) {
    const { every } = expr
    copy.every = {
      ...every,
      key: every.key === undefined ? undefined : rename(every.key),
      value: rename(every.value),
      domain: rename(every.domain),
      body: every.body.map((item) => renameInExpr(item, names)),
    }
  }
  return copy
}
