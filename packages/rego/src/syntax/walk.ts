import { isConstant, partsOf, type Body, type Every, type Expr, type Rule, type Term } from './ast.ts'

/** What a walk does at each node; returning true keeps it from going deeper. It never goes into constants. */
export interface Visitor {
  /** `depth`: how many terms this one stands in. */
  readonly term?: (term: Term, depth: number) => boolean | void
  readonly expr?: (expr: Expr) => boolean | void
  readonly body?: (body: Body) => boolean | void
}

export function walkTerm(term: Term, visitor: Visitor, depth = 0): void {
  if (visitor.term?.(term, depth) === true) return
  const { value } = term
  switch (value.kind) {
    case 'scalar':
    case 'var':
      return
    case 'ref':
    case 'call':
      for (const item of value.terms) walkTerm(item, visitor, depth + 1)
      return
    default:
      if (!isConstant(term)) for (const item of partsOf(value)) walkTerm(item, visitor, depth + 1)
      return
    case 'objectcomprehension':
    case 'arraycomprehension':
    case 'setcomprehension':
      if (value.key !== undefined) walkTerm(value.key, visitor, depth + 1)
      walkTerm(value.term, visitor, depth + 1)
      walkBody(value.body, visitor, depth + 1)
      return
    case 'templatestring':
      for (const part of value.parts) {
        if ('form' in part) walkExpr(part, visitor, depth + 1)
        else walkTerm(part, visitor, depth + 1)
      }
  }
}

export function walkExpr(expr: Expr, visitor: Visitor, depth = 0): void {
  if (visitor.expr?.(expr) === true) return
  if (expr.every !== undefined) {
    const { key, value, domain, body } = expr.every
    if (key !== undefined) walkTerm(key, visitor, depth)
    walkTerm(value, visitor, depth)
    walkTerm(domain, visitor, depth)
    walkBody(body, visitor, depth)
  }
  for (const term of expr.terms) walkTerm(term, visitor, depth)
  for (const { target, value } of expr.withs) {
    walkTerm(target, visitor, depth)
    walkTerm(value, visitor, depth)
  }
}

export function walkBody(body: Body, visitor: Visitor, depth = 0): void {
  if (visitor.body?.(body) === true) return
  for (const expr of body) walkExpr(expr, visitor, depth)
}

/** Arguments, key, value and body of one rule; not its reference, not its else branches. */
export function walkRule(rule: Rule, visitor: Visitor): void {
  walkHead(rule, visitor)
  walkBody(rule.body, visitor)
}

export function walkHead(rule: Rule, visitor: Visitor): void {
  for (const arg of rule.head.args ?? []) walkTerm(arg, visitor)
  if (rule.head.key !== undefined) walkTerm(rule.head.key, visitor)
  if (rule.head.value !== undefined) walkTerm(rule.head.value, visitor)
}

export interface VarOptions {
  /** Leave out the first term of references. */
  readonly skipRefHead?: boolean
  /** Leave out the operator of calls, also where it is the first term of an expression. */
  readonly skipCallHead?: boolean
  readonly skipClosures?: boolean
  readonly skipSets?: boolean
  readonly skipObjectKeys?: boolean
}

/** For the safety check: everything but closures and the names of functions. */
export const safetyOptions: VarOptions = { skipCallHead: true, skipClosures: true }

export function varsOfTerm(term: Term, options: VarOptions = {}, into: Set<string> = new Set()): Set<string> {
  const { value } = term
  switch (value.kind) {
    case 'scalar':
      return into
    case 'var':
      into.add(value.name)
      return into
    case 'ref':
    case 'call':
      for (const [index, item] of value.terms.entries()) {
        if (index > 0 || (options.skipRefHead !== true && (value.kind === 'ref' || options.skipCallHead !== true))) varsOfTerm(item, options, into)
        else if (value.kind === 'call') varsBehindName(item, options, into)
      }
      return into
    case 'array':
    case 'set':
      if (value.levels === 0 && (value.kind === 'array' || options.skipSets !== true)) for (const item of value.items) varsOfTerm(item, options, into)
      return into
    case 'object':
      for (const [key, item] of value.levels > 0 ? [] : value.entries) {
        if (options.skipObjectKeys !== true) varsOfTerm(key, options, into)
        varsOfTerm(item, options, into)
      }
      return into
    case 'objectcomprehension':
    case 'arraycomprehension':
    case 'setcomprehension':
      if (options.skipClosures === true) return into
      if (value.key !== undefined) varsOfTerm(value.key, options, into)
      varsOfTerm(value.term, options, into)
      varsOfBody(value.body, options, into)
      return into
    case 'templatestring':
      if (options.skipClosures === true) return into
      for (const part of value.parts) {
        if ('form' in part) varsOfExpr(part, options, into)
        else varsOfTerm(part, options, into)
      }
      return into
  }
}

export function varsOfExpr(expr: Expr, options: VarOptions = {}, into: Set<string> = new Set()): Set<string> {
  if (expr.every !== undefined) {
    const { key, value, domain, body } = expr.every
    if (options.skipClosures === true) varsOfTerm(domain, options, into)
    else {
      if (key !== undefined) varsOfTerm(key, options, into)
      varsOfTerm(value, options, into)
      varsOfTerm(domain, options, into)
      varsOfBody(body, options, into)
    }
  }
  for (const [index, term] of expr.terms.entries()) {
    if (expr.form === 'call' && index === 0 && options.skipCallHead === true) varsBehindName(term, options, into)
    else varsOfTerm(term, options, into)
  }
  for (const { target, value } of expr.withs) {
    varsOfWith(target, options, into)
    varsOfWith(value, options, into)
  }
  return into
}

/** What stands in brackets behind the name of a function. */
function varsBehindName({ value }: Term, options: VarOptions, into: Set<string>): void {
  if (value.kind === 'ref') for (const part of value.terms.slice(1)) varsOfTerm(part, options, into)
}

/** What `every` calls a member and its key. */
export function varsOfMember({ key, value }: Every, into: Set<string>): void {
  if (key !== undefined) varsOfTerm(key, {}, into)
  varsOfTerm(value, {}, into)
}

/** A target or value of `with`: where call heads are skipped, it may be the name of a function too. */
export function varsOfWith(term: Term, options: VarOptions, into: Set<string>): void {
  if (options.skipCallHead === true && term.value.kind === 'ref') varsBehindName(term, options, into)
  else varsOfTerm(term, options, into)
}

export function varsOfBody(body: Body, options: VarOptions = {}, into: Set<string> = new Set()): Set<string> {
  for (const expr of body) varsOfExpr(expr, options, into)
  return into
}

/** The closures of an expression that are not inside others: comprehensions and the bodies of `every`. */
export function closuresOf(expr: Expr, visit: (body: Body, term: Term | undefined, every: Expr | undefined) => void): void {
  const inTerm = (term: Term): boolean => {
    const { value } = term
    if (value.kind === 'arraycomprehension' || value.kind === 'setcomprehension' || value.kind === 'objectcomprehension') {
      visit(value.body, term, undefined)
      return true
    }
    return false
  }
  if (expr.every !== undefined) {
    visit(expr.every.body, undefined, expr)
    return
  }
  for (const term of expr.terms) walkTerm(term, { term: inTerm })
  for (const { target, value } of expr.withs) {
    walkTerm(target, { term: inTerm })
    walkTerm(value, { term: inTerm })
  }
}
