import { groundPrefix, isConstant, isVar, scalar, stringOf, type Module, type Rule, type Term } from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import { printRef } from '../syntax/print.ts'
import { walkRule } from '../syntax/walk.ts'
import { compare } from '../value/compare.ts'
import { keyOf, type Key } from '../value/key.ts'
import type { Value } from '../value/value.ts'
import { constantValue } from './constant.ts'

/** All rules by their paths. The root holds `data`. */
export interface TreeNode {
  readonly key: Value
  readonly rules: Rule[]
  readonly children: Map<Key, TreeNode>
}

export function newNode(key: Value): TreeNode {
  return { key, rules: [], children: new Map() }
}

/** `data.pkg.rule…`, the first part of the head's reference as a string. */
export function rulePath(rule: Rule): Term[] {
  const [first, ...rest] = rule.head.ref
  if (first === undefined) return [...rule.package.path]
  const name = isVar(first) ? scalar(first.value.name, first.loc) : first
  return [...rule.package.path, name, ...rest]
}

/** The child for a constant operand; undefined for others. */
export function childOf(node: TreeNode, term: Term): TreeNode | undefined {
  if (isVar(term)) return term.value.name === 'data' ? node.children.get('data') : undefined
  const value = constantValue(term)
  return value === undefined ? undefined : node.children.get(keyOf(value))
}

export function buildTree(modules: readonly Module[]): TreeNode {
  const root = newNode('')
  const add = (path: readonly Term[], rule: Rule | undefined): void => {
    let node = root
    for (const term of path) {
      const value: Value = isVar(term) ? term.value.name : (constantValue(term) ?? null)
      const key = keyOf(value)
      let child = node.children.get(key)
      if (child === undefined) {
        child = newNode(value)
        node.children.set(key, child)
      }
      node = child
    }
    if (rule !== undefined) node.rules.push(rule)
  }
  // Packages by path, as OPA's tree is built from the tree of modules.
  const ordered = [...modules].sort((a, b) => byText(printRef(a.package.path), printRef(b.package.path)))
  for (const module of ordered) {
    if (module.rules.length === 0) add(module.package.path, undefined)
    for (const rule of module.rules) {
      rule.path = rulePath(rule)
      for (let branch = rule.else; branch !== undefined; branch = branch.else) branch.path = rulePath(branch)
      add(groundPrefix(rule.path), rule)
    }
  }
  sortTree(root)
  return root
}

function sortTree(node: TreeNode): void {
  const children = [...node.children].sort(([, a], [, b]) => compare(a.key, b.key))
  node.children.clear()
  for (const [key, child] of children) {
    node.children.set(key, child)
    sortTree(child)
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Visits a node and everything below it; returning true keeps from going deeper. */
export function depthFirst(node: TreeNode, visit: (node: TreeNode) => boolean | void): void {
  if (visit(node) === true) return
  for (const child of node.children.values()) depthFirst(child, visit)
}

/** The rules at exactly this path. */
export function rulesAt(root: TreeNode, ref: readonly Term[]): readonly Rule[] {
  return nodeAt(root, ref)?.rules ?? []
}

/** The place of a path whose parts are constants; undefined where no rule stands at or below it. */
export function nodeAt(root: TreeNode, ref: readonly Term[]): TreeNode | undefined {
  let node: TreeNode | undefined = root
  for (const term of ref) node = node && childOf(node, term)
  return node
}

/** True where a rule stands at, above or below the path. */
export function isVirtual(root: TreeNode, ref: readonly Term[]): boolean {
  let node = root
  for (const term of ref) {
    const child = childOf(node, term)
    if (child === undefined) return false
    if (child.rules.length > 0) return true
    node = child
  }
  return true
}

/** All rules that a reference may touch, variables standing for any key. */
export function rulesTouchedBy(root: TreeNode, ref: readonly Term[]): Set<Rule> {
  const found = new Set<Rule>()
  const all = (node: TreeNode): void => {
    depthFirst(node, ({ rules }) => {
      for (const rule of rules) found.add(rule)
    })
  }
  const walk = (node: TreeNode, index: number): void => {
    const term = ref[index]
    if (term === undefined) {
      all(node)
      return
    }
    if (index === 0 || isConstant(term)) {
      const child = childOf(node, term)
      if (child === undefined) return
      for (const rule of child.rules) found.add(rule)
      walk(child, index + 1)
      return
    }
    for (const child of node.children.values()) {
      for (const rule of child.rules) found.add(rule)
      walk(child, index + 1)
    }
  }
  walk(root, 0)
  return found
}

/** Which rules each rule depends on; else branches are rules of their own. */
export type Graph = ReadonlyMap<Rule, ReadonlySet<Rule>>

export function buildGraph(modules: readonly Module[], root: TreeNode): Graph {
  const graph = new Map<Rule, Set<Rule>>()
  for (const module of modules) {
    for (const first of module.rules) {
      for (const rule of branchesOf(first)) {
        const needs = new Set<Rule>()
        graph.set(rule, needs)
        walkRule(rule, {
          term: ({ value }) => {
            if (value.kind !== 'ref') return
            const head = value.terms[0]
            if (!isVar(head) || head.value.name !== 'data') return
            for (const found of rulesTouchedBy(root, value.terms)) {
              for (const branch of branchesOf(found)) needs.add(branch)
            }
          },
        })
      }
    }
  }
  return graph
}

/** The rules so that each comes after those it depends on. */
export function sortedRules(graph: Graph): readonly Rule[] {
  const sorted: Rule[] = []
  const marked = new Set<Rule>()
  const visit = (rule: Rule): void => {
    if (marked.has(rule)) return
    marked.add(rule)
    for (const other of graph.get(rule) ?? []) visit(other)
    sorted.push(rule)
  }
  for (const rule of graph.keys()) visit(rule)
  return sorted
}

/** The cycle that leads from a rule back to itself, or undefined. */
export function cycleFrom(graph: Graph, start: Rule): readonly Rule[] | undefined {
  const visited = new Set<Rule>()
  const walk = (rule: Rule): Rule[] | undefined => {
    for (const other of graph.get(rule) ?? []) {
      if (other === start) return [rule, other]
      if (visited.has(other)) continue
      visited.add(other)
      const path = walk(other)
      if (path !== undefined) return [rule, ...path]
    }
    return undefined
  }
  return walk(start)
}

export function pathString(rule: Rule): string {
  return printRef(rule.path)
}

/** A path of strings, for messages and lookups. */
export function stringPath(path: readonly Term[]): readonly string[] {
  return path.map((term) => (isVar(term) ? term.value.name : (stringOf(term) ?? '')))
}
