import { dottedName, isRef, isVar, type Body, type Expr, type Module, type Rule, type Term } from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import { diagnostic, type Diagnostic } from '../syntax/diagnostic.ts'
import { printTerm } from '../syntax/print.ts'
import { walkRule } from '../syntax/walk.ts'
import { isComprehension } from '../syntax/ast.ts'
import type { BuiltinTable } from './builtin-table.ts'
import { generatedEquality, type NameSource } from './names.ts'
import { isDataRef, isInputRef, requiresEval } from './rewrite.ts'
import type { Sink } from './sink.ts'
import { childOf, nodeAt, type TreeNode } from './tree.ts'

interface Context {
  readonly tree: TreeNode
  readonly builtins: BuiltinTable
  readonly names: NameSource
}

/** Checks what `with` replaces, and takes values that need evaluation out of it. */
export function rewriteWiths(modules: readonly Module[], context: Context, sink: Sink): void {
  for (const module of modules) {
    for (const first of module.rules) {
      for (const rule of branchesOf(first)) {
        // Inner bodies first, as OPA's transformer goes.
        walkRule(rule, {
          term: ({ value }) => {
            if (isComprehension(value)) value.body = inBody(value.body, context, sink)
          },
          expr: ({ every }) => {
            if (every !== undefined) every.body = inBody(every.body, context, sink)
          },
        })
        rule.body = inBody(rule.body, context, sink)
      }
    }
  }
}

export function rewriteWithsInBody(body: Body, context: Context, sink: Sink): Body {
  return inBody(body, context, sink)
}

function inBody(body: Body, context: Context, sink: Sink): Body {
  if (!body.some((expr) => expr.withs.length > 0)) return body
  const result: Body = []
  for (const expr of body) {
    const problem = inExpr(expr, context, result)
    if (problem !== undefined) {
      sink.add(problem)
      return body
    }
    result.push(expr)
  }
  return result
}

function inExpr(expr: Expr, context: Context, result: Body): Diagnostic | undefined {
  for (const item of expr.withs) {
    const outcome = validate(item.target, item.value, context)
    if (typeof outcome === 'object') return outcome
    if (!outcome) continue
    const equality = generatedEquality(context.names, item.value)
    result.push(equality)
    item.value = equality.terms[1]
  }
  return undefined
}

/** Whether the value must be evaluated first; a diagnostic where the target cannot be replaced. */
function validate(target: Term, value: Term, { tree, builtins }: Context): boolean | Diagnostic {
  if (isVar(value) && builtins.get(value.value.name) !== undefined) asRef(value)
  const unsafe = unsafeName(target, builtins)
  if (unsafe !== undefined) return unsafe
  if (isDataRef(target)) return validateData(target, value, tree, builtins)
  if (isInputRef(target)) return requiresEval(value)
  const name = dottedName(target) ?? ''
  const builtin = isRef(target) || isVar(target) ? builtins.get(name) : undefined
  if (builtin === undefined) {
    return diagnostic('rego_type_error', target.loc, 'with keyword target must reference existing input, data, or a function')
  }
  if (isVar(target)) asRef(target)
  const what = 'with keyword replacing built-in function: '
  if (name === 'eq' || name.startsWith('rego.metadata.')) return diagnostic('rego_compile_error', target.loc, `${what}replacement of "${name}" invalid`)
  if (name.startsWith('internal.')) return diagnostic('rego_compile_error', target.loc, `${what}replacement of internal function "${name}" invalid`)
  if (builtin.relation === true) return diagnostic('rego_compile_error', target.loc, `${what}target must not be a relation`)
  if (builtin.declaration.result === undefined) return diagnostic('rego_compile_error', target.loc, `${what}target must not be a void function`)
  const byFunction = isFunctionValue(value, tree, builtins)
  if (typeof byFunction === 'object') return byFunction
  return byFunction ? false : requiresEval(value)
}

function validateData(target: Term, value: Term, tree: TreeNode, builtins: BuiltinTable): boolean | Diagnostic {
  const ref = isRef(target) ? target.value.terms : []
  let node: TreeNode | undefined = tree
  for (const term of ref.slice(0, -1)) {
    node = node && childOf(node, term)
    if (node !== undefined && node.rules.length > 0) return diagnostic('rego_compile_error', target.loc, 'with keyword cannot partially replace virtual document(s)')
  }
  if (nodeAt(tree, ref)?.rules.some(isFunction) === true) {
    const byFunction = isFunctionValue(value, tree, builtins)
    if (typeof byFunction === 'object') return byFunction
    if (byFunction) return false
  }
  const valueNode = isRef(value) ? nodeAt(tree, value.value.terms) : undefined
  if (valueNode?.rules.some(isFunction) === true) return false
  return requiresEval(value)
}

function isFunction(rule: Rule): boolean {
  return (rule.head.args?.length ?? 0) > 0
}

function isFunctionValue(value: Term, tree: TreeNode, builtins: BuiltinTable): boolean | Diagnostic {
  if (isRef(value) && nodeAt(tree, value.value.terms) !== undefined) return true
  if (!isRef(value) && !isVar(value)) return false
  return unsafeName(value, builtins) ?? builtins.get(dottedName(value) ?? '') !== undefined
}

function unsafeName(term: Term, builtins: BuiltinTable): Diagnostic | undefined {
  if (!isRef(term) && !isVar(term)) return undefined
  const name = dottedName(term) ?? ''
  return builtins.isUnsafe(name)
    ? diagnostic('rego_compile_error', term.loc, `with keyword replacing built-in function: target must not be unsafe: "${isRef(term) ? printTerm(term) : name}"`)
    : undefined
}

function asRef(term: Term): void {
  const { loc, value } = term
  term.value = { kind: 'ref', terms: [{ loc, value }] }
}
