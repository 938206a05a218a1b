import { isConstant, isVar, partsOf, type Term } from '../syntax/ast.ts'
import { constantValue } from '../compile/constant.ts'
import { markConstantArray } from '../value/constant-arrays.ts'
import { RegoNumber } from '../value/number.ts'
import { equal } from '../value/equal.ts'
import { objectGet, objectSize } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isObject, type Value } from '../value/value.ts'
import { evaluateAll, type Frame, type Get, type Match } from './frame.ts'
import type { Planner } from './planner.ts'
import type { Scope } from './scope.ts'

/** True where all variables of the term are bound, so that it can simply be computed. */
export function isEvaluable(term: Term, scope: Scope): boolean {
  const { value } = term
  if (isConstant(term)) return true
  switch (value.kind) {
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      return true
    case 'var':
      return scope.isBound(value.name)
    case 'array':
    case 'set':
    case 'object':
      return partsOf(value).every((item) => isEvaluable(item, scope))
    case 'ref':
      return value.terms.every((item, index) => (index === 0 && isRootName(item)) || isEvaluable(item, scope))
    default:
      return false
  }
}

export function isRootName(term: Term): boolean {
  return isVar(term) && (term.value.name === 'input' || term.value.name === 'data')
}

/** Computes a term of which {@link isEvaluable} is true. */
export function planGet(term: Term, scope: Scope, planner: Planner): Get {
  if (isConstant(term)) {
    const constant = constantValue(term)
    markConstantArray(constant)
    return () => constant
  }
  const { value } = term
  switch (value.kind) {
    case 'var': {
      const slot = scope.slots.of(value.name)
      return (frame) => frame[slot] as Value
    }
    case 'array': {
      const items = value.items.map((item) => planGet(item, scope, planner))
      return (frame) => evaluateAll(items, frame)
    }
    case 'set': {
      const items = value.items.map((item) => planGet(item, scope, planner))
      return (frame) => {
        const set = new RegoSet()
        for (const item of items) {
          const member = item(frame)
          if (member === undefined) return undefined
          set.add(member)
        }
        return set
      }
    }
    case 'object':
      return planObject(value.entries.map(([key, item]) => [planGet(key, scope, planner), planGet(item, scope, planner)]))
    case 'ref':
      return planner.refGet(value.terms, scope)
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      return planner.comprehension(value, scope)
    default:
      return () => undefined
  }
}

function planObject(entries: readonly (readonly [Get, Get])[]): Get {
  return (frame) => {
    const object = new RegoObject()
    for (const [key, item] of entries) {
      const name = key(frame)
      const member = item(frame)
      if (name === undefined || member === undefined) return undefined
      object.set(name, member)
    }
    return object
  }
}

/** True where {@link planMatch} can make a pattern of the term: its unbound variables stand where values can be taken from. */
export function isPattern(term: Term, scope: Scope): boolean {
  const { value } = term
  switch (value.kind) {
    case 'var':
      return true
    case 'array':
      return value.items.every((item) => isPattern(item, scope))
    case 'object':
      return value.entries.every(([key, item]) => isEvaluable(key, scope) && isPattern(item, scope))
    default:
      return isEvaluable(term, scope)
  }
}

/** Compares a value with the term, and binds variables that are unbound so far. */
export function planMatch(term: Term, scope: Scope, planner: Planner): Match {
  const { value } = term
  if (value.kind === 'var') {
    if (!scope.isBound(value.name)) {
      const slot = scope.bind(value.name)
      return (frame, item) => {
        frame[slot] = item
        return true
      }
    }
    const slot = scope.slots.of(value.name)
    return (frame, item) => equal(frame[slot] as Value, item)
  }
  if (isConstant(term)) return planMatchConstant(constantValue(term) ?? null)
  if (value.kind === 'array') {
    const items = value.items.map((item) => planMatch(item, scope, planner))
    return (frame, array) => {
      if (!isArray(array) || array.length !== items.length) return false
      for (let i = 0; i < items.length; i++) if (!(items[i] as Match)(frame, array[i] as Value)) return false
      return true
    }
  }
  if (value.kind === 'object') {
    const entries = value.entries.map(([key, item]) => [planGet(key, scope, planner), planMatch(item, scope, planner)] as const)
    return (frame, object) => matchObject(frame, object, entries)
  }
  const get = planGet(term, scope, planner)
  return (frame, item) => {
    const wanted = get(frame)
    return wanted !== undefined && equal(wanted, item)
  }
}

function matchObject(frame: Frame, object: Value, entries: readonly (readonly [Get, Match])[]): boolean {
  if (!isObject(object) || objectSize(object) !== entries.length) return false
  for (const [key, match] of entries) {
    const name = key(frame)
    const item = name === undefined ? undefined : objectGet(object, name)
    if (item === undefined || !match(frame, item)) return false
  }
  return true
}

export function planMatchConstant(constant: Value): Match {
  if (typeof constant === 'number') return (_frame, item) => item === constant || (item instanceof RegoNumber && equal(item, constant))
  if (typeof constant !== 'object' || constant === null) return (_frame, item) => item === constant
  return (_frame, item) => equal(item, constant)
}
