import { RegoError } from '../errors.ts'
import { isVar, type Term } from '../syntax/ast.ts'
import { isConstant } from '../syntax/ast.ts'
import { constantValue } from '../compile/constant.ts'
import { equal } from '../value/equal.ts'
import { keyOf } from '../value/key.ts'
import type { Value } from '../value/value.ts'
import type { Literal } from './frame.ts'
import type { Planner } from './planner.ts'
import { planRefEach } from './refs.ts'
import type { Scope } from './scope.ts'
import { isEvaluable, isPattern, planGet, planMatch, planMatchConstant } from './terms.ts'

type Pair = readonly [Term, Term]

/**
 * `a = b`. Which side binds what is known beforehand, so that nothing is unified at run time: the equation falls into
 * pairs of terms, each of which assigns, compares or takes apart, in an order in which everything is bound in time.
 */
export function planEquality(left: Term, right: Term, scope: Scope, planner: Planner): Literal {
  const literals: Literal[] = []
  let pairs: readonly Pair[] = [[left, right]]
  while (pairs.length > 0) {
    const later: Pair[] = []
    let progress = false
    for (const [a, b] of pairs) {
      const planned = planPair(a, b, scope, planner)
      if (planned === undefined) later.push([a, b])
      else {
        progress = true
        if (typeof planned === 'function') literals.push(planned)
        else later.push(...planned)
      }
    }
    if (!progress) throw new RegoError('eval_internal_error', 'an equation has unbound variables')
    pairs = later
  }
  const [only, ...others] = literals
  if (only !== undefined && others.length === 0) return only
  return (next) => {
    let step = next
    for (const literal of literals.toReversed()) step = literal(step)
    return step
  }
}

/** A literal; smaller pairs; or undefined where neither side can go first yet. */
function planPair(a: Term, b: Term, scope: Scope, planner: Planner): Literal | readonly Pair[] | undefined {
  const readyA = isEvaluable(a, scope)
  const readyB = isEvaluable(b, scope)
  if (readyA && readyB) return planComparison(a, b, scope, planner)
  if (readyA && isPattern(b, scope)) return planAssignment(b, a, scope, planner)
  if (readyB && isPattern(a, scope)) return planAssignment(a, b, scope, planner)
  if (a.value.kind === 'array' && b.value.kind === 'array') return splitArrays(a.value.items, b.value.items)
  if (a.value.kind === 'object' && b.value.kind === 'object') {
    const split = splitObjects(a.value.entries, b.value.entries)
    if (split !== undefined) return split
  }
  if (a.value.kind === 'ref') return planRefPair(a, b, scope, planner)
  if (b.value.kind === 'ref') return planRefPair(b, a, scope, planner)
  return undefined
}

const never: Literal = () => () => false

function splitArrays(a: readonly Term[], b: readonly Term[]): Literal | readonly Pair[] {
  if (a.length !== b.length) return never
  return a.flatMap((term, index): Pair[] => {
    const other = b[index]
    return other === undefined ? [] : [[term, other]]
  })
}

function splitObjects(a: readonly Pair[], b: readonly Pair[]): Literal | readonly Pair[] | undefined {
  if (![...a, ...b].every(([key]) => isConstant(key))) return undefined
  if (a.length !== b.length) return never
  const byKey = new Map(b.map(([key, item]) => [keyOf(constantValue(key) ?? null), item]))
  const pairs: Pair[] = []
  for (const [key, item] of a) {
    const other = byKey.get(keyOf(constantValue(key) ?? null))
    if (other === undefined) return never
    pairs.push([item, other])
  }
  return pairs
}

function planComparison(a: Term, b: Term, scope: Scope, planner: Planner): Literal {
  if (isConstant(a) && !isConstant(b)) return planComparison(b, a, scope, planner)
  const left = planGet(a, scope, planner)
  if (isConstant(b)) {
    const match = planMatchConstant(constantValue(b) ?? null)
    return (next) => (frame) => {
      const value = left(frame)
      return value !== undefined && match(frame, value) && next(frame)
    }
  }
  const right = planGet(b, scope, planner)
  return (next) => (frame) => {
    const x = left(frame)
    if (x === undefined) return false
    const y = right(frame)
    return y !== undefined && equal(x, y) && next(frame)
  }
}

function planAssignment(pattern: Term, from: Term, scope: Scope, planner: Planner): Literal {
  const get = planGet(from, scope, planner)
  if (isVar(pattern)) {
    const slot = scope.bind(pattern.value.name)
    return (next) => (frame) => {
      const value = get(frame)
      if (value === undefined) return false
      frame[slot] = value
      return next(frame)
    }
  }
  const match = planMatch(pattern, scope, planner)
  return (next) => (frame) => {
    const value = get(frame)
    return value !== undefined && match(frame, value) && next(frame)
  }
}

/** One side enumerates; the other one is compared with, or takes, what comes. */
function planRefPair(ref: Term, other: Term, scope: Scope, planner: Planner): Literal | undefined {
  if (ref.value.kind !== 'ref') return undefined
  const head = ref.value.terms[0]
  if (isVar(head) && head.value.name !== 'input' && head.value.name !== 'data' && !scope.isBound(head.value.name)) return undefined
  const each = planRefEach(ref.value.terms, scope, planner)
  if (isPattern(other, scope)) {
    const match = planMatch(other, scope, planner)
    return (next) => each((frame, value) => match(frame, value) && next(frame))
  }
  if (isEvaluable(other, scope)) {
    const get = planGet(other, scope, planner)
    return (next) =>
      each((frame, value) => {
        const wanted = get(frame)
        return wanted !== undefined && equal(value, wanted) && next(frame)
      })
  }
  if (other.value.kind !== 'ref') throw new RegoError('eval_internal_error', 'an equation has unbound variables')
  const slot = scope.slots.fresh()
  const second = planRefEach(other.value.terms, scope, planner)
  return (next) => {
    const inner = second((frame, value) => equal(frame[slot] as Value, value) && next(frame))
    return each((frame, value) => {
      frame[slot] = value
      return inner(frame)
    })
  }
}
