import { variable, type Loc, type Module, type Term } from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import { callExpr, operatorTerm, type Expr } from '../syntax/ast.ts'
import { varsOfTerm, walkRule } from '../syntax/walk.ts'

/** Makes variables that no source uses. */
export interface NameSource {
  readonly next: (loc: Loc) => Term
}

export function nameSource(modules: readonly Module[], prefix = '__local'): NameSource {
  const used = new Set<string>()
  const note = (term: Term): void => {
    varsOfTerm(term, {}, used)
  }
  for (const module of modules) {
    if (!module.source.includes(prefix)) continue
    for (const first of module.rules) {
      for (const rule of branchesOf(first)) {
        rule.head.ref.forEach(note)
        walkRule(rule, { term: note })
      }
    }
  }
  let count = 0
  return {
    next: (loc) => {
      for (;;) {
        const name = `${prefix}${count++}__`
        if (!used.has(name)) return variable(name, loc)
      }
    },
  }
}

/** `__localN__ = term`, as the compiler puts it into bodies. */
export function generatedEquality(names: NameSource, term: Term): Expr & { terms: [Term, Term, Term] } {
  const { loc } = term
  const expr = callExpr([operatorTerm('eq', loc), names.next(loc), term], loc)
  expr.generated = true
  return expr as Expr & { terms: [Term, Term, Term] }
}
