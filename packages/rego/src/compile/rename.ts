import { isGenerated, isWildcard, type Term } from '../syntax/ast.ts'
import { mapExpr, mapParts, type Mapping } from '../syntax/copy.ts'

/** The term with some variables renamed; closures in it were renamed on their own. */
export function renameVars(term: Term, names: ReadonlyMap<string, string>): Term {
  const mapping: Mapping = {
    term: (part) => {
      const { value, loc } = part
      if (value.kind !== 'var') return value.kind === 'scalar' ? part : { loc, value: mapParts(value, mapping) }
      const name = names.get(value.name)
      return name === undefined ? part : { loc, value: { kind: 'var', name } }
    },
    expr: (expr) => mapExpr(expr, mapping),
  }
  return mapping.term(term)
}

/** What a variable is called in the source; undefined where it has no name there. */
export function sourceName(name: string, rewritten: ReadonlyMap<string, string>): string | undefined {
  const shown = rewritten.get(name) ?? name
  return isGenerated(shown) || isWildcard(shown) ? undefined : shown
}
