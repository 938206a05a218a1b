import type { TreeNode } from '../compile/tree.ts'
import { undefinedResult, type Machine } from '../evaluate/machine.ts'
import { isGroundRef, ruleKind, type Rule } from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import { equal } from '../value/equal.ts'
import { RegoSet } from '../value/set.ts'
import type { Value } from '../value/value.ts'
import { planParts, type Build } from './partial-parts.ts'
import { ObjectBuilder } from './object-builder.ts'
import type { Planner } from './planner.ts'
import { buildRuleIndex, type RuleIndex, type Selected } from './rule-index.ts'
import type { RuleNode, RuleSet } from './rule-node.ts'
import { conflictOfOutputs, keyTerms, planPartialRule, planValueRule, type PartialPlan, type RulePlan } from './rule-plan.ts'

export interface RuleTreeOptions {
  readonly indexing: boolean
  readonly earlyExit: boolean
}

/** The tree of rules for evaluation. The planner is asked for only when a rule first runs. */
export function planTree(tree: TreeNode, planner: () => Planner, machine: Machine, nextId: () => number, options: RuleTreeOptions): RuleNode {
  const builder = new TreeBuilder(tree, planner, machine, nextId, options)
  const root = tree.children.get('data')
  return root === undefined ? { key: 'data', children: new Map(), sorted: [], rules: undefined } : builder.node(root, 1)
}

class TreeBuilder {
  private readonly tree: TreeNode
  private readonly planner: () => Planner
  private readonly machine: Machine
  private readonly options: RuleTreeOptions
  private readonly nextId: () => number

  constructor(tree: TreeNode, planner: () => Planner, machine: Machine, nextId: () => number, options: RuleTreeOptions) {
    this.nextId = nextId
    this.tree = tree
    this.planner = planner
    this.machine = machine
    this.options = options
  }

  node(node: TreeNode, depth: number): RuleNode {
    const children = new Map([...node.children].map(([key, child]) => [key, this.node(child, depth + 1)]))
    return { key: node.key, children, sorted: [...children.values()], rules: this.ruleSet(node, depth) }
  }

  private ruleSet(node: TreeNode, depth: number): RuleSet | undefined {
    const [first] = node.rules
    if (first === undefined) return undefined
    if (node.rules.some((rule) => !isGroundRef(rule.path))) return this.objectSet(node, depth)
    if (ruleKind(first.head) === 'multi') return this.setSet(node.rules)
    return this.valueSet(node.rules)
  }

  private memoised(compute: () => Value | undefined, id: number = this.nextId()): () => Value | undefined {
    const { machine } = this
    return () => {
      const known = machine.results[id]
      if (known !== undefined) return known === undefinedResult ? undefined : (known as Value)
      const value = compute()
      machine.results[id] = value === undefined ? undefinedResult : value
      return value
    }
  }

  /** The rules of a set, of which the index may leave some out. */
  private index(rules: readonly (readonly Rule[])[]): ((args: readonly Value[] | undefined) => readonly Selected[]) & { prunes?: boolean } {
    const all: readonly Selected[] = rules.map((chain, rule) => ({ rule, branches: chain.map((_, branch) => branch) }))
    let index: RuleIndex | undefined | null = null
    const select = (args: readonly Value[] | undefined): readonly Selected[] => {
      if (index === null) {
        index = this.options.indexing ? buildRuleIndex(rules, this.tree, this.planner()) : undefined
        select.prunes = index?.prunes ?? false
      }
      return index === undefined ? all : index.select(args)
    }
    select.prunes = false
    return select
  }

  // Complete rules and functions

  private valueSet(rules: readonly Rule[]): RuleSet {
    const id = this.nextId()
    const arity = rules[0]?.head.args?.length ?? 0
    const chains = rules.filter((rule) => !rule.isDefault).map(branchesOf)
    const fallbackRule = rules.find((rule) => rule.isDefault)
    let plans: readonly (readonly RulePlan[])[] | undefined
    let fallback: RulePlan | undefined
    const select = this.index(chains)
    const { machine } = this
    const { earlyExit } = this.options

    let same: boolean | undefined
    const allSame = (): boolean => {
      const current = plans ?? []
      return (same ??= sameConstant(chains.map((chain, rule) => ({ rule, branches: chain.map((_, branch) => branch) })), current))
    }
    const computeNow = (args: readonly Value[]): Value | undefined => {
      if (plans === undefined) {
        const planner = this.planner()
        plans = chains.map((chain) => chain.map((rule) => planValueRule(rule, planner)))
        fallback = fallbackRule === undefined ? undefined : planValueRule(fallbackRule, planner)
      }
      const selected = select(args)
      const enough = earlyExit && (select.prunes === true ? allSame() : sameConstant(selected, plans))
      let result: Value | undefined
      for (const { rule, branches } of selected) {
        const chain = plans[rule]
        for (const branch of branches) {
          const plan = chain?.[branch]
          const value = plan?.value(args, enough)
          if (plan === undefined || value === undefined) continue
          if (result !== undefined && !equal(result, value)) throw conflictOfOutputs(plan.rule)
          result = value
          break
        }
        if (enough && result !== undefined) return result
      }
      return result === undefined ? fallback?.value(args, false) : result
    }
    const compute = (args: readonly Value[]): Value | undefined => (machine.late === undefined ? computeNow(args) : machine.late.watch(() => computeNow(args)))
    const value = this.memoised(() => compute(noArgs))
    const call = arity === 0 ? value : memoisedCall(id, arity, machine, compute)
    return { id, isFunction: arity > 0, arity, value, keys: 0, at: value, call }
  }

  // Partial documents

  /** A document that rules make entry by entry; `keys` is the most that can be told apart. */
  private partial(keys: number, build: Build): RuleSet {
    const id = this.nextId()
    const value = this.memoised(() => build(noArgs), id)
    return { id, isFunction: false, arity: 0, value, keys, at: planParts(build, id, this.nextId(), this.machine), call: value }
  }

  private setSet(rules: readonly Rule[]): RuleSet {
    const { machine } = this
    const select = this.index(rules.map((rule) => [rule]))
    let plans: readonly PartialPlan[] | undefined
    return this.partial(1, (keys) => {
      plans ??= rules.map((rule) => planPartialRule(rule, rule.path.length, this.planner()))
      const set = new RegoSet()
      const add = (_path: readonly Value[], member: Value): void => {
        set.add(member)
        machine.checkSize(set.size)
      }
      for (const { rule } of select(undefined)) plans[rule]?.(add, keys)
      return set
    })
  }

  private objectSet(node: TreeNode, depth: number): RuleSet {
    const own = [...node.rules]
    const parts: { readonly path: readonly Value[]; readonly rules: RuleSet; readonly rule: Rule }[] = []
    const collect = (child: TreeNode, path: readonly Value[], at: number): void => {
      const [first] = child.rules
      if (first !== undefined && child.rules.every((rule) => isGroundRef(rule.path))) {
        const rules = this.ruleSet(child, at)
        if (rules !== undefined) parts.push({ path, rules, rule: first })
      } else own.push(...child.rules)
      for (const below of child.children.values()) collect(below, [...path, below.key], at + 1)
    }
    for (const child of node.children.values()) collect(child, [child.key], depth + 1)
    const select = this.index(own.map((rule) => [rule]))
    let plans: readonly PartialPlan[] | undefined
    const { machine } = this
    const most = Math.max(...own.map((rule) => keyTerms(rule.head, rule.path, depth).length), ...parts.map(({ path }) => path.length))
    return this.partial(most, (keys) => {
      plans ??= own.map((rule) => planPartialRule(rule, depth, this.planner()))
      const builder = new ObjectBuilder()
      for (const { rule: number } of select(undefined)) {
        const rule = own[number]
        if (rule === undefined) continue
        const isSet = ruleKind(rule.head) === 'multi'
        plans[number]?.((path, item) => {
          if (isSet) builder.add(path, item, rule.loc)
          else builder.put(path, item, rule.loc)
          machine.checkSize(builder.size)
        }, keys)
      }
      for (const part of parts) {
        const isWanted = part.path.every((name, index) => keys[index] === undefined || equal(name, keys[index]))
        const item = part.rules.isFunction || !isWanted ? undefined : part.rules.value()
        if (item === undefined) continue
        if (item instanceof RegoSet) for (const member of item.values()) builder.add(part.path, member, part.rule.loc)
        else builder.put(part.path, item, part.rule.loc)
      }
      return builder.build()
    })
  }
}

const noArgs: readonly Value[] = []

/** OPA stops at the first success where all rules that may run have the same constant value. */
function sameConstant(selected: readonly Selected[], plans: readonly (readonly RulePlan[])[]): boolean {
  let constant: Value | undefined
  for (const { rule, branches } of selected) {
    for (const branch of branches) {
      const value = plans[rule]?.[branch]?.constant
      if (value === undefined || (constant !== undefined && constant !== value && !equal(constant, value))) return false
      constant = value
    }
  }
  return true
}

/** Remembers results by the identity of arguments: equal composites are seldom different objects. */
function memoisedCall(id: number, arity: number, machine: Machine, compute: (args: readonly Value[]) => Value | undefined): RuleSet['call'] {
  return (args) => {
    let map = (machine.calls[id] ??= new Map())
    for (let i = 0; i < arity - 1; i++) {
      const key = args[i]
      let inner = map.get(key) as Map<unknown, unknown> | undefined
      if (inner === undefined) {
        inner = new Map()
        map.set(key, inner)
      }
      map = inner
    }
    const last = args[arity - 1]
    const known = map.get(last)
    if (known !== undefined) return known === undefinedResult ? undefined : (known as Value)
    const value = compute(args)
    map.set(last, value === undefined ? undefinedResult : value)
    return value
  }
}
