type Graph = ReadonlyMap<string, readonly string[]>

/**
 * One cycle for each strongly connected part of a graph, as the path from its first node (in the graph's order) back to
 * it. Names that are no nodes are passed over. Linear in the size of the graph, and iterative: it comes from outside.
 */
export function findCycles(graph: Graph): readonly (readonly string[])[] {
  const partOf = connectedParts(graph)
  const found: (readonly string[])[] = []
  const told = new Set<number>()
  for (const start of graph.keys()) {
    const part = partOf.get(start)
    if (part === undefined || told.has(part)) continue
    told.add(part)
    const path = pathBack(start, graph, (name) => partOf.get(name) === part)
    if (path !== undefined) found.push(path)
  }
  return found
}

interface Visit {
  readonly name: string
  readonly index: number
  low: number
  /** The edge that is looked at next. */
  edge: number
}

/** The strongly connected part of each node, by Tarjan's algorithm with a stack of its own. */
function connectedParts(graph: Graph): ReadonlyMap<string, number> {
  const visits = new Map<string, Visit>()
  const partOf = new Map<string, number>()
  const open: Visit[] = []
  let parts = 0
  const enter = (name: string): Visit => {
    const visit = { name, index: visits.size, low: visits.size, edge: 0 }
    visits.set(name, visit)
    open.push(visit)
    return visit
  }
  for (const root of graph.keys()) {
    if (visits.has(root)) continue
    const path = [enter(root)]
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const next = graph.get(at.name)?.[at.edge++]
      if (next !== undefined) {
        if (!graph.has(next)) continue
        const known = visits.get(next)
        if (known === undefined) path.push(enter(next))
        else if (!partOf.has(next)) at.low = Math.min(at.low, known.index)
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) parent.low = Math.min(parent.low, at.low)
      if (at.low === at.index) closePart(at, open, partOf, parts++)
    }
  }
  return partOf
}

function closePart(root: Visit, open: Visit[], partOf: Map<string, number>, part: number): void {
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    partOf.set(visit.name, part)
    if (visit === root) return
  }
}

/** A shortest way from a node back to itself, along nodes of its own part. */
function pathBack(start: string, graph: Graph, isWithin: (name: string) => boolean): readonly string[] | undefined {
  const cameFrom = new Map<string, string>()
  let frontier = [start]
  while (frontier.length > 0) {
    const next: string[] = []
    for (const name of frontier) {
      for (const other of graph.get(name) ?? []) {
        if (other === start) return [...trace(name, start, cameFrom), start]
        if (!isWithin(other) || cameFrom.has(other)) continue
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
    path.push(at)
  }
  return path.reverse()
}

/** Nodes so that each comes after those that it leads to; ties in the graph's order. The graph must have no cycle. */
export function upstreamFirst(graph: Graph): readonly string[] {
  const waitsFor = new Map([...graph].map(([name, others]) => [name, new Set(others.filter((other) => graph.has(other)))]))
  const leadsFrom = new Map<string, string[]>()
  for (const [name, others] of waitsFor) {
    for (const other of others) {
      const known = leadsFrom.get(other)
      if (known === undefined) leadsFrom.set(other, [name])
      else known.push(name)
    }
  }
  const order: string[] = []
  let ready = [...waitsFor].filter(([, others]) => others.size === 0).map(([name]) => name)
  while (ready.length > 0) {
    for (const name of ready) order.push(name)
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
