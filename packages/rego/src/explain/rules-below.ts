import { childOf, depthFirst, type TreeNode } from '../compile/tree.ts'
import type { Rule, Term } from '../syntax/ast.ts'

/** The rules of documents at a path, below it, or above it. */
export function rulesBelow(tree: TreeNode, ref: readonly Term[]): readonly Rule[] {
  const found: Rule[] = []
  let node: TreeNode | undefined = tree
  for (const term of ref) {
    node = childOf(node, term)
    if (node === undefined || node.rules.length > 0) break
  }
  if (node === undefined) return found
  depthFirst(node, ({ rules }) => {
    for (const rule of rules) if ((rule.head.args?.length ?? 0) === 0) found.push(rule)
  })
  return found
}
