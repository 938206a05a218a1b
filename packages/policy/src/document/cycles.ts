/**
 * One cycle for each strongly connected part of a graph, as the path from its first node (in the graph's order) back to
 * it. Names that are no nodes are passed over. Iterative: a policy's graph comes from outside.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  const inCycle = new Set<string>()
  for (const start of graph.keys()) {
    if (inCycle.has(start)) continue
    const path = pathBack(start, graph)
    if (path === undefined) continue
    found.push(path)
    for (const name of path) inCycle.add(name)
  }
  return found
}

/** A shortest way from a node back to itself. */
function pathBack(start: string, graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const cameFrom = new Map<string, string>()
  let frontier = [start]
  while (frontier.length > 0) {
    const next: string[] = []
    for (const name of frontier) {
      for (const other of graph.get(name) ?? []) {
        if (other === start) return [...trace(name, start, cameFrom), start]
        if (!graph.has(other) || cameFrom.has(other)) continue
        cameFrom.set(other, name)
        next.push(other)
      }
    }
    frontier = next
  }
  return undefined
}

function trace(name: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const path = [name]
  for (let at = name; at !== start; ) {
    at = cameFrom.get(at) ?? start
    path.unshift(at)
  }
  return path
}

/** Nodes so that each comes after those that it leads to; ties in the graph's order. The graph must have no cycle. */
export function upstreamFirst(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const waitsFor = new Map([...graph].map(([name, others]) => [name, new Set(others.filter((other) => graph.has(other)))]))
  const leadsFrom = new Map<string, string[]>()
  for (const [name, others] of waitsFor) for (const other of others) leadsFrom.set(other, [...(leadsFrom.get(other) ?? []), name])
  const order: string[] = []
  let ready = [...waitsFor].filter(([, others]) => others.size === 0).map(([name]) => name)
  while (ready.length > 0) {
    order.push(...ready)
    const next: string[] = []
    for (const done of ready) {
      for (const name of leadsFrom.get(done) ?? []) {
        const open = waitsFor.get(name)
        open?.delete(done)
        if (open?.size === 0) next.push(name)
      }
    }
    ready = next
  }
  return order
}
