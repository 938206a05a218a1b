import { RegoError } from '../errors.ts'
import { isComprehension, isVar, operatorName, type Expr, type Term } from '../syntax/ast.ts'
import { planCall } from './calls.ts'
import { planIndexedComprehension } from './comprehension-index.ts'
import { planEquality } from './equality.ts'
import { planEvery } from './every.ts'
import type { Literal } from './frame.ts'
import type { Planner } from './planner.ts'
import { planRefEach } from './refs.ts'
import type { Scope } from './scope.ts'
import { isEvaluable, planGet, planMatch } from './terms.ts'
import { planWith } from './with.ts'

export function planLiteral(expr: Expr, scope: Scope, planner: Planner): Literal {
  if (expr.negated) return planNot(expr, scope, planner)
  if (expr.withs.length > 0) return planWith(expr, scope, planner)
  return planPlain(expr, scope, planner)
}

/** A literal without `not` and `with`. */
export function planPlain(expr: Expr, scope: Scope, planner: Planner): Literal {
  if (expr.every !== undefined) return planEvery(expr.every, scope, planner)
  const [first, left, right] = expr.terms
  if (first === undefined) return (next) => next
  if (expr.form === 'term') return planTerm(first, scope, planner)
  if (operatorName(expr) === 'eq' && left !== undefined && right !== undefined) {
    return planIndexed(left, right, scope, planner) ?? planEquality(left, right, scope, planner)
  }
  return planCall(expr, scope, planner)
}

/** `x = {…}` where the comprehension can be indexed. */
function planIndexed(left: Term, right: Term, scope: Scope, planner: Planner): Literal | undefined {
  const [target, term] = isVar(left) ? [left, right] : [right, left]
  if (!planner.indexing || !isVar(target) || !isComprehension(term.value)) return undefined
  const get = planIndexedComprehension(term.value, scope, planner, planner.arity, planner.nextId())
  if (get === undefined) return undefined
  const match = planMatch(target, scope, planner)
  return (next) => (frame) => {
    const value = get(frame)
    return value !== undefined && match(frame, value) && next(frame)
  }
}

/** `not e` has a solution where `e` has none. */
function planNot(expr: Expr, scope: Scope, planner: Planner): Literal {
  const inner = planLiteral({ ...expr, negated: false }, scope.child(), planner)(() => true)
  return (next) => (frame) => !inner(frame) && next(frame)
}

function planTerm(term: Term, scope: Scope, planner: Planner): Literal {
  if (isEvaluable(term, scope)) {
    const get = planGet(term, scope, planner)
    return (next) => (frame) => {
      const value = get(frame)
      return value !== undefined && value !== false && next(frame)
    }
  }
  if (term.value.kind === 'ref') {
    const each = planRefEach(term.value.terms, scope, planner)
    return (next) => each((frame, value) => value !== false && next(frame))
  }
  throw new RegoError('eval_internal_error', 'a literal has unbound variables')
}
