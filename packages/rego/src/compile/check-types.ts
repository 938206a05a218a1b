import { isComprehension, isConstant, isEquality, isVar, ruleKind, type Body, type Comprehension, type Expr, type Loc, type Rule, type Term } from '../syntax/ast.ts'
import { diagnostic, type Diagnostic } from '../syntax/diagnostic.ts'
import { printRef, printTerm } from '../syntax/print.ts'
import { walkExpr, walkTerm } from '../syntax/walk.ts'
import { anyType, functionType, stringType, type FunctionType, type Type } from '../types/type.ts'
import { arrayElement, isAny, isNil, keys, or, printArgs, printType, select, unifies, unknownType, values, type Known } from '../types/operations.ts'
import { formatTerm } from '../value/format.ts'
import { compare } from '../value/compare.ts'
import type { Value } from '../value/value.ts'
import type { BuiltinTable } from './builtin-table.ts'
import { constantValue } from './constant.ts'
import { renameVars } from './locals.ts'
import { compareLocs } from './safety.ts'
import { extent, isRoot, nodeKey, TypeEnv, type TypeNode } from './type-env.ts'
import { sameTerm } from './outputs.ts'

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
  private readonly rewritten: ReadonlyMap<string, string>
  private readonly known: WeakMap<Comprehension, Checked> = new WeakMap()

  constructor(rewritten: ReadonlyMap<string, string>) {
    this.rewritten = rewritten
  }

  base(builtins: BuiltinTable): TypeEnv {
    const env = new TypeEnv((node, at) => this.comprehensionType(node, at))
    for (const builtin of builtins.all()) {
      const [head = '', ...rest] = builtin.name.split('.')
      const loc: Loc = { file: '', row: 0, col: 0, offset: 0, end: 0 }
      env.putPath([{ loc, value: { kind: 'var', name: head } }, ...rest.map((part): Term => ({ loc, value: { kind: 'scalar', value: part } }))], builtin.declaration)
    }
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
      const inRefs = this.refs(env, expr)
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

  // References

  private refs(env: TypeEnv, expr: Expr): readonly Diagnostic[] {
    const errors: Diagnostic[] = []
    const inTerm = (root: Term): void => {
      walkTerm(root, {
        expr: (inner) => {
          errors.push(...this.refs(env, inner))
          return true
        },
        term: (term) => {
          if (isComprehension(term.value)) return true
          if (term.value.kind !== 'ref') return false
          const ref = term.value.terms
          const type = env.ref(ref)
          if (type?.kind === 'function') {
            // Functions are no values, except for `with`.
            errors.push(this.unsupported(ref, ref.length - 1, type))
            return true
          }
          const problem = this.ref(env, env, env.root, ref, 0)
          if (problem !== undefined) errors.push(problem)
          return false
        },
      })
    }
    if (expr.every !== undefined) {
      const { key, value, domain, body } = expr.every
      if (key !== undefined) inTerm(key)
      inTerm(value)
      inTerm(domain)
      for (const inner of body) errors.push(...this.refs(env, inner))
      for (const item of expr.withs) {
        inTerm(item.value)
      }
      return errors
    }
    for (const [index, term] of expr.terms.entries()) if (expr.form === 'term' || index > 0) inTerm(term)
    return errors
  }

  private shown(ref: readonly Term[]): Term[] {
    return ref.map((term) => renameVars(term, this.rewritten))
  }

  private unsupported(ref: readonly Term[], at: number, have: Known): Diagnostic {
    const shown = this.shown(ref)
    const text = printRef(shown)
    const first = ref[0]
    if (have?.kind === 'function') return diagnostic('rego_type_error', first?.loc, `function ${text} used as reference, not called`, undefined)
    return diagnostic('rego_type_error', first?.loc, `undefined ref: ${text}`, [text, '^'.repeat(printRef(shown.slice(0, at + 1)).length), `have: ${printType(have)}`])
  }

  private invalid(ref: readonly Term[], at: number, have: Known, want: Known, oneOf: readonly Value[]): Diagnostic {
    const shown = this.shown(ref)
    const text = printRef(shown)
    const pad = ' '.repeat(printRef(shown.slice(0, at)).length + 1)
    const term = shown[at]
    const lines = [text, `${pad}^`]
    if (have !== undefined) lines.push(`${pad}have (type): ${printType(have)}`)
    else lines.push(`${pad}have: ${term === undefined ? '' : printTerm(term)}`)
    if (oneOf.length > 0) lines.push(`${pad}want (one of): [${oneOf.map(formatTerm).join(' ')}]`)
    else lines.push(`${pad}want (type): ${printType(want)}`)
    return diagnostic('rego_type_error', ref[0]?.loc, `undefined ref: ${text}`, lines)
  }

  private ref(top: TypeEnv, env: TypeEnv, node: TypeNode, ref: readonly Term[], index: number): Diagnostic | undefined {
    const head = ref[index]
    if (head === undefined) return undefined
    if ((index === 1 || index === 2) && isUnderData(ref)) {
      const isName = isVar(head) || (head.value.kind === 'scalar' && typeof head.value.value === 'string')
      if (!isName) return this.invalid(ref, index, top.get(head), stringType, childKeys(node))
    }
    if (isVar(head) && index !== 0) {
      const type = keys(extent(node))
      const known = top.variable(head.value.name)
      if (known !== undefined) {
        if (!unifies(type, known)) return this.invalid(ref, index, known, type, childKeys(node))
      } else if (type !== undefined) top.put(head, type)
    }
    const below = node.children.get(nodeKey(head))
    if (below === undefined) {
      if (env.next !== undefined) return this.ref(top, env.next, env.next.root, ref, 0)
      if (isRoot(ref[0])) {
        if (index !== 0) {
          for (const other of node.children.values()) this.ref(top, env, other, ref, index + 1)
          return undefined
        }
        return this.leaf(top, anyType, ref, 1)
      }
      return this.leaf(top, anyType, ref, 0)
    }
    if (below.value !== undefined) return this.leaf(top, below.value, ref, index + 1)
    return this.ref(top, env, below, ref, index + 1)
  }

  private leaf(env: TypeEnv, type: Known, ref: readonly Term[], index: number): Diagnostic | undefined {
    const head = ref[index]
    if (head === undefined) return undefined
    const wanted = keys(type)
    if (wanted === undefined) return this.unsupported(ref, index - 1, type)
    const { kind } = head.value
    if (isVar(head)) {
      const known = env.variable(head.value.name)
      if (known !== undefined) {
        if (!unifies(known, wanted)) return this.invalid(ref, index, known, wanted, typeKeys(type))
      } else env.put(head, wanted)
    } else if (head.value.kind === 'ref') {
      const known = env.ref(head.value.terms)
      if (known !== undefined && !unifies(known, wanted)) return this.invalid(ref, index, known, wanted, typeKeys(type))
    } else if (kind === 'array' || kind === 'object' || kind === 'set') {
      if (!unify1(env, head, wanted, false)) return this.invalid(ref, index, env.get(head), wanted, [])
    } else {
      const constant = constantValue(head)
      const found = constant === undefined ? undefined : select(type, constant)
      if (found === undefined) return this.invalid(ref, index, undefined, wanted, typeKeys(type))
      return this.leaf(env, found, ref, index + 1)
    }
    return this.leaf(env, values(type), ref, index + 1)
  }
}

function isUnderData(ref: readonly Term[]): boolean {
  return ref.length > 0
}

function groundPart(path: readonly Term[]): readonly Term[] {
  const at = path.findIndex((term, index) => index > 0 && !isConstant(term))
  return at === -1 ? path : path.slice(0, at)
}

function childKeys(node: TypeNode): readonly Value[] {
  const found: Value[] = []
  for (const { key } of node.children.values()) if (key !== undefined) found.push(key)
  return found.sort(compare)
}

function typeKeys(type: Known): readonly Value[] {
  const found: Value[] = []
  const collect = (of: Known): void => {
    if (of?.kind === 'object') for (const { key } of of.properties) found.push(key)
    else if (of?.kind === 'any') of.of.forEach(collect)
  }
  collect(type)
  return [...new Set(found)].sort(compare)
}

function argError(loc: Loc, name: string, message: string, have: readonly Known[], want: readonly Known[], type?: FunctionType): Finding {
  return {
    error: diagnostic('rego_type_error', loc, `${name}: ${message}`, [`have: ${printArgs(have)}`, `want: ${printArgs(want, type?.variadic)}`]),
    causedByUnknown: have.some(isNil),
  }
}

// Unification of terms with types

function unify2(env: TypeEnv, a: Term, typeA: Known, b: Term, typeB: Known): boolean {
  const nilA = isNil(typeA)
  const nilB = isNil(typeB)
  if (nilA && !nilB) return unify1(env, a, typeB, false)
  if (nilB && !nilA) return unify1(env, b, typeA, false)
  if (!nilA) return unifies(typeA, typeB)
  if (a.value.kind === 'array') return unify2Array(env, a, b)
  if (a.value.kind === 'object') return unify2Object(env, a, b)
  if (a.value.kind === 'var') {
    if (b.value.kind === 'var') return unify1(env, a, anyType, false) && unify1(env, b, env.get(a), false)
    if (b.value.kind === 'array') return unify2Array(env, b, a)
    if (b.value.kind === 'object') return unify2Object(env, b, a)
  }
  return false
}

function unify2Array(env: TypeEnv, a: Term, b: Term): boolean {
  if (b.value.kind === 'var') return unify1(env, a, anyType, false) && unify1(env, b, env.get(a), false)
  if (a.value.kind !== 'array' || b.value.kind !== 'array' || a.value.items.length !== b.value.items.length) return false
  const others = b.value.items
  return a.value.items.every((item, index) => {
    const other = others[index]
    return other !== undefined && unify2(env, item, env.get(item), other, env.get(other))
  })
}

function unify2Object(env: TypeEnv, a: Term, b: Term): boolean {
  if (b.value.kind === 'var') return unify1(env, a, anyType, false) && unify1(env, b, env.get(a), false)
  if (a.value.kind !== 'object' || b.value.kind !== 'object' || a.value.entries.length !== b.value.entries.length) return false
  const others = b.value.entries
  return a.value.entries.every(([key, item]) => {
    const other = others.find(([otherKey]) => sameTerm(key, otherKey))
    return other !== undefined && unify2(env, item, env.get(item), other[1], env.get(other[1]))
  })
}

function unify1(env: TypeEnv, term: Term, type: Known, union: boolean): boolean {
  const { value } = term
  switch (value.kind) {
    case 'array':
    case 'object':
    case 'set':
      if (type?.kind === value.kind) return unifyComposite(env, term, type, union)
      if (type?.kind !== 'any') return false
      if (isAny(type)) {
        const inner = value.kind === 'object' ? value.entries.flat() : value.items
        for (const item of inner) unify1(env, item, anyType, true)
        return true
      }
      {
        let found = false
        for (const member of type.of) found = unify1(env, term, member, true) || found
        return found
      }
    case 'var':
      if (union) {
        env.put(term, or(env.get(term), type) ?? anyType)
        return true
      }
      {
        const known = env.get(term)
        if (known !== undefined) return unifies(known, type)
        if (type !== undefined) env.put(term, type)
        return true
      }
    default:
      return unifies(env.get(term), type)
  }
}

function unifyComposite(env: TypeEnv, term: Term, type: Type, union: boolean): boolean {
  const { value } = term
  if (value.kind === 'array' && type.kind === 'array') {
    if (value.items.length !== type.elements.length && type.dynamic === undefined) return false
    return value.items.every((item, index) => unify1(env, item, arrayElement(type, index), union))
  }
  if (value.kind === 'set' && type.kind === 'set') return value.items.every((item) => unify1(env, item, type.of, union))
  if (value.kind === 'object' && type.kind === 'object') {
    if (value.entries.length !== type.properties.length && type.dynamic === undefined) return false
    return value.entries.every(([key, item]) => {
      const constant = isConstant(key) ? constantValue(key) : undefined
      if (constant === undefined) {
        unify1(env, item, anyType, union)
        return true
      }
      const found = select(type, constant)
      return found !== undefined && unify1(env, item, found, union)
    })
  }
  return false
}
