import { BuiltinError, type Builtin } from '../builtins/builtin.ts'
import { RegoError } from '../errors.ts'
import type { Machine, Mock } from '../evaluate/machine.ts'
import { isVar, operatorName, type Expr, type Loc, type Term } from '../syntax/ast.ts'
import type { Value } from '../value/value.ts'
import { evaluateAll, type Frame, type Get, type Literal } from './frame.ts'
import { toLocation, type Planner } from './planner.ts'
import type { RuleSet } from './rule-node.ts'
import type { Scope } from './scope.ts'
import { planGet, planMatch } from './terms.ts'

/** A call of a built-in or of a rule's function. */
export function planCall(expr: Expr, scope: Scope, planner: Planner): Literal {
  const [operator, ...args] = expr.terms
  const name = operatorName(expr) ?? ''
  const builtin = planner.builtins.get(name)
  if (operator === undefined) return (next) => next
  const rules = builtin === undefined ? planner.functionAt(operator) : undefined
  const arity = builtin === undefined ? (rules === undefined ? args.length : rules.arity) : builtin.declaration.args.length
  const operands = args.slice(0, arity).map((arg) => planGet(arg, scope, planner))
  const output = args[arity]
  if (builtin?.relation === true) return planRelation(builtin, operands, output, expr, scope, planner)
  const invoke = builtin === undefined ? planFunctionCall(name, rules, operands, planner) : planBuiltinCall(builtin, operands, expr.loc, planner)
  if (output === undefined) {
    if (builtin !== undefined && builtin.declaration.result === undefined) {
      return (next) => (frame) => {
        invoke(frame)
        return next(frame)
      }
    }
    return (next) => (frame) => {
      const value = invoke(frame)
      return value !== undefined && value !== false && next(frame)
    }
  }
  if (isVar(output) && !scope.isBound(output.value.name)) {
    const slot = scope.bind(output.value.name)
    return (next) => (frame) => {
      const value = invoke(frame)
      if (value === undefined) return false
      frame[slot] = value
      return next(frame)
    }
  }
  const match = planMatch(output, scope, planner)
  return (next) => (frame) => {
    const value = invoke(frame)
    return value !== undefined && match(frame, value) && next(frame)
  }
}

function planFunctionCall(name: string, rules: RuleSet | undefined, operands: readonly Get[], planner: Planner): Get {
  const { machine } = planner
  return (frame) => {
    const args = evaluateAll(operands, frame)
    if (args === undefined) return undefined
    machine.step()
    const mock = machine.mocks?.get(name)
    if (mock !== undefined) return callMock(mock, args, machine)
    return rules?.call(args)
  }
}

function callMock(mock: Mock, args: readonly Value[], machine: Machine): Value | undefined {
  if (mock.kind === 'value') return mock.value
  // A replacement runs without replacements, so that it may call what it replaces.
  const outer = machine.environment()
  machine.enter({ ...outer, mocks: undefined, results: [], calls: [] })
  try {
    return mock.kind === 'builtin' ? mock.builtin.call(machine.context, ...args) : mock.call(args)
  } finally {
    machine.enter(outer)
  }
}

function planBuiltinCall(builtin: Builtin, operands: readonly Get[], loc: Loc, planner: Planner): Get {
  const { machine } = planner
  const { name, call } = builtin
  const mocked = (frame: Frame): Value | undefined => {
    const args = evaluateAll(operands, frame)
    if (args === undefined) return undefined
    const mock = machine.mocks?.get(name)
    try {
      return mock === undefined ? call(machine.context, ...args) : callMock(mock, args, machine)
    } catch (error) {
      return builtinFailure(error, mock?.kind === 'builtin' ? mock.builtin.name : name, loc, machine)
    }
  }
  const [first, second] = operands
  if (operands.length === 1 && first !== undefined) {
    return (frame) => {
      if (machine.mocks !== undefined) return mocked(frame)
      const a = first(frame)
      if (a === undefined) return undefined
      machine.step()
      try {
        return call(machine.context, a)
      } catch (error) {
        return builtinFailure(error, name, loc, machine)
      }
    }
  }
  if (operands.length === 2 && first !== undefined && second !== undefined) {
    return (frame) => {
      if (machine.mocks !== undefined) return mocked(frame)
      const a = first(frame)
      if (a === undefined) return undefined
      const b = second(frame)
      if (b === undefined) return undefined
      machine.step()
      try {
        return call(machine.context, a, b)
      } catch (error) {
        return builtinFailure(error, name, loc, machine)
      }
    }
  }
  return (frame) => {
    machine.step()
    return mocked(frame)
  }
}

/** Keeps a built-in's failure for the end of the evaluation; all other errors go on. */
function builtinFailure(error: unknown, name: string, loc: Loc, machine: Machine): undefined {
  if (!(error instanceof BuiltinError)) throw error
  machine.builtinError ??= new RegoError(error.code, `${name}: ${error.message}`, toLocation(loc), { cause: error })
  return undefined
}

/** A call with many solutions. */
function planRelation(builtin: Builtin, operands: readonly Get[], output: Term | undefined, expr: Expr, scope: Scope, planner: Planner): Literal {
  const { machine } = planner
  const match = output === undefined ? undefined : planMatch(output, scope, planner)
  return (next) => (frame) => {
    const args = evaluateAll(operands, frame)
    if (args === undefined) return false
    let solutions: Value | undefined
    const emit = (solution: Value): boolean => {
      machine.step()
      return match === undefined ? solution !== false && next(frame) : match(frame, solution) && next(frame)
    }
    if (builtin.each !== undefined) return builtin.each(machine.context, emit, ...args)
    try {
      solutions = builtin.call(machine.context, ...args)
    } catch (error) {
      builtinFailure(error, builtin.name, expr.loc, machine)
    }
    return Array.isArray(solutions) && (solutions as readonly Value[]).some(emit)
  }
}
