import {
  callExpr,
  callTerm,
  isComprehension,
  isConstant,
  isEquality,
  isGround,
  isRef,
  isScalar,
  isVar,
  listNode,
  operatorName,
  operatorTerm,
  scalar,
  termExpr,
  variable,
  type Body,
  type Expr,
  type Module,
  type Rule,
  type Term,
} from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import { printTerm } from '../syntax/print.ts'
import { walkBody, walkRule, walkTerm, type Visitor } from '../syntax/walk.ts'
import { generatedEquality, type NameSource } from './names.ts'
import { sameTerm } from './outputs.ts'

/** Every rule with its else branches. */
export function eachRule(modules: readonly Module[], visit: (rule: Rule) => void): void {
  for (const module of modules) {
    for (const first of module.rules) for (const rule of branchesOf(first)) visit(rule)
  }
}

/** `p.q[a.b] …` becomes `p.q[x] … x = a.b`: a rule's path then holds scalars and variables only. */
export function rewriteHeadRefs(rule: Rule, names: NameSource): void {
  const { head } = rule
  for (const [index, term] of head.ref.entries()) {
    if (index === 0 || isVar(term) || isScalar(term)) continue
    const equality = generatedEquality(names, term)
    const [, name] = equality.terms
    if (index === head.ref.length - 1 && head.key !== undefined && sameTerm(head.key, term)) head.key = name
    head.ref[index] = name
    rule.body.push(equality)
  }
}

// print

/** Takes `print` calls out of all bodies, as engines without print support do. */
export function erasePrints(rule: Rule): void {
  rule.body = withoutPrints(rule.body)
  walkRule(rule, printEraser)
}

export function erasePrintsInBody(body: Body): Body {
  const result = withoutPrints(body)
  walkBody(result, printEraser)
  return result
}

const printEraser: Visitor = {
  term: ({ value }) => {
    if (isComprehension(value)) value.body = withoutPrints(value.body)
  },
  expr: ({ every }) => {
    if (every !== undefined) every.body = withoutPrints(every.body)
  },
}

function withoutPrints(body: Body): Body {
  const first = body[0]
  if (first === undefined || !body.some((expr) => operatorName(expr) === 'print')) return body
  const kept = body.filter((expr) => operatorName(expr) !== 'print')
  return kept.length > 0 ? kept : [termExpr(scalar(true, first.loc), first.loc)]
}

// Calls inside terms

/** Moves calls that stand inside terms in front of the expression, each into a variable of its own. */
export function expandCallsInRule(rule: Rule, names: NameSource): void {
  const { head } = rule
  const expand = (term: Term): Term => expandTerm(term, names, rule.body)
  head.args = head.args?.map(expand)
  if (head.key !== undefined) head.key = expand(head.key)
  if (head.value !== undefined) head.value = expand(head.value)
  rule.body = expandCallsInBody(rule.body, names)
}

export function expandCallsInBody(body: Body, names: NameSource): Body {
  return body.flatMap((expr) => expandExpr(expr, names))
}

function expandExpr(expr: Expr, names: NameSource): Expr[] {
  const result: Expr[] = []
  for (const item of expr.withs) item.value = expandTerm(item.value, names, result)
  const { every } = expr
  if (every !== undefined) {
    const equality = generatedEquality(names, every.domain)
    equality.withs = expr.withs
    const [, name] = equality.terms
    every.domain = name
    result.push(...expandExpr(equality, names))
    every.body = expandCallsInBody(every.body, names)
    result.push(expr)
    return result
  }
  for (const [index, term] of expr.terms.entries()) {
    if (index === 0 && expr.form === 'call') continue
    const before = result.length
    expr.terms[index] = expandTerm(term, names, result)
    if (expr.withs.length > 0) for (const extra of result.slice(before)) extra.withs = expr.withs
  }
  result.push(expr)
  return result
}

/** Takes the calls out of a term: what binds their values goes to `support`, innermost first. */
function expandTerm(term: Term, names: NameSource, support: Expr[]): Term {
  const { value } = term
  if (isConstant(term)) return term
  switch (value.kind) {
    default:
      return term
    case 'call': {
      for (const [index, item] of value.terms.entries()) if (index > 0) value.terms[index] = expandTerm(item, names, support)
      const output = names.next(term.loc)
      const expr = callExpr([...value.terms, output], term.loc)
      expr.generated = true
      support.push(expr)
      return output
    }
    case 'ref': {
      for (const [index, item] of value.terms.entries()) value.terms[index] = expandTerm(item, names, support)
      const head = value.terms[0]
      if (head !== undefined && !isVar(head) && !isScalar(head) && !isRef(head)) {
        // `[1, 2, 3][i]` becomes `x = [1, 2, 3]; x[i]`.
        const equality = generatedEquality(names, head)
        const [, name] = equality.terms
        support.push(equality)
        value.terms[0] = name
      }
      return term
    }
    case 'array':
    case 'set':
      for (const [index, item] of value.items.entries()) value.items[index] = expandTerm(item, names, support)
      return term
    case 'object':
      for (const entry of value.entries) {
        entry[0] = expandTerm(entry[0], names, support)
        entry[1] = expandTerm(entry[1], names, support)
      }
      return term
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      if (value.key !== undefined) value.key = expandTerm(value.key, names, value.body)
      value.term = expandTerm(value.term, names, value.body)
      value.body = expandCallsInBody(value.body, names)
      return term
  }
}

// Comprehensions and heads

/** True for terms that are not simply there: references and comprehensions, at any depth. */
export function requiresEval(term: Term | undefined): boolean {
  if (term === undefined) return false
  let found = false
  walkTerm(term, {
    term: (node) => {
      if (node.value.kind === 'ref' || isComprehension(node.value)) found = true
      return found
    },
  })
  return found
}

/** The head of a comprehension becomes a variable that its body binds last. */
export function rewriteComprehensions(walk: (visitor: { readonly term: (term: Term) => void }) => void, names: NameSource): void {
  walk({
    term: ({ value }) => {
      if (!isComprehension(value)) return
      const move = (term: Term): Term => {
        if (!requiresEval(term)) return term
        const equality = generatedEquality(names, term)
        value.body.push(equality)
        return equality.terms[1]
      }
      if (value.key !== undefined) value.key = move(value.key)
      value.term = move(value.term)
    },
  })
}

/** The same for the key, the value and the arguments of a rule. */
export function rewriteHead(rule: Rule, names: NameSource): void {
  const { head } = rule
  const move = (term: Term): Term => {
    if (!requiresEval(term)) return term
    const equality = generatedEquality(names, term)
    rule.body.push(equality)
    return equality.terms[1]
  }
  if (head.key !== undefined) head.key = move(head.key)
  if (head.value !== undefined) head.value = move(head.value)
  head.args = head.args?.map(move)
}

/** `a == b` as a statement is `a = b`, once safety no longer tells them apart. */
export function rewriteEquals(rule: Rule): void {
  walkRule(rule, {
    expr: (expr) => {
      const operator = expr.terms[0]
      if (expr.terms.length === 3 && operator !== undefined && operatorName(expr) === 'equal') expr.terms[0] = operatorTerm('eq', operator.loc)
    },
  })
}

// References and comprehensions inside terms

/**
 * Binds references and comprehensions that stand inside other terms to variables, in front of the expression: also in
 * front of a negated one, which then does not see them undefined.
 */
export function rewriteDynamics(body: Body, names: NameSource): Body {
  const result: Body = []
  for (const expr of body) {
    const { every } = expr
    if (every !== undefined) {
      every.domain = dynamicTerm(every.domain, expr, names, result)
      every.body = rewriteDynamics(every.body, names)
    } else if (expr.form === 'term' || isEquality(expr)) {
      for (const [index, term] of expr.terms.entries()) {
        if (index > 0 || expr.form === 'term') expr.terms[index] = dynamicOperand(term, expr, names, result)
      }
    } else {
      for (const [index, term] of expr.terms.entries()) if (index > 0) expr.terms[index] = dynamicTerm(term, expr, names, result)
    }
    result.push(expr)
  }
  return result
}

/** An operand of an equation stays where it is; only what is inside moves. */
function dynamicOperand(term: Term, expr: Expr, names: NameSource, result: Body): Term {
  const { value } = term
  if (value.kind === 'ref') {
    value.terms = value.terms.map((item, index) => (index === 0 ? item : dynamicTerm(item, expr, names, result)))
    return term
  }
  if (isComprehension(value)) {
    value.body = rewriteDynamics(value.body, names)
    return term
  }
  return dynamicTerm(term, expr, names, result)
}

function dynamicTerm(term: Term, expr: Expr, names: NameSource, result: Body): Term {
  const { value } = term
  const bind = (): Term => {
    const equality = generatedEquality(names, term)
    equality.withs = expr.withs
    result.push(equality)
    return equality.terms[1]
  }
  const inner = (item: Term): Term => dynamicTerm(item, expr, names, result)
  if (isConstant(term)) return term
  switch (value.kind) {
    case 'ref':
      value.terms = value.terms.map((item, index) => (index === 0 ? item : inner(item)))
      return bind()
    case 'array':
    case 'set':
      // OPA's parser has put equal members together: each is looked up once, and counts once for the index.
      if (value.kind === 'set') value.items = [...new Map(value.items.map((item) => [isGround(item) ? printTerm(item) : item, item])).values()]
      value.items = value.items.map(inner)
      return term
    case 'object':
      value.entries = value.entries.map(([key, item]): [Term, Term] => [inner(key), inner(item)])
      return term
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      value.body = rewriteDynamics(value.body, names)
      return bind()
    default:
      return term
  }
}

// Template strings

/** `$"a{x}"` becomes `internal.template_string(["a", {y | y = x}])`: an undefined part is an empty set. */
export function templateCall(parts: readonly (Term | Expr)[], term: Term, names: NameSource): Term['value'] {
  const { loc } = term
  const items = parts.map((part): Term => {
    if (!('form' in part)) return part
    const only = part.terms[0]
    // A call in a template has no place of its own in OPA's messages.
    const inner = part.form === 'call' ? callTerm(part.terms, { ...part.loc, row: 0, col: 0 }) : (only ?? scalar(null, part.loc))
    const name = names.next(part.loc)
    const capture = callExpr([operatorTerm('eq', part.loc), name, inner], part.loc)
    capture.withs = part.withs
    const head = isVar(name) ? variable(name.value.name, part.loc) : name
    return { loc: part.loc, value: { kind: 'setcomprehension', key: undefined, term: head, body: [capture] } }
  })
  return { kind: 'call', terms: [operatorTerm('internal.template_string', loc), { loc, value: listNode('array', items.length === 0 ? [scalar('', loc)] : items) }] }
}

export function isDataRef(term: Term): boolean {
  return isRef(term) && rootName(term) === 'data'
}

export function isInputRef(term: Term): boolean {
  return isRef(term) && rootName(term) === 'input'
}

function rootName(term: Term & { value: { kind: 'ref'; terms: Term[] } }): string | undefined {
  const head = term.value.terms[0]
  return isVar(head) ? head.value.name : undefined
}
