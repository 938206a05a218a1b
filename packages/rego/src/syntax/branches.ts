import type { Rule } from './ast.ts'

/** A rule with its else branches. */
export function branchesOf(first: Rule): readonly Rule[] {
  const branches: Rule[] = []
  for (let rule: Rule | undefined = first; rule !== undefined; rule = rule.else) branches.push(rule)
  return branches
}
