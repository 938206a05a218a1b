import { withPath } from '../evaluate/lookup.ts'
import type { Environment, Machine, Mock } from '../evaluate/machine.ts'
import { dottedName, isRef, isVar, type Expr, type Term } from '../syntax/ast.ts'
import type { Value } from '../value/value.ts'
import { evaluateAll, type Frame, type Get, type Literal } from './frame.ts'
import type { Planner } from './planner.ts'
import { ruleNodeAt } from './rule-node.ts'
import type { Scope } from './scope.ts'
import { planGet } from './terms.ts'

/** What one `with` does to the environment; undefined where its value is. */
type Change = (frame: Frame, environment: Mutable) => boolean

interface Mutable {
  input: Value | undefined
  data: Value
  hidden: Set<unknown> | undefined
  mocks: Map<string, Mock> | undefined
}

/** Runs a literal in a changed environment. What comes after it runs in the old one. */
export function planWith(expr: Expr, scope: Scope, planner: Planner): Literal {
  const changes = expr.withs.map(({ target, value }) => planChange(target, value, scope, planner))
  const literal = planner.plain({ ...expr, withs: [] }, scope)
  const outerSlot = scope.slots.fresh()
  const { machine } = planner
  return (next) => {
    const inner = literal((frame) => {
      const changed = machine.environment()
      machine.enter(frame[outerSlot] as Environment)
      try {
        return next(frame)
      } finally {
        machine.enter(changed)
      }
    })
    return (frame) => {
      const outer = machine.environment()
      const changed = apply(changes, frame, machine)
      if (changed === undefined) return false
      const before = frame[outerSlot]
      frame[outerSlot] = outer
      machine.enter(changed)
      try {
        return inner(frame)
      } finally {
        machine.enter(outer)
        frame[outerSlot] = before
      }
    }
  }
}

function apply(changes: readonly Change[], frame: Frame, machine: Machine): Environment | undefined {
  const { input, data, hidden, mocks } = machine
  const environment: Mutable = { input, data, hidden: hidden === undefined ? undefined : new Set(hidden), mocks: mocks === undefined ? undefined : new Map(mocks) }
  for (const change of changes) if (!change(frame, environment)) return undefined
  return { ...environment, results: [], calls: [] }
}

function planChange(target: Term, value: Term, scope: Scope, planner: Planner): Change {
  const get = planValue(value, scope, planner)
  const name = dottedName(target) ?? ''
  if (planner.builtins.get(name) !== undefined) return replaceFunction(name, value, get, planner)
  const terms = isRef(target) ? target.value.terms : [target]
  const root = isVar(terms[0]) ? terms[0].value.name : ''
  const path = terms.slice(1).map((term) => planGet(term, scope, planner))
  if (root === 'input') {
    return (frame, environment) => {
      const keys = evaluateAll(path, frame)
      const replacement = get(frame)
      if (keys === undefined || replacement === undefined) return false
      environment.input = withPath(environment.input, keys, replacement)
      return true
    }
  }
  if (planner.functionAt(target)?.isFunction === true) return replaceFunction(name, value, get, planner)
  const node = ruleNodeAt(planner.root, terms)
  return (frame, environment) => {
    const keys = evaluateAll(path, frame)
    const replacement = get(frame)
    if (keys === undefined || replacement === undefined) return false
    environment.data = withPath(environment.data, keys, replacement)
    if (node !== undefined) (environment.hidden ??= new Set()).add(node)
    return true
  }
}

/** The value of a `with`; the names of functions have none. */
function planValue(value: Term, scope: Scope, planner: Planner): Get {
  const isFunctionName = isRef(value) && (planner.builtins.get(dottedName(value) ?? '') !== undefined || planner.functionAt(value)?.isFunction === true)
  return isFunctionName ? () => undefined : planGet(value, scope, planner)
}

function replaceFunction(name: string, value: Term, get: Get, planner: Planner): Change {
  const set = (environment: Mutable, mock: Mock): true => {
    ;(environment.mocks ??= new Map()).set(name, mock)
    return true
  }
  const builtin = isRef(value) ? planner.builtins.get(dottedName(value) ?? '') : undefined
  if (builtin !== undefined) return (_frame, environment) => set(environment, { kind: 'builtin', builtin })
  const rules = planner.functionAt(value)
  if (rules?.isFunction === true) return (_frame, environment) => set(environment, { kind: 'function', call: rules.call })
  return (frame, environment) => {
    const replacement = get(frame)
    return replacement !== undefined && set(environment, { kind: 'value', value: replacement })
  }
}
