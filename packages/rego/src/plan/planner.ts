import type { Builtin } from '../builtins/builtin.ts'
import { BuiltinError } from '../builtins/builtin.ts'
import type { BuiltinTable } from '../compile/builtin-table.ts'
import { RegoError, type Location } from '../errors.ts'
import type { Machine, Mock } from '../evaluate/machine.ts'
import type { Body, Comprehension, Expr, Loc, Term } from '../syntax/ast.ts'
import { isComprehension, isVar, operatorName } from '../syntax/ast.ts'
import type { Arity } from '../compile/outputs.ts'
import { equal, keyOf, RegoObject, RegoSet, type Value } from '../value/value.ts'
import type { Frame, Get, Literal, Step } from './frame.ts'
import { planIndexedComprehension } from './comprehension-index.ts'
import { planEquality } from './equality.ts'
import { planEvery } from './every.ts'
import { planRefEach, planRefGet } from './refs.ts'
import type { RuleNode, RuleSet } from './rule-node.ts'
import { Scope, Slots } from './scope.ts'
import { isEvaluable, planGet, planMatch } from './terms.ts'
import { planWith } from './with.ts'

/** Watches literals while they run, for explanations and coverage. */
export interface Observer {
  readonly wrap: (expr: Expr, scope: Scope, literal: Literal) => Literal
}

/** Turns bodies into closures. */
export interface Planner {
  readonly machine: Machine
  readonly root: RuleNode
  readonly builtins: BuiltinTable
  readonly body: (body: Body, scope: Scope) => Literal
  readonly literal: (expr: Expr, scope: Scope) => Literal
  readonly refGet: (terms: readonly Term[], scope: Scope) => Get
  readonly comprehension: (node: Comprehension, scope: Scope) => Get
  readonly functionAt: (operator: Term) => RuleSet | undefined
  /** Whether comprehensions may be indexed. */
  readonly indexing: boolean
  readonly arity: Arity
  /** A number for a result that is kept for as long as the environment stays. */
  readonly nextId: () => number
}

export interface PlannerOptions {
  readonly builtins: BuiltinTable
  readonly indexing: boolean
  readonly arity: Arity
  readonly nextId: () => number
  readonly observer?: Observer
}

export function makePlanner(machine: Machine, root: RuleNode, { builtins, observer, indexing, arity, nextId }: PlannerOptions): Planner {
  const planner: Planner = {
    machine,
    root,
    builtins,
    indexing,
    arity,
    nextId,
    body: (body, scope) => {
      const literals = body.map((expr) => planner.literal(expr, scope))
      return (next) => {
        let step = next
        for (let i = literals.length - 1; i >= 0; i--) step = (literals[i] as Literal)(step)
        return step
      }
    },
    literal: (expr, scope) => {
      const literal = planLiteral(expr, scope, planner)
      return observer === undefined ? literal : observer.wrap(expr, scope, literal)
    },
    refGet: (terms, scope) => planRefGet(terms, scope, planner),
    comprehension: (node, scope) => planComprehension(node, scope, planner),
    functionAt: (operator) => findFunction(operator, root),
  }
  return planner
}

function findFunction(operator: Term, root: RuleNode): RuleSet | undefined {
  if (operator.value.kind !== 'ref') return undefined
  let node: RuleNode | undefined = root
  for (const [index, term] of operator.value.terms.entries()) {
    if (index === 0) continue
    if (term.value.kind !== 'scalar') return undefined
    node = node.children.get(keyOf(term.value.value))
    if (node === undefined) return undefined
  }
  return node.rules
}

function planLiteral(expr: Expr, scope: Scope, planner: Planner): Literal {
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

// Comprehensions

function planComprehension(node: Comprehension, outer: Scope, planner: Planner): Get {
  const scope = outer.child()
  const slot = scope.slots.fresh()
  const body = planner.body(node.body, scope)
  const head = planGet(node.term, scope, planner)
  const { machine } = planner
  if (node.kind === 'arraycomprehension') {
    const step = body((frame) => {
      const value = head(frame)
      if (value !== undefined) {
        const array = frame[slot] as Value[]
        array.push(value)
        machine.step()
        machine.checkSize(array.length)
      }
      return false
    })
    return (frame) => collect(frame, slot, step, [])
  }
  if (node.kind === 'setcomprehension') {
    const step = body((frame) => {
      const value = head(frame)
      if (value !== undefined) {
        const set = frame[slot] as RegoSet
        set.add(value)
        machine.step()
        machine.checkSize(set.size)
      }
      return false
    })
    return (frame) => collect(frame, slot, step, new RegoSet())
  }
  const key = node.key === undefined ? (): undefined => undefined : planGet(node.key, scope, planner)
  const { loc } = node.term
  const step = body((frame) => {
    const name = key(frame)
    const value = head(frame)
    if (name === undefined || value === undefined) return false
    const object = frame[slot] as RegoObject
    const known = object.get(name)
    if (known === undefined) object.set(name, value)
    else if (!equal(known, value)) throw conflict('object keys must be unique', loc)
    machine.step()
    machine.checkSize(object.size)
    return false
  })
  return (frame) => collect(frame, slot, step, new RegoObject())
}

function collect<T extends Value>(frame: Frame, slot: number, step: Step, into: T): T {
  frame[slot] = into
  step(frame)
  return into
}

export function conflict(message: string, loc: Loc): RegoError {
  return new RegoError('eval_conflict_error', message, toLocation(loc))
}

export function toLocation({ file, row, col, offset }: Loc): Location {
  return { file, row, col, offset }
}

// Calls

function planCall(expr: Expr, scope: Scope, planner: Planner): Literal {
  const [operator, ...args] = expr.terms
  const name = operatorName(expr) ?? ''
  const builtin = planner.builtins.get(name)
  if (operator === undefined) return (next) => next
  const rules = builtin === undefined ? planner.functionAt(operator) : undefined
  const arity = builtin === undefined ? (rules === undefined ? args.length : ruleArity(rules)) : builtin.declaration.args.length
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

const arities: WeakMap<RuleSet, number> = new WeakMap()

/** Tells the planner how many arguments the functions of a rule set take. */
export function setArity(rules: RuleSet, arity: number): void {
  arities.set(rules, arity)
}

function ruleArity(rules: RuleSet): number {
  return arities.get(rules) ?? 0
}

function evaluateOperands(operands: readonly Get[], frame: Frame): Value[] | undefined {
  const values: Value[] = []
  for (const operand of operands) {
    const value = operand(frame)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

function planFunctionCall(name: string, rules: RuleSet | undefined, operands: readonly Get[], planner: Planner): Get {
  const { machine } = planner
  return (frame) => {
    const args = evaluateOperands(operands, frame)
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
    const args = evaluateOperands(operands, frame)
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
    const args = evaluateOperands(operands, frame)
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

/** The scope a rule starts with. */
export function ruleScope(): Scope {
  return new Scope(new Slots())
}
