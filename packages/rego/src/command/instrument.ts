import { defaultCompileLimits } from '../limits.ts'
import type { Body, Expr, Module, Rule } from '../syntax/ast.ts'
import { parseModule } from '../syntax/module.ts'
import { closuresOf } from '../syntax/walk.ts'

/** The name of the built-in that takes note of a line. No policy can call it by accident. */
export const coverName = 'internal.rego_command_cover'

export interface Instrumented {
  readonly source: string
  /** Rows of rules and of the lines in their bodies. */
  readonly rows: ReadonlySet<number>
}

interface Insertion {
  readonly at: number
  readonly text: string
}

/**
 * A module that says which of its lines were reached: a literal when it is about to be evaluated, a rule when its body
 * has succeeded. Undefined where the module does not parse.
 */
export function instrument(source: string, file: number, version: 'v0' | 'v1'): Instrumented | undefined {
  const { module } = parseModule(source, { file: '', version, templateStrings: version === 'v1', maxDepth: defaultCompileLimits.depth })
  if (module === undefined) return undefined
  const insertions: Insertion[] = []
  const rows = new Set<number>()
  const call = (row: number): string => {
    rows.add(row)
    return `${coverName}(${file}, ${row})`
  }
  for (const first of module.rules) {
    for (let rule: Rule | undefined = first; rule !== undefined; rule = rule.else) if (!rule.isDefault) coverRule(module, rule, call, insertions)
  }
  return { source: insert(source, insertions), rows }
}

function coverRule(module: Module, rule: Rule, call: (row: number) => string, insertions: Insertion[]): void {
  if (rule.generatedBody) {
    insertions.push({ at: rule.loc.end, text: ` ${module.dialect === 'v0' ? '' : 'if '}{ ${call(rule.loc.row)} }` })
    return
  }
  coverBody(module.source, rule.body, call, insertions, call(rule.loc.row))
}

function coverBody(source: string, body: Body, call: (row: number) => string, insertions: Insertion[], after?: string): void {
  const bare = body.length === 1 && /\bif\s*$/.test(source.slice(0, body[0]?.loc.offset ?? 0))
  for (const [i, expr] of body.entries()) {
    insertions.push({ at: expr.loc.offset, text: `${bare ? '{ ' : ''}${call(expr.loc.row)}; ` })
    closuresOf(expr, (inner) => coverBody(source, inner, call, insertions))
    if (i === body.length - 1) {
      const end = endOf(expr)
      if (after !== undefined) insertions.push({ at: end, text: `; ${after}` })
      if (bare) insertions.push({ at: end, text: ' }' })
    }
  }
}

function endOf({ loc }: Expr): number {
  return loc.end
}

function insert(source: string, insertions: readonly Insertion[]): string {
  let out = ''
  let at = 0
  for (const insertion of insertions.map((item, order) => ({ ...item, order })).sort((a, b) => a.at - b.at || a.order - b.order)) {
    out += source.slice(at, insertion.at) + insertion.text
    at = insertion.at
  }
  return out + source.slice(at)
}
