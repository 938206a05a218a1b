import { dottedName, isAssignment, isRef, isVar, operatorName, type Expr, type Import, type Module, type Term } from '../syntax/ast.ts'
import { printTerm } from '../syntax/print.ts'
import { walkBody, walkHead, walkRule, type Visitor } from '../syntax/walk.ts'
import type { BuiltinTable } from './builtin-table.ts'
import { importName, printImport } from './resolve.ts'
import { eachRule } from './rewrite.ts'
import type { Sink } from './sink.ts'

const roots: ReadonlySet<string> = new Set(['input', 'data'])

/** `input` and `data` are no names for rules and variables, in v1 and in strict mode. */
export function checkRootOverrides(module: Module, sink: Sink): void {
  for (const rule of module.rules) {
    const first = rule.head.ref[0]
    const name = isVar(first) ? first.value.name : first !== undefined && isRef(first) ? printTerm(first) : ''
    if (roots.has(name)) sink.report('rego_compile_error', rule.loc, `rules must not shadow ${name} (use a different rule name)`)
    for (const arg of rule.head.args ?? []) {
      if (isRef(arg) && roots.has(printTerm(arg))) sink.report('rego_compile_error', arg.loc, `args must not shadow ${printTerm(arg)} (use a different variable name)`)
    }
  }
  eachRule([module], (rule) => {
    walkRule(rule, { expr: (expr) => checkAssignedRoot(expr, sink) })
  })
}

function checkAssignedRoot(expr: Expr, sink: Sink): void {
  const target = expr.terms[1]
  if (!isAssignment(expr) || target === undefined) return
  const name = printTerm(target)
  if (roots.has(name)) sink.report('rego_compile_error', expr.loc, `variables must not shadow ${name} (use a different variable name)`)
}

export function checkDuplicateImports(module: Module, sink: Sink): void {
  const seen = new Map<string, Import>()
  for (const node of module.imports) {
    const name = importName(node)
    const before = seen.get(name)
    if (before === undefined) seen.set(name, node)
    else sink.report('rego_compile_error', node.loc, `import must not shadow ${printImport(before)}`)
  }
}

/** `print(x)` has no value. */
export function checkVoidCalls(module: Module, builtins: BuiltinTable, sink: Sink): void {
  eachRule([module], (rule) => {
    walkRule(rule, { term: (term) => checkVoidTerm(term, builtins, sink) })
  })
}

function checkVoidTerm(term: Term, builtins: BuiltinTable, sink: Sink): void {
  if (term.value.kind !== 'call') return
  const operator = term.value.terms[0]
  const builtin = operator === undefined ? undefined : builtins.get(dottedName(operator) ?? '')
  if (builtin !== undefined && builtin.declaration.result === undefined) sink.report('rego_type_error', term.loc, `${printTerm(term)} used as value`)
}

/** Reports calls of what the capabilities know and refuse. */
export function unsafeCalls(builtins: BuiltinTable, sink: Sink): Visitor {
  return {
    expr: (expr) => {
      const name = operatorName(expr)
      if (name !== undefined && builtins.isUnsafe(name)) sink.report('rego_type_error', expr.loc, `unsafe built-in function calls in expression: ${name}`)
    },
  }
}

export function checkUnsafeBuiltins(module: Module, builtins: BuiltinTable, sink: Sink): void {
  eachRule([module], (rule) => walkRule(rule, unsafeCalls(builtins, sink)))
}

export function checkDeprecated(module: Module, builtins: BuiltinTable, sink: Sink): void {
  const visitor: Visitor = {
    expr: (expr) => {
      const name = operatorName(expr)
      if (name !== undefined && builtins.get(name)?.deprecated === true) sink.report('rego_type_error', expr.loc, `deprecated built-in function calls in expression: ${name}`)
    },
  }
  eachRule([module], (rule) => {
    walkBody(rule.body, visitor)
    walkHead(rule, visitor)
  })
}
