import type { Expr, Loc, Term, TermValue } from './ast.ts'

/** Makes terms and expressions of those that a term holds. */
export interface Mapping {
  readonly term: (term: Term) => Term
  readonly expr: (expr: Expr) => Expr
}

/** What a term holds, with other parts; a constant as it is. */
export function mapParts(value: TermValue, mapping: Mapping): TermValue {
  switch (value.kind) {
    default:
      return value
    case 'ref':
    case 'call':
      return { kind: value.kind, terms: value.terms.map(mapping.term) }
    case 'array':
    case 'set':
      return value.levels > 0 ? value : { kind: value.kind, items: value.items.map(mapping.term), levels: 0 }
    case 'object':
      return value.levels > 0 ? value : { kind: 'object', entries: mapEntries(value.entries, mapping.term), levels: 0 }
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      return { kind: value.kind, key: value.key === undefined ? undefined : mapping.term(value.key), term: mapping.term(value.term), body: value.body.map(mapping.expr) }
    case 'templatestring':
      return { kind: 'templatestring', parts: value.parts.map((part) => ('form' in part ? mapping.expr(part) : mapping.term(part))) }
  }
}

/** A loop rather than `map`, which takes more of the stack: objects may be nested for long. */
function mapEntries(entries: readonly [Term, Term][], term: Mapping['term']): [Term, Term][] {
  const result: [Term, Term][] = []
  for (const entry of entries) result.push([term(entry[0]), term(entry[1])])
  return result
}

/** An expression with other parts; with `loc`, it and what belongs to it stands there. */
export function mapExpr(expr: Expr, mapping: Mapping, loc?: Loc): Expr {
  const { term } = mapping
  const { every } = expr
  const at = loc === undefined ? {} : { loc }
  return {
    ...expr,
    ...at,
    terms: expr.terms.map(term),
    withs: expr.withs.map((item) => ({ ...item, ...at, target: term(item.target), value: term(item.value) })),
    ...(every === undefined
      ? {}
      : { every: { ...every, ...at, key: every.key === undefined ? undefined : term(every.key), value: term(every.value), domain: term(every.domain), body: every.body.map(mapping.expr) } }),
  }
}

/** A copy that shares nothing but constants; with `loc`, every part stands there. */
export function copyTerm(term: Term, loc?: Loc): Term {
  return copying(loc).term(term)
}

export function copyExpr(expr: Expr, loc?: Loc): Expr {
  return copying(loc).expr(expr)
}

function copying(loc: Loc | undefined): Mapping {
  const mapping: Mapping = {
    term: (term) => ({ loc: loc ?? term.loc, value: mapParts(term.value, mapping) }),
    expr: (expr) => mapExpr(expr, mapping, loc),
  }
  return mapping
}
