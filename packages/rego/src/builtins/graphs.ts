import { anyType, arrayType, functionType, mapType, setType, tupleType, unionType } from '../types/type.ts'
import { isArray, isObject, objectGet, objectKeys, RegoSet, type ObjectValue, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
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
    queue.push(...edges)
  }
  return found
}

function reachablePaths(context: BuiltinContext, graph: ObjectValue, start: readonly Value[]): RegoSet {
  const paths = new RegoSet()
  const walk = (path: readonly Value[], seen: RegoSet, node: Value): void => {
    context.spend(path.length + 1)
    context.checkSize(paths.size)
    const edges = (neighbours(graph, node) ?? []).filter((next) => neighbours(graph, next) !== undefined && !seen.has(next))
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

/** Every value inside a value with the path to it, the value itself first. */
function walkValue(context: BuiltinContext, value: Value, path: readonly Value[], emit: (solution: Value) => boolean, depth: number): boolean {
  context.spend(1)
  if (emit([path, value])) return true
  if (typeof value !== 'object' || value === null) return false
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) if (walkValue(context, value[i] as Value, [...path, i], emit, depth + 1)) return true
    return false
  }
  if (value instanceof RegoSet) {
    for (const member of value.values()) if (walkValue(context, member, [...path, member], emit, depth + 1)) return true
    return false
  }
  if (!isObject(value)) return false
  for (const key of objectKeys(value)) if (walkValue(context, objectGet(value, key) as Value, [...path, key], emit, depth + 1)) return true
  return false
}

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
  {
    name: 'walk',
    relation: true,
    declaration: functionType([anyType], tupleType(arrayType(anyType), anyType)),
    call: (context, value) => {
      const found: Value[] = []
      walkValue(context, value, [], (solution) => found.push(solution) < 0, 0)
      return found
    },
    each: (context, emit, value) => walkValue(context, value, [], emit, 0),
  },
]
