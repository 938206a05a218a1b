import type { BuiltinTable } from '../compile/builtin-table.ts'
import type { Arity } from '../compile/outputs.ts'
import { RegoError, type Location } from '../errors.ts'
import type { Machine } from '../evaluate/machine.ts'
import type { Body, Comprehension, Expr, Loc, Term } from '../syntax/ast.ts'
import type { Get, Literal } from './frame.ts'
import type { RuleNode, RuleSet } from './rule-node.ts'
import { Scope, Slots } from './scope.ts'

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
  /** A literal without `not` and `with`. */
  readonly plain: (expr: Expr, scope: Scope) => Literal
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

export function conflict(message: string, loc: Loc): RegoError {
  return new RegoError('eval_conflict_error', message, toLocation(loc))
}

export function toLocation({ file, row, col, offset }: Loc): Location {
  return { file, row, col, offset }
}

/** The scope a rule starts with. */
export function ruleScope(): Scope {
  return new Scope(new Slots())
}
