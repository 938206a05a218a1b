import { anyType, arrayType, functionType, mapType, setType, unionType } from '../types/type.ts'
import { objectGet } from '../value/members.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, type ObjectValue, type Value } from '../value/value.ts'
import { limitError, type Builtin, type BuiltinContext } from './builtin.ts'
import { collectionOperand, objectOperand } from './operands.ts'

const list = unionType(arrayType(anyType), setType(anyType))
const graphType = mapType(anyType, list)

function neighbours(graph: ObjectValue, node: Value): readonly Value[] | undefined {
  const edges = objectGet(graph, node)
  if (edges === undefined) return undefined
  if (isArray(edges)) return edges
  return edges instanceof RegoSet ? edges.values() : []
}

function reachable(context: BuiltinContext, graph: ObjectValue, start: readonly Value[]): RegoSet {
  const found = new RegoSet()
  const queue = [...start]
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    context.spend(1)
    const edges = neighbours(graph, node)
    if (edges === undefined || !found.add(node)) continue
    context.spend(edges.length)
    for (const edge of edges) queue.push(edge)
  }
  return found
}

function reachablePaths(context: BuiltinContext, graph: ObjectValue, start: readonly Value[]): RegoSet {
  const paths = new RegoSet()
  const walk = (path: readonly Value[], seen: RegoSet, node: Value): void => {
    context.spend(path.length + 1)
    context.checkSize(paths.size)
    if (path.length > context.limits.depth) throw limitError('ERR_LIMIT_DEPTH', `a path through the graph is longer than ${context.limits.depth}`)
    const all = neighbours(graph, node) ?? []
    context.spend(all.length)
    const edges = all.filter((next) => neighbours(graph, next) !== undefined && !seen.has(next))
    if (edges.length === 0) {
      paths.add(path)
      return
    }
    for (const next of edges) walk([...path, next], RegoSet.of([...seen.unordered(), next]), next)
  }
  for (const node of start) {
    if (neighbours(graph, node) !== undefined) walk([node], RegoSet.of([node]), node)
  }
  return paths
}

/** `graph.*`. */
export const graphBuiltins: readonly Builtin[] = [
  {
    name: 'graph.reachable',
    declaration: functionType([graphType, list], setType(anyType)),
    call: (context, graph, start) => reachable(context, objectOperand(graph, 1), collectionOperand(start, 2)),
  },
  {
    name: 'graph.reachable_paths',
    declaration: functionType([graphType, list], setType(arrayType(anyType))),
    call: (context, graph, start) => reachablePaths(context, objectOperand(graph, 1), collectionOperand(start, 2)),
  },
]
