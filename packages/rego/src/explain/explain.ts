import type { Compiled } from '../compile/compile.ts'
import type { Planner } from '../plan/planner.ts'
import type { Rule, Term } from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import type { Value } from '../value/value.ts'
import type { ExplainContext } from './context.ts'
import { explainRule } from './explain-rule.ts'
import type { RuleExplanation } from './explanation.ts'
import { rulesBelow } from './rules-below.ts'
import { watchBody } from './watch.ts'

/** How many rules are explained within the literals of others. */
const mostInner = 200

/** What the rules of a document do in the evaluation that is under way. */
export function explainRules(ref: readonly Term[], { tree, modules, rewritten }: Compiled, planner: Planner): readonly RuleExplanation[] {
  const sources = new Map(modules.map(({ file, source }) => [file, source]))
  const context: ExplainContext = {
    planner,
    tree,
    rewritten,
    text: ({ file, offset, end }) => (sources.get(file) ?? '').slice(offset, end).trim(),
    elseText: '',
    shown: new Map(rewritten),
    isChanged: false,
    budget: { rules: mostInner },
    watch: watchBody,
    explain: (rules, inner, args) => explainAll(rules.filter(() => inner.budget.rules-- > 0), inner, args),
  }
  return explainAll(rulesBelow(tree, ref), context, [])
}

function explainAll(rules: readonly Rule[], context: ExplainContext, args: readonly Value[]): readonly RuleExplanation[] {
  const explained: RuleExplanation[] = []
  for (const rule of rules) {
    if (rule.isDefault) continue
    for (const branch of branchesOf(rule)) {
      const one = explainRule(branch, context, args)
      explained.push(one)
      // The branches behind the one that holds are not asked.
      if (one.solutions.length > 0) break
    }
  }
  return explained
}
