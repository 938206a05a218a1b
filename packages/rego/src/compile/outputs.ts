import { keyOf } from '../value/key.ts'
import { isEquality, isGround, isVar, partsOf, type Body, type Expr, type Ref, type Term } from '../syntax/ast.ts'
import { safetyOptions, varsOfExpr, varsOfTerm, varsOfWith, walkExpr, walkTerm } from '../syntax/walk.ts'

/** The number of arguments of the function that an operator names, or -1. */
export type Arity = (operator: Term) => number

const patternOptions = { skipRefHead: true, skipObjectKeys: true, skipClosures: true } as const
const callOptions = { skipClosures: true, skipSets: true, skipObjectKeys: true, skipRefHead: true } as const

function isRefSafe(ref: Ref, safe: ReadonlySet<string>): boolean {
  const head = ref.terms[0]
  if (head === undefined) return false
  if (isVar(head)) return safe.has(head.value.name)
  return isSubset(varsOfTerm(head, safetyOptions), safe)
}

export function isSubset(names: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
  for (const name of names) if (!of.has(name)) return false
  return true
}

/** The variables that an expression binds, when those in `safe` are bound already. */
export function outputVars(expr: Expr, arity: Arity, safe: ReadonlySet<string>): Set<string> {
  if (expr.negated) return new Set()
  for (const item of expr.withs) {
    const needed = new Set<string>()
    varsOfWith(item.target, safetyOptions, needed)
    varsOfWith(item.value, safetyOptions, needed)
    if (!isSubset(needed, safe)) return new Set()
  }
  if (expr.every !== undefined) return outputsOfRefs(expr.every.domain, safe)
  if (expr.form !== 'call') return outputsOfExprRefs(expr, safe)
  if (isEquality(expr)) return outputVarsOfEquality(expr, safe)
  const operator = expr.terms[0]
  const inputs = operator === undefined ? -1 : arity(operator)
  if (inputs < 0) return new Set()
  const outputs = outputsOfExprRefs(expr, safe)
  if (inputs + 1 >= expr.terms.length) return outputs
  const needed = new Set<string>()
  for (const term of expr.terms.slice(0, inputs + 1)) varsOfTerm(term, callOptions, needed)
  for (const name of needed) if (!outputs.has(name) && !safe.has(name)) return new Set()
  for (const term of expr.terms.slice(inputs + 1)) varsOfTerm(term, callOptions, outputs)
  return outputs
}

export function outputVarsOfEquality(expr: Expr, safe: ReadonlySet<string>): Set<string> {
  const [, left, right] = expr.terms
  if (left === undefined || right === undefined || expr.terms.length !== 3) return new Set(safe)
  const outputs = outputsOfExprRefs(expr, safe)
  const known = new Set([...outputs, ...safe])
  for (const name of unifiedVars(known, left, right)) outputs.add(name)
  for (const name of safe) outputs.delete(name)
  return outputs
}

export function outputVarsOfBody(body: Body, arity: Arity, safe: ReadonlySet<string>): Set<string> {
  const known = new Set(safe)
  for (const expr of body) for (const name of outputVars(expr, arity, known)) known.add(name)
  for (const name of safe) known.delete(name)
  return known
}

function outputsOfExprRefs(expr: Expr, safe: ReadonlySet<string>): Set<string> {
  const outputs = new Set<string>()
  walkExpr(expr, { term: (term) => collectRef(term, safe, outputs) })
  return outputs
}

function outputsOfRefs(term: Term, safe: ReadonlySet<string>): Set<string> {
  const outputs = new Set<string>()
  walkTerm(term, { term: (node) => collectRef(node, safe, outputs) })
  return outputs
}

function collectRef(term: Term, safe: ReadonlySet<string>, outputs: Set<string>): boolean {
  const { value } = term
  switch (value.kind) {
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
    case 'templatestring':
      return true
    case 'ref':
      if (!isRefSafe(value, safe)) return true
      if (!value.terms.slice(1).every(isGround)) varsOfTerm(term, { skipRefHead: true }, outputs)
      return false
    default:
      return false
  }
}

/** The variables that become bound when two terms are made equal. */
export function unifiedVars(safe: ReadonlySet<string>, left: Term, right: Term): Set<string> {
  const unified = new Set<string>()
  const unknown = new Map<string, Set<string>>()
  const isSafe = (name: string): boolean => safe.has(name) || unified.has(name)

  const markSafe = (name: string): void => {
    unified.add(name)
    const linked = unknown.get(name)
    unknown.delete(name)
    for (const other of linked ?? []) markSafe(other)
    for (const [other, needs] of unknown) {
      if (needs.delete(name) && needs.size === 0 && unknown.has(other)) markSafe(other)
    }
  }
  const markUnknown = (a: string, b: string): void => {
    const needs = unknown.get(a)
    if (needs === undefined) unknown.set(a, new Set([b]))
    else needs.add(b)
  }
  const markAll = (term: Term): void => {
    for (const name of varsOfTerm(term, patternOptions)) markSafe(name)
  }
  const unifyAll = (name: string, term: Term): void => {
    if (isSafe(name)) {
      markAll(term)
      return
    }
    const needs = [...varsOfTerm(term, patternOptions)].filter((other) => !isSafe(other))
    if (needs.length === 0) markSafe(name)
    else for (const other of needs) markUnknown(name, other)
  }
  /** Whether a term that is no pattern can be evaluated. */
  const evaluable = (term: Term): boolean => {
    const { value } = term
    if (value.kind === 'ref') return isRefSafe(value, safe)
    if (value.kind === 'call') return isSubset(varsOfTerm(term, safetyOptions), safe)
    return true
  }

  const unify = (a: Term, b: Term): void => {
    const x = a.value
    const y = b.value
    switch (x.kind) {
      case 'var':
        if (y.kind === 'var') {
          if (isSafe(y.name)) markSafe(x.name)
          else if (isSafe(x.name)) markSafe(y.name)
          else {
            markUnknown(x.name, y.name)
            markUnknown(y.name, x.name)
          }
        } else if (y.kind === 'array' || y.kind === 'object') unifyAll(x.name, b)
        else if (evaluable(b)) markSafe(x.name)
        return
      case 'ref':
      case 'call':
        if (!evaluable(a)) return
        if (y.kind === 'var') markSafe(y.name)
        else if (y.kind === 'array' || y.kind === 'object') markAll(b)
        return
      case 'arraycomprehension':
      case 'objectcomprehension':
        if (y.kind === 'var') markSafe(y.name)
        else if (y.kind === (x.kind === 'arraycomprehension' ? 'array' : 'object')) markAll(b)
        return
      case 'array':
        if (y.kind === 'var') unifyAll(y.name, a)
        else if (y.kind === 'array') {
          if (x.items.length === y.items.length) {
            for (const [index, item] of x.items.entries()) {
              const other = y.items[index]
              if (other !== undefined) unify(item, other)
            }
          }
        } else if (y.kind !== 'scalar' && y.kind !== 'object' && y.kind !== 'set' && y.kind !== 'templatestring' && evaluable(b)) markAll(a)
        return
      case 'object':
        if (y.kind === 'var') unifyAll(y.name, a)
        else if (y.kind === 'object') {
          if (x.entries.length === y.entries.length) {
            for (const [key, item] of x.entries) {
              const other = y.entries.find(([otherKey]) => sameTerm(key, otherKey))
              if (other !== undefined) unify(item, other[1])
            }
          }
        } else if ((y.kind === 'ref' || y.kind === 'call') && evaluable(b)) markAll(a)
        return
      default:
        if (y.kind === 'var') markSafe(y.name)
    }
  }
  unify(left, right)
  return unified
}

/** Structural equality of the terms that can be keys. */
export function sameTerm(a: Term, b: Term): boolean {
  const x = a.value
  const y = b.value
  if (x.kind === 'scalar' && y.kind === 'scalar') return keyOf(x.value) === keyOf(y.value)
  if (x.kind === 'var' && y.kind === 'var') return x.name === y.name
  return x.kind === y.kind && ('terms' in x || 'levels' in x) && sameTerms(partsOf(x), partsOf(y))
}

export function sameTerms(a: readonly Term[], b: readonly Term[]): boolean {
  return (
    a.length === b.length &&
    a.every((term, index) => {
      const other = b[index]
      return other !== undefined && sameTerm(term, other)
    })
  )
}

/** The variables of a body as the safety check sees them. */
export function bodyVars(body: Body): Set<string> {
  const names = new Set<string>()
  for (const expr of body) varsOfExpr(expr, safetyOptions, names)
  return names
}
