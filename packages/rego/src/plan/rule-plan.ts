import { constantValue } from '../compile/constant.ts'
import type { RegoError } from '../errors.ts'
import { docKind, isConstant, type Head, type Rule, type Term } from '../syntax/ast.ts'
import { equal } from '../value/equal.ts'
import type { Value } from '../value/value.ts'
import { evaluateAll, newFrame, type Get, type Match } from './frame.ts'
import { markConstantArray } from '../value/constant-arrays.ts'
import { conflict, ruleScope, type Planner } from './planner.ts'
import type { Scope } from './scope.ts'
import { isPattern, planGet, planMatch } from './terms.ts'

/** A branch of a rule, planned: run it with arguments and it gives its solutions. */
export interface RulePlan {
  readonly rule: Rule
  /** The value of a complete rule or function, where it is a constant. */
  readonly constant: Value | undefined
  /** Complete rules and functions: their one value. */
  readonly value: (args: readonly Value[], firstIsEnough: boolean) => Value | undefined
}

/** What a rule throws when it, or another of its name, has given another value before. */
export function conflictOfOutputs({ head, loc }: Rule): RegoError {
  return conflict((head.args?.length ?? 0) > 0 ? 'functions must not produce multiple outputs for same inputs' : 'complete rules must not produce multiple outputs', loc)
}

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
  const step =
    constant === undefined
      ? body((frame) => {
          const value = get(frame)
          if (value === undefined) return false
          machine.late?.found(value, () => conflictOfOutputs(rule))
          const known = frame[0] as Value | undefined
          if (known === undefined) frame[0] = value
          else if (!equal(known, value)) throw conflictOfOutputs(rule)
          return frame[1] === true
        })
      : body((frame) => {
          machine.late?.found(constant, () => conflictOfOutputs(rule))
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

/** Takes one entry of a partial document: the path to it, and what stands there or is a member of the set there. */
export type Entry = (path: readonly Value[], value: Value) => void

/** Runs a rule of a partial document, as far as it makes what is under some keys; without keys, all of it. */
export type PartialPlan = (entry: Entry, keys: readonly Value[]) => void

const noPath: readonly Value[] = []

/** Plans a rule with variables in its path, or a `contains` rule; the path is relative to `depth`. */
export function planPartialRule(rule: Rule, depth: number, planner: Planner): PartialPlan {
  // One plan for each number of keys: what is bound beforehand is compared where it would be bound.
  const plans: PartialPlan[] = []
  return (entry, keys) => (plans[keys.length] ??= planPartial(rule, depth, keys.length, planner))(entry, keys)
}

function planPartial({ body, head, path }: Rule, depth: number, count: number, planner: Planner): PartialPlan {
  const { machine } = planner
  const scope = ruleScope()
  // A set with a variable in it is equal to nothing before the variable has a value.
  const matches = keyTerms(head, path, depth)
    .slice(0, count)
    .map((term): Match => (isPattern(term, scope) ? planMatch(term, scope, planner) : () => false))
  const run = planner.body(body, scope)
  const names = path.slice(depth).map((term) => planGet(term, scope, planner))
  const result = head.value ?? head.key
  const get: Get = result === undefined ? () => undefined : planGet(result, scope, planner)
  const step = run((frame) => {
    const value = get(frame)
    if (value === undefined) return false
    const at = names.length === 0 ? noPath : evaluateAll(names, frame)
    if (at === undefined) return false
    machine.step()
    ;(frame[0] as Entry)(at, value)
    return false
  })
  return (entry, keys) => {
    machine.step()
    const frame = newFrame(scope.slots.size)
    frame[0] = entry
    for (let i = 0; i < matches.length; i++) if (!(matches[i] as Match)(frame, keys[i] as Value)) return
    step(frame)
  }
}

/** What keys of a partial document are held against, in order. */
export function keyTerms(head: Head, path: readonly Term[], depth: number): readonly Term[] {
  return [...path.slice(depth), ...(head.value === undefined && head.key !== undefined ? [head.key] : [])]
}
