import type { Machine } from '../evaluate/machine.ts'
import { planComprehension } from './comprehension.ts'
import type { Literal } from './frame.ts'
import { planLiteral, planPlain } from './literals.ts'
import type { Planner, PlannerOptions } from './planner.ts'
import { planRefGet } from './refs.ts'
import { ruleNodeAt, type RuleNode } from './rule-node.ts'

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
    plain: (expr, scope) => planPlain(expr, scope, planner),
    refGet: (terms, scope) => planRefGet(terms, scope, planner),
    comprehension: (node, scope) => planComprehension(node, scope, planner),
    functionAt: ({ value }) => (value.kind === 'ref' ? ruleNodeAt(root, value.terms)?.rules : undefined),
  }
  return planner
}
