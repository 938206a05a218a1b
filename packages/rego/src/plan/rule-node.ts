import { constantValue } from '../compile/constant.ts'
import { isConstant, type Term } from '../syntax/ast.ts'
import { keyOf, type Key } from '../value/key.ts'
import type { Value } from '../value/value.ts'

/** The rules that make one document, or one function. */
export interface RuleSet {
  readonly id: number
  readonly isFunction: boolean
  /** How many arguments its functions take. */
  readonly arity: number
  /** The document; undefined where no rule has a solution. */
  readonly value: () => Value | undefined
  /** How many keys of a partial document {@link RuleSet.at} takes; 0 for all other rules. */
  readonly keys: number
  /** The document as far as these keys need it. */
  readonly at: (keys: readonly Value[]) => Value | undefined
  /** The function's result; undefined where no rule has one. */
  readonly call: (args: readonly Value[]) => Value | undefined
}

/** A place in the tree of rules, as evaluation sees it. */
export interface RuleNode {
  readonly key: Value
  readonly children: ReadonlyMap<Key, RuleNode>
  readonly sorted: readonly RuleNode[]
  readonly rules: RuleSet | undefined
}

/** The place of a path below `data` whose parts are constants; undefined where no rule stands at or below it. */
export function ruleNodeAt(root: RuleNode, ref: readonly Term[]): RuleNode | undefined {
  let node: RuleNode | undefined = root
  for (const term of ref.slice(1)) node = isConstant(term) ? node?.children.get(keyOf(constantValue(term) ?? null)) : undefined
  return node
}
