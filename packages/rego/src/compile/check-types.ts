import { isComprehension, isConstant, isEquality, isVar, ruleKind, type Body, type Comprehension, type Expr, type Loc, type Rule, type Term } from '../syntax/ast.ts'
import { diagnostic, type Diagnostic } from '../syntax/diagnostic.ts'
import { printTerm } from '../syntax/print.ts'
import { walkExpr, walkTerm } from '../syntax/walk.ts'
import { anyType, functionType, type FunctionType, type Type } from '../types/type.ts'
import { isNil, printArgs, printType, unifies, unknownType, type Known } from '../types/operations.ts'
import type { BuiltinTable } from './builtin-table.ts'
import { RefChecker } from './check-refs.ts'
import { compareLocs } from './safety.ts'
import { TypeEnv } from './type-env.ts'
import { unify1, unify2 } from './unify-types.ts'

interface Checked {
  readonly env: TypeEnv
  readonly errors: readonly Diagnostic[]
}

/** An error, and whether it may only follow from another one that is reported already. */
interface Finding {
  readonly error: Diagnostic
  readonly causedByUnknown: boolean
}

const equality = functionType([anyType, anyType], undefined)

/** The environment that holds nothing but the built-ins. */
export function builtinEnv(builtins: BuiltinTable, rewritten: ReadonlyMap<string, string>): TypeEnv {
  return new Checker(rewritten).base(builtins)
}

/** Checks rules in the order of their dependencies. The environment that comes back knows the type of each. */
export function checkRuleTypes(rules: readonly Rule[], builtins: BuiltinTable, rewritten: ReadonlyMap<string, string>): Checked {
  const checker = new Checker(rewritten)
  const env = checker.base(builtins).wrap()
  const errors: Diagnostic[] = []
  for (const rule of rules) checker.rule(env, rule, errors)
  errors.sort(byPlace)
  return { env, errors }
}

export function checkBodyTypes(body: Body, env: TypeEnv, rewritten: ReadonlyMap<string, string>): readonly Diagnostic[] {
  return new Checker(rewritten).body(env, body).errors
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.location === undefined || b.location === undefined) return 0
  return compareLocs(a.location, b.location) || (a.message < b.message ? -1 : a.message > b.message ? 1 : 0)
}

class Checker {
  private readonly refs: RefChecker
  private readonly known: WeakMap<Comprehension, Checked> = new WeakMap()

  constructor(rewritten: ReadonlyMap<string, string>) {
    this.refs = new RefChecker(rewritten)
  }

  base(builtins: BuiltinTable): TypeEnv {
    const env = new TypeEnv((node, at) => this.comprehensionType(node, at))
    for (const { name, declaration } of builtins.all()) env.declare(name, declaration)
    return env
  }

  private comprehension(node: Comprehension, env: TypeEnv): Checked {
    const known = this.known.get(node)
    if (known !== undefined) return known
    const checked = this.body(env, node.body)
    this.known.set(node, checked)
    return checked
  }

  private comprehensionType(node: Comprehension, env: TypeEnv): Known {
    const { env: inner, errors } = this.comprehension(node, env)
    if (errors.length > 0) return undefined
    const of = inner.get(node.term) ?? unknownType
    if (node.kind === 'arraycomprehension') return { kind: 'array', elements: [], dynamic: of }
    if (node.kind === 'setcomprehension') return { kind: 'set', of }
    const key = node.key === undefined ? unknownType : (inner.get(node.key) ?? unknownType)
    return { kind: 'object', properties: [], dynamic: { key, value: of } }
  }

  // Rules

  rule(env: TypeEnv, rule: Rule, errors: Diagnostic[]): void {
    const checked = this.body(env.wrap(), rule.body)
    errors.push(...checked.errors)
    if (checked.errors.length > 0) {
      // What refers to a wrong rule is not wrong for that.
      env.putPath(rule.path, anyType)
      return
    }
    const type = this.ruleType(rule, checked.env)
    if (type !== undefined) env.insert(type.path, type.type)
  }

  private ruleType(rule: Rule, env: TypeEnv): { readonly path: readonly Term[]; readonly type: Type } | undefined {
    const { head, path } = rule
    const valueType = (): Known => (head.value === undefined ? undefined : env.get(head.value))
    if (head.args !== undefined && head.args.length > 0) {
      for (const arg of head.args) {
        walkTerm(arg, {
          term: (term) => {
            if (isVar(term) && env.variable(term.value.name) === undefined) env.put(term, anyType)
          },
        })
      }
      return { path, type: functionType(head.args.map((arg) => env.get(arg) ?? unknownType), valueType()) }
    }
    if (ruleKind(head) === 'multi') {
      const key = head.key === undefined ? undefined : env.get(head.key)
      return key === undefined ? undefined : { path, type: { kind: 'set', of: key } }
    }
    const value = valueType()
    if (value === undefined) return undefined
    const ground = groundPart(path)
    if (ground.length === path.length) return { path, type: value }
    let type: Type = value
    for (const term of path.slice(ground.length).reverse()) {
      const key = env.get(term)
      if (key === undefined) return undefined
      type = { kind: 'object', properties: [], dynamic: { key, value: type } }
    }
    return { path: ground, type }
  }

  // Bodies

  body(outer: TypeEnv, body: Body): Checked {
    const env = outer.wrap()
    const errors: Diagnostic[] = []
    for (const expr of body) {
      const inClosures = this.closures(env, expr)
      errors.push(...inClosures)
      const inRefs = this.refs.check(env, expr)
      errors.push(...inRefs)
      const found = this.expr(env, expr)
      if (found === undefined) continue
      if ((inClosures.length > 0 || inRefs.length > 0) && found.causedByUnknown) continue
      errors.push(found.error)
    }
    return { env, errors }
  }

  private closures(env: TypeEnv, expr: Expr): readonly Diagnostic[] {
    let result: readonly Diagnostic[] = []
    walkExpr(expr, {
      term: ({ value }) => {
        if (!isComprehension(value)) return false
        const { errors } = this.comprehension(value, env)
        if (errors.length === 0) return false
        result = errors
        return true
      },
    })
    return result
  }

  private expr(env: TypeEnv, expr: Expr): Finding | undefined {
    for (const { target, value, loc } of expr.withs) {
      const targetType = env.get(target)
      const valueType = env.get(value)
      if (targetType?.kind === 'function' && valueType?.kind === 'function' && !unifies(targetType, valueType)) {
        return argError(loc, printTerm(target), 'arity mismatch', valueType.args, targetType.args)
      }
    }
    if (expr.form !== 'call') return undefined
    return isEquality(expr) ? this.equality(env, expr) : this.call(env, expr)
  }

  private equality(env: TypeEnv, expr: Expr): Finding | undefined {
    const [, left, right] = expr.terms
    const have = expr.terms.slice(1).map((term) => env.get(term))
    if (left === undefined || right === undefined) return argError(expr.loc, 'eq', 'too few arguments', have, equality.args)
    if (have.length > 2) return argError(expr.loc, 'eq', 'too many arguments', have, equality.args)
    const leftType = env.get(left)
    const rightType = env.get(right)
    if (unify2(env, left, leftType, right, rightType)) return undefined
    return {
      error: diagnostic('rego_type_error', expr.loc, 'match error', [`left  : ${printType(leftType)}`, `right : ${printType(rightType)}`]),
      causedByUnknown: isNil(leftType) || isNil(rightType),
    }
  }

  private call(env: TypeEnv, expr: Expr): Finding | undefined {
    const [operator, ...args] = expr.terms
    if (operator === undefined) return undefined
    const name = printTerm(operator)
    const type = operator.value.kind === 'ref' ? env.ref(operator.value.terms) : env.get(operator)
    if (type?.kind === 'any') return undefined
    if (type?.kind !== 'function') return { error: diagnostic('rego_type_error', expr.loc, `undefined function ${name}`), causedByUnknown: false }
    const wanted = type.result === undefined ? type.args : [...type.args, type.result]
    if (args.length > wanted.length && type.variadic === undefined) return argError(expr.loc, name, 'too many arguments', args.map((arg) => env.get(arg)), wanted, type)
    if (args.length < type.args.length) return argError(expr.loc, name, 'too few arguments', args.map((arg) => env.get(arg)), wanted, type)
    for (const [index, arg] of args.entries()) {
      if (!unify1(env, arg, wanted[index] ?? type.variadic, false)) return argError(expr.loc, name, 'invalid argument(s)', args.map((item) => env.get(item)), wanted, type)
    }
    return undefined
  }
}

function groundPart(path: readonly Term[]): readonly Term[] {
  const at = path.findIndex((term, index) => index > 0 && !isConstant(term))
  return at === -1 ? path : path.slice(0, at)
}

function argError(loc: Loc, name: string, message: string, have: readonly Known[], want: readonly Known[], type?: FunctionType): Finding {
  return {
    error: diagnostic('rego_type_error', loc, `${name}: ${message}`, [`have: ${printArgs(have)}`, `want: ${printArgs(want, type?.variadic)}`]),
    causedByUnknown: have.some(isNil),
  }
}
