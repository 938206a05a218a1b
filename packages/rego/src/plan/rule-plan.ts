import { constantValue } from '../compile/constant.ts'
import { docKind, isConstant, type Rule } from '../syntax/ast.ts'
import type { RegoSet } from '../value/set.ts'
import { equal } from '../value/equal.ts'
import type { Value } from '../value/value.ts'
import { newFrame, type Get, type Match, type Step } from './frame.ts'
import { markConstantArray } from '../value/constant-arrays.ts'
import { conflict, ruleScope, type Planner } from './planner.ts'
import type { Scope } from './scope.ts'
import { planGet, planMatch } from './terms.ts'

/** A branch of a rule, planned: run it with arguments and it gives its solutions. */
export interface RulePlan {
  readonly rule: Rule
  /** The value of a complete rule or function, where it is a constant. */
  readonly constant: Value | undefined
  /** Complete rules and functions: their one value. */
  readonly value: (args: readonly Value[], firstIsEnough: boolean) => Value | undefined
}

const multiple = 'complete rules must not produce multiple outputs'
const multipleOfFunction = 'functions must not produce multiple outputs for same inputs'

export function planValueRule(rule: Rule, planner: Planner): RulePlan {
  let run: RulePlan['value'] | undefined
  const { head } = rule
  const constant = docKind(head) === 'complete' && head.value !== undefined && isConstant(head.value) ? constantValue(head.value) : undefined
  markConstantArray(constant)
  return {
    rule,
    constant,
    // Planned when it is first asked for: most rules of a large policy never are.
    value: (args, firstIsEnough) => (run ??= planValue(rule, constant, planner))(args, firstIsEnough),
  }
}

function planValue(rule: Rule, constant: Value | undefined, planner: Planner): RulePlan['value'] {
  const scope = ruleScope()
  const args = planArgs(rule, scope, planner)
  const body = planner.body(rule.body, scope)
  const { machine } = planner
  const { value: head } = rule.head
  const get: Get = head === undefined ? () => undefined : planGet(head, scope, planner)
  const message = (rule.head.args?.length ?? 0) > 0 ? multipleOfFunction : multiple
  const step =
    constant === undefined
      ? body((frame) => {
          const value = get(frame)
          if (value === undefined) return false
          const known = frame[0] as Value | undefined
          if (known === undefined) frame[0] = value
          else if (!equal(known, value)) throw conflict(message, rule.loc)
          return frame[1] === true
        })
      : body((frame) => {
          frame[0] = constant
          return frame[1] === true
        })
  const size = scope.slots
  if (args.length === 0) {
    return (_values, firstIsEnough) => {
      machine.step()
      const frame = newFrame(size.size)
      frame[0] = undefined
      frame[1] = firstIsEnough
      step(frame)
      return frame[0] as Value | undefined
    }
  }
  return (values, firstIsEnough) => {
    machine.step()
    const frame = newFrame(size.size)
    frame[0] = undefined
    frame[1] = firstIsEnough
    for (let i = 0; i < args.length; i++) if (!(args[i] as Match)(frame, values[i] as Value)) return undefined
    step(frame)
    return frame[0] as Value | undefined
  }
}

function planArgs(rule: Rule, scope: Scope, planner: Planner): readonly Match[] {
  return (rule.head.args ?? []).map((arg) => planMatch(arg, scope, planner))
}

/** Runs a `contains` rule and adds its members. */
export function planSetRule(rule: Rule, planner: Planner): (into: RegoSet) => void {
  let step: Step | undefined
  let scope: Scope | undefined
  const { machine } = planner
  return (into) => {
    if (step === undefined || scope === undefined) {
      scope = ruleScope()
      const body = planner.body(rule.body, scope)
      const key = rule.head.key === undefined ? (): undefined => undefined : planGet(rule.head.key, scope, planner)
      step = body((frame) => {
        const value = key(frame)
        if (value !== undefined) {
          const set = frame[0] as RegoSet
          set.add(value)
          machine.step()
          machine.checkSize(set.size)
        }
        return false
      })
    }
    machine.step()
    const frame = newFrame(scope.slots.size)
    frame[0] = into
    step(frame)
  }
}

/** Takes one entry of an object: the path to it, and what stands there. */
export type Entry = (path: readonly Value[], value: Value) => void

/** Runs a rule with variables in its path; the path is relative to `depth`. */
export function planObjectRule(rule: Rule, depth: number, planner: Planner): (entry: Entry) => void {
  let step: Step | undefined
  let scope: Scope | undefined
  const { machine } = planner
  return (entry) => {
    if (step === undefined || scope === undefined) {
      scope = ruleScope()
      const current = scope
      const body = planner.body(rule.body, current)
      const keys = rule.path.slice(depth).map((term) => planGet(term, current, planner))
      const result = rule.head.value ?? rule.head.key
      const get: Get = result === undefined ? () => undefined : planGet(result, current, planner)
      step = body((frame) => {
        const value = get(frame)
        if (value === undefined) return false
        const path: Value[] = []
        for (const key of keys) {
          const name = key(frame)
          if (name === undefined) return false
          path.push(name)
        }
        machine.step()
        ;(frame[0] as Entry)(path, value)
        return false
      })
    }
    machine.step()
    const frame = newFrame(scope.slots.size)
    frame[0] = entry
    step(frame)
  }
}
