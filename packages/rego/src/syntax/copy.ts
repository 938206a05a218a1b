import type { Expr, Loc, Term } from './ast.ts'

/** A copy that shares nothing; with `loc`, every part stands there. */
export function copyTerm(term: Term, loc?: Loc): Term {
  const at = loc ?? term.loc
  const { value } = term
  switch (value.kind) {
    case 'scalar':
    case 'var':
      return { loc: at, value }
    case 'ref':
    case 'call':
      return { loc: at, value: { kind: value.kind, terms: value.terms.map((item) => copyTerm(item, loc)) } }
    case 'array':
    case 'set':
      return { loc: at, value: { kind: value.kind, items: value.items.map((item) => copyTerm(item, loc)) } }
    case 'object':
      return { loc: at, value: { kind: 'object', entries: value.entries.map(([key, item]) => [copyTerm(key, loc), copyTerm(item, loc)]) } }
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      return {
        loc: at,
        value: { kind: value.kind, key: value.key === undefined ? undefined : copyTerm(value.key, loc), term: copyTerm(value.term, loc), body: value.body.map((expr) => copyExpr(expr, loc)) },
      }
    case 'templatestring':
      return { loc: at, value: { kind: 'templatestring', parts: value.parts.map((part) => ('form' in part ? copyExpr(part, loc) : copyTerm(part, loc))) } }
  }
}

export function copyExpr(expr: Expr, loc?: Loc): Expr {
  const at = loc ?? expr.loc
  const copy: Expr = {
    ...expr,
    loc: at,
    terms: expr.terms.map((term) => copyTerm(term, loc)),
    withs: expr.withs.map((item) => ({ loc: loc ?? item.loc, target: copyTerm(item.target, loc), value: copyTerm(item.value, loc) })),
  }
  if (expr.every !== undefined) {
    const { every } = expr
    copy.every = {
      loc: loc ?? every.loc,
      key: every.key === undefined ? undefined : copyTerm(every.key, loc),
      value: copyTerm(every.value, loc),
      domain: copyTerm(every.domain, loc),
      body: every.body.map((item) => copyExpr(item, loc)),
    }
  }
  return copy
}
