import type { Machine } from '../evaluate/machine.ts'
import type { Term } from '../syntax/ast.ts'
import { keyOf } from '../value/key.ts'
import { planComprehension } from './comprehension.ts'
import type { Literal } from './frame.ts'
import { planLiteral, planPlain } from './literals.ts'
import type { Planner, PlannerOptions } from './planner.ts'
import { planRefGet } from './refs.ts'
import type { RuleNode, RuleSet } from './rule-node.ts'

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
