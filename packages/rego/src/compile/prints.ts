import { callExpr, isComprehension, isGenerated, listNode, operatorName, operatorTerm, type Body, type Expr, type Rule, type Term } from '../syntax/ast.ts'
import { safetyOptions, varsOfBody, varsOfMember, varsOfTerm, walkExpr, walkHead, type Visitor } from '../syntax/walk.ts'
import type { NameSource } from './names.ts'
import { outputVarsOfBody, type Arity } from './outputs.ts'
import type { Sink } from './sink.ts'

/** Wraps the operands of `print` so that an undefined one does not end the body: each becomes the set of its values. */
export function rewritePrints(rule: Rule, names: NameSource, arity: Arity, rewritten: ReadonlyMap<string, string>, sink: Sink): void {
  const globals = new Set<string>(['input', 'data'])
  for (const arg of rule.head.args ?? []) varsOfTerm(arg, {}, globals)
  const rewriter = new PrintRewriter(names, arity, rewritten, sink)
  walkHead(rule, rewriter.closures(globals))
  rule.body = rewriter.body(rule.body, globals)
}

export function rewritePrintsInBody(body: Body, globals: ReadonlySet<string>, names: NameSource, arity: Arity, rewritten: ReadonlyMap<string, string>, sink: Sink): Body {
  return new PrintRewriter(names, arity, rewritten, sink).body(body, globals)
}

class PrintRewriter {
  private readonly names: NameSource
  private readonly arity: Arity
  private readonly rewritten: ReadonlyMap<string, string>
  private readonly sink: Sink

  constructor(names: NameSource, arity: Arity, rewritten: ReadonlyMap<string, string>, sink: Sink) {
    this.names = names
    this.arity = arity
    this.rewritten = rewritten
    this.sink = sink
  }

  closures(safe: ReadonlySet<string>): Visitor {
    return {
      term: ({ value }) => {
        if (!isComprehension(value)) return false
        value.body = this.body(value.body, safe)
        return true
      },
      expr: ({ every }) => {
        if (every === undefined) return false
        const inner = new Set(safe)
        varsOfMember(every, inner)
        every.body = this.body(every.body, inner)
        return false
      },
    }
  }

  body(body: Body, globals: ReadonlySet<string>): Body {
    const safeBefore = (index: number): Set<string> => {
      const before = body.slice(0, index)
      const safe = outputVarsOfBody(before, this.arity, globals)
      for (const name of globals) safe.add(name)
      for (const name of varsOfBody(before)) if (isGenerated(name) && !this.rewritten.has(name)) safe.add(name)
      return safe
    }
    for (const [index, expr] of body.entries()) {
      let found = false
      walkExpr(expr, {
        term: (term) => {
          if (isComprehension(term.value)) found = true
          return found
        },
      })
      if (found || expr.every !== undefined) walkExpr(expr, this.closures(safeBefore(index)))
    }
    return body.map((expr, index) => (operatorName(expr) === 'print' ? this.print(expr, safeBefore(index)) : expr))
  }

  private print(expr: Expr, safe: ReadonlySet<string>): Expr {
    const items = expr.terms.slice(1).map((operand): Term => {
      for (const name of [...varsOfTerm(operand, safetyOptions)].sort()) {
        if (!safe.has(name)) this.sink.report('rego_compile_error', operand.loc, `var ${this.rewritten.get(name) ?? name} is undeclared`)
      }
      const { loc } = operand
      const name = this.names.next(loc)
      return { loc, value: { kind: 'setcomprehension', key: undefined, term: { ...name }, body: [callExpr([operatorTerm('eq', loc), name, operand], loc)] } }
    })
    return { ...expr, withs: [], terms: [operatorTerm('internal.print', expr.loc), { loc: expr.loc, value: listNode('array', items) }] }
  }
}
