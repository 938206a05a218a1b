import type { TreeNode } from '../compile/tree.ts'
import type { Planner } from '../plan/planner.ts'
import type { Frame, Step } from '../plan/frame.ts'
import type { Scope } from '../plan/scope.ts'
import type { Body, Loc, Rule, Term } from '../syntax/ast.ts'
import { printRef } from '../syntax/print.ts'
import { renameVars, sourceName } from '../compile/rename.ts'
import { isEvaluationError, RegoError } from '../errors.ts'
import type { Value } from '../value/value.ts'
import type { Failure, RuleExplanation } from './explanation.ts'

/** What explanations share. */
export interface ExplainContext {
  readonly planner: Planner
  readonly tree: TreeNode
  /** The source at a place. */
  readonly text: (loc: Loc) => string
  /** The source of a literal whose place is not known. */
  readonly elseText: string
  /** Generated names and what they were called in the source. */
  readonly rewritten: ReadonlyMap<string, string>
  /** Those of {@link rewritten}, and variables that hold the results of parts of literals, with the sources of those. */
  readonly shown: Map<string, string>
  /** Whether a `with` is around what is explained. */
  readonly isChanged: boolean
  /** How many more rules may be explained within literals. */
  readonly budget: { rules: number }
  readonly watch: (body: Body, scope: Scope, context: ExplainContext) => WatchedBody
  readonly explain: (rules: readonly Rule[], context: ExplainContext, args: readonly Value[]) => readonly RuleExplanation[]
}

/** A body that remembers how far it came. */
export interface WatchedBody {
  readonly run: (next: Step) => Step
  /** Why the last run came to nothing. */
  readonly failure: () => Failure | undefined
}

/** The variables of the source with their values. */
export function bindingsOf(names: Iterable<string>, frame: Frame, scope: Scope, context: ExplainContext): Readonly<Record<string, Value>> {
  const bindings: [string, Value][] = []
  for (const name of names) {
    const shown = sourceName(name, context.rewritten)
    const value = frame[scope.slots.of(name)] as Value | undefined
    if (shown !== undefined && value !== undefined) bindings.push([shown, value])
  }
  return Object.fromEntries(bindings)
}

/** A reference with the names and the parts that the source has. */
export function refText(terms: readonly Term[], { shown }: ExplainContext): string {
  return printRef(terms.map((term) => renameVars(term, shown)))
}

/** What is asked for out of turn may fail where the evaluation itself never came; that is told, and does not end the explanation. */
export function outOfTurn<T>(run: () => T): T | RegoError {
  try {
    return run()
  } catch (error) {
    if (RegoError.is(error) && isEvaluationError(error.code)) return error
    throw error
  }
}
