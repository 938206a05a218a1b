import { groundPrefix, isGroundRef, ruleKind, type Module, type Term } from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import { printLoc, printRef } from '../syntax/print.ts'
import { renameVars } from './rename.ts'
import type { Sink } from './sink.ts'
import { cycleFrom, depthFirst, pathString, type Graph, type TreeNode } from './tree.ts'

/** Rules that cannot stand beside each other. */
export function checkConflicts(modules: readonly Module[], tree: TreeNode, rewritten: ReadonlyMap<string, string>, sink: Sink): void {
  depthFirst(tree, (node) => {
    const first = node.rules[0]
    const last = node.rules.at(-1)
    if (first === undefined || last === undefined || (first === last && node.children.size === 0)) return
    const name = printRef(last.path.map((term) => renameVars(term, rewritten)))
    const kinds = new Set(node.rules.map((rule) => ruleKind(rule.head)))
    const arities = new Set(node.rules.map((rule) => rule.head.args?.length ?? 0))
    const complete = node.rules.filter((rule) => ruleKind(rule.head) === 'single' && isGroundRef(rule.head.ref)).length
    const defaults = node.rules.filter((rule) => rule.isDefault)
    if (node.children.size > 0 && node.rules.some((rule) => isGroundRef(rule.path))) {
      sink.report('rego_type_error', first.loc, `rule ${name} conflicts with [${pathsBelow(node).join(' ')}]`)
    } else if (kinds.size > 1 || arities.size > 1 || (complete > 0 && complete < node.rules.length)) {
      sink.report('rego_type_error', first.loc, `conflicting rules ${name} found`)
    } else if (defaults.length > 1) {
      const places = defaults.map((rule) => printLoc(rule.loc)).join(', ')
      sink.report('rego_type_error', defaults[0]?.package.loc, `multiple default rules ${name} found at ${places}`)
    }
  })
  if (modules.length > 1) checkPackages(modules, sink)
}

function pathsBelow(node: TreeNode): readonly string[] {
  const paths: Term[][] = []
  for (const child of node.children.values()) depthFirst(child, ({ rules }) => void paths.push(...rules.map((rule) => rule.path)))
  const printed = [...new Set(paths.map(printRef))].sort()
  return printed.filter((path) => !printed.some((other) => other !== path && (path.startsWith(`${other}.`) || path.startsWith(`${other}[`))))
}

/** A package cannot have the path of a rule. */
function checkPackages(modules: readonly Module[], sink: Sink): void {
  const byPath = new Map<string, Module[]>()
  for (const module of modules) {
    const path = printRef(module.package.path)
    byPath.set(path, [...(byPath.get(path) ?? []), module])
  }
  const ordered = [...byPath].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => group)
  for (const module of ordered) {
    for (const rule of module.rules) {
      if (groundPrefix(rule.head.ref).length < rule.head.ref.length) continue
      for (const other of byPath.get(printRef(rule.path)) ?? []) {
        if (other === module) continue
        const name = printRef(other.package.path).replace(/^data\.?/, '')
        sink.report('rego_type_error', module.package.loc, `package ${name} conflicts with rule ${printRef(rule.head.ref)} defined at ${printLoc(rule.loc)}`)
      }
    }
  }
}

export function checkRecursion(graph: Graph, tree: TreeNode, sink: Sink): void {
  depthFirst(tree, (node) => {
    for (const first of node.rules) {
      for (const rule of branchesOf(first)) {
        const cycle = cycleFrom(graph, rule)
        if (cycle !== undefined) sink.report('rego_recursion_error', rule.loc, `rule ${pathString(rule)} is recursive: ${cycle.map(pathString).join(' -> ')}`)
      }
    }
  })
}
