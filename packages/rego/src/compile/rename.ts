import type { Expr, Term } from '../syntax/ast.ts'

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
