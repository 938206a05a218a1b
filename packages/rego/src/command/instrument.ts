import { guarded } from '../guarded.ts'
import { defaultCompileLimits } from '../limits.ts'
import type { Body, Module, Rule } from '../syntax/ast.ts'
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
  const { module } = guarded(() => parseModule(source, { file: '', version, templateStrings: version === 'v1', maxDepth: defaultCompileLimits.depth }))
  if (module === undefined) return undefined
  const cover = new Cover(module, file)
  for (const first of module.rules) {
    for (let rule: Rule | undefined = first; rule !== undefined; rule = rule.else) if (!rule.isDefault) cover.rule(rule)
  }
  return { source: cover.source(), rows: cover.rows }
}

const gap = String.raw`(?:\s|#[^\n]*\n)*`
const ifKeyword = new RegExp(`^${gap}if\\b${gap}`)

/** What is written into one module. */
class Cover {
  readonly rows: Set<number> = new Set()
  private readonly module: Module
  private readonly file: number
  private readonly insertions: Insertion[] = []

  constructor(module: Module, file: number) {
    this.module = module
    this.file = file
  }

  source(): string {
    const { source } = this.module
    let out = ''
    let at = 0
    for (const insertion of this.insertions.map((item, order) => ({ ...item, order })).sort((a, b) => a.at - b.at || a.order - b.order)) {
      out += source.slice(at, insertion.at) + insertion.text
      at = insertion.at
    }
    return out + source.slice(at)
  }

  rule(rule: Rule): void {
    if (rule.generatedBody) {
      this.write(rule.loc.end, ` ${this.module.dialect === 'v0' ? '' : 'if '}{ ${this.call(rule.loc.row)} }`)
      return
    }
    const first = rule.body[0]?.loc.offset
    const start = this.bareStart(rule)
    if (first === rule.loc.offset && start !== undefined) this.elseLiteral(rule, start)
    else this.body(rule.body, { bare: first === start, after: this.call(rule.loc.row) })
  }

  /** Where a body without braces would begin. */
  private bareStart({ head }: Rule): number | undefined {
    const keyword = ifKeyword.exec(this.module.source.slice(head.loc.end))?.[0]
    return keyword === undefined ? undefined : head.loc.end + keyword.length
  }

  /** The literal of `else := 1 if x` has, as in OPA, no place but that of the `else`: it is what stands behind the `if`. */
  private elseLiteral(rule: Rule, start: number): void {
    const { row, end } = rule.loc
    this.write(start, `{ ${this.call(row)}; `)
    // On a line of its own, as a comment may stand before it.
    this.write(rule.else?.loc.offset ?? end, `\n${this.call(row)} }\n`)
  }

  private body(body: Body, { bare, after }: { readonly bare: boolean; readonly after?: string }): void {
    for (const [i, expr] of body.entries()) {
      this.write(expr.loc.offset, `${bare ? '{ ' : ''}${this.call(expr.loc.row, expr.form !== 'some')}; `)
      closuresOf(expr, (inner) => this.body(inner, { bare: false }))
      if (i < body.length - 1) continue
      if (after !== undefined) this.write(expr.loc.end, `; ${after}`)
      if (bare) this.write(expr.loc.end, ' }')
    }
  }

  /** A line that was not reached is missed, unless it only names variables: so counts OPA. */
  private call(row: number, counts = true): string {
    if (counts) this.rows.add(row)
    return `${coverName}(${this.file}, ${row})`
  }

  private write(at: number, text: string): void {
    this.insertions.push({ at, text })
  }
}
