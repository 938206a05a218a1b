import { isComprehension, operatorName, type Body, type Expr, type Rule, type Term } from '../syntax/ast.ts'
import { safetyOptions, varsOfMember, varsOfTerm, walkRule, walkTerm } from '../syntax/walk.ts'
import type { BuiltinTable } from './builtin-table.ts'
import type { NameSource } from './names.ts'
import { outputVarsOfBody, type Arity } from './outputs.ts'
import { templateCall } from './rewrite.ts'
import type { Sink } from './sink.ts'

interface TemplateSettings {
  readonly names: NameSource
  readonly rewritten: ReadonlyMap<string, string>
  readonly arity: Arity
  readonly builtins: BuiltinTable
  readonly sink: Sink
}

/** Template strings become calls; what they name must be bound by the body. */
export function rewriteTemplates(rule: Rule, settings: TemplateSettings): void {
  if (!hasTemplates(rule)) return
  const { args = [], key, value } = rule.head
  const globals = new Set<string>(['input', 'data'])
  for (const arg of args) varsOfTerm(arg, {}, globals)
  const safe = rewriteTemplatesInBody(rule.body, globals, settings)
  for (const term of [...args, key, value]) if (term !== undefined) rewriteInTerm(term, safe, settings)
}

/** The same for a body; gives the variables that it binds. */
export function rewriteTemplatesInBody(body: Body, globals: ReadonlySet<string>, settings: TemplateSettings): ReadonlySet<string> {
  const safe = outputVarsOfBody(body, settings.arity, globals)
  for (const name of globals) safe.add(name)
  for (const expr of body) rewriteInExpr(expr, safe, settings)
  return safe
}

function rewriteInExpr({ every, terms, withs }: Expr, safe: ReadonlySet<string>, settings: TemplateSettings): void {
  if (every !== undefined) {
    rewriteInTerm(every.domain, safe, settings)
    const inner = new Set(safe)
    varsOfMember(every, inner)
    rewriteTemplatesInBody(every.body, inner, settings)
  }
  for (const term of terms) rewriteInTerm(term, safe, settings)
  for (const { value } of withs) rewriteInTerm(value, safe, settings)
}

function rewriteInTerm(term: Term, safe: ReadonlySet<string>, settings: TemplateSettings): void {
  const { builtins, names, rewritten, sink } = settings
  walkTerm(term, {
    term: (node) => {
      const { value } = node
      if (value.kind === 'templatestring') {
        for (const part of value.parts) {
          if (!('form' in part)) continue
          const builtin = builtins.get(operatorName(part) ?? '')
          if (builtin?.relation === true) {
            sink.report('rego_compile_error', undefined, `illegal call to relation built-in '${builtin.name}' that may cause multiple outputs`)
            continue
          }
          // Templates inside the expression come first.
          for (const inner of part.terms) rewriteInTerm(inner, safe, settings)
          const used = new Set<string>()
          for (const [index, inner] of part.terms.entries()) if (part.form === 'term' || index > 0) varsOfTerm(inner, safetyOptions, used)
          for (const name of [...used].sort()) {
            if (!safe.has(name)) sink.report('rego_compile_error', part.form === 'call' ? undefined : (part.terms[0]?.loc ?? part.loc), `var ${rewritten.get(name) ?? name} is undeclared`)
          }
        }
        node.value = templateCall(value.parts, node, names)
        return true
      }
      if (!isComprehension(value)) return false
      const inner = rewriteTemplatesInBody(value.body, safe, settings)
      if (value.key !== undefined) rewriteInTerm(value.key, inner, settings)
      rewriteInTerm(value.term, inner, settings)
      return true
    },
  })
}

function hasTemplates(rule: Rule): boolean {
  let found = false
  walkRule(rule, {
    term: ({ value }) => {
      found ||= value.kind === 'templatestring'
      return found
    },
  })
  return found
}
