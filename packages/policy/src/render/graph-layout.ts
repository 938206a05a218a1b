import type { EvidenceGraph, GraphEdge, GraphNode } from './evidence-graph.ts'

/** Sizes of what is drawn. */
export const box = { width: 196, height: 66, across: 84, down: 22, margin: 6 } as const
/** The room that an edge takes in a column that it only passes. */
const lane = 16

/** A box, by its upper left corner. */
export interface PlacedNode {
  readonly node: GraphNode
  readonly x: number
  readonly y: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** An edge from box to box. Between the columns it bends, within one it runs straight, in a lane where no box stands. */
export interface Route {
  readonly edge: GraphEdge
  /** Pairs: from each first to its second it bends, from there to the next first it runs straight. */
  readonly bends: readonly (readonly [Point, Point])[]
}

export interface GraphLayout {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly routes: readonly Route[]
}

/** Columns from the left, each in the middle of the height; below its boxes the lanes of edges that pass it. */
export function layoutOf({ nodes, edges }: EvidenceGraph): GraphLayout {
  const columnOf = new Map(nodes.map(({ id, column }) => [id, column]))
  const columns = Math.max(0, ...nodes.map(({ column }) => column)) + 1
  const boxes = Array.from({ length: columns }, (_, column) => nodes.filter((each) => each.column === column))
  const passing = Array.from({ length: columns }, () => new Map<GraphEdge, number>())
  for (const edge of edges) {
    const [from, to] = [columnOf.get(edge.from) ?? columns, columnOf.get(edge.to) ?? 0]
    for (let column = from + 1; column < to; column++) passing[column]?.set(edge, passing[column]?.size ?? 0)
  }
  const boxesHeight = (column: number): number => (boxes[column] ?? []).length * (box.height + box.down)
  const heights = boxes.map((_, column) => boxesHeight(column) + (passing[column]?.size ?? 0) * lane)
  const tallest = Math.max(box.height + box.down, ...heights)
  const left = (column: number): number => box.margin + column * (box.width + box.across)
  const top = (column: number): number => box.margin + (tallest - (heights[column] ?? 0)) / 2
  const placed = new Map(boxes.flatMap((some, column) => some.map((node, row): readonly [string, PlacedNode] => [node.id, { node, x: left(column), y: top(column) + row * (box.height + box.down) }])))
  const laneOf = (edge: GraphEdge, column: number): number => top(column) + boxesHeight(column) - box.down / 2 + (passing[column]?.get(edge) ?? 0) * lane + lane / 2
  const routes = edges.flatMap((edge): readonly Route[] => {
    const [start, end] = [placed.get(edge.from), placed.get(edge.to)]
    if (start === undefined || end === undefined) return []
    const passed = Array.from({ length: Math.max(0, end.node.column - start.node.column - 1) }, (_, index) => start.node.column + 1 + index)
    const points: readonly Point[] = [
      { x: start.x + box.width, y: start.y + box.height / 2 },
      ...passed.flatMap((column) => [left(column), left(column) + box.width].map((x) => ({ x, y: laneOf(edge, column) }))),
      { x: end.x - 7, y: end.y + box.height / 2 },
    ]
    return [{ edge, bends: pairs(points) }]
  })
  return { width: left(columns) - box.across + box.margin, height: tallest - box.down + 2 * box.margin + lane, nodes: [...placed.values()], routes }
}

function pairs(points: readonly Point[]): readonly (readonly [Point, Point])[] {
  return points.flatMap((point, index) => {
    const next = points[index + 1]
    return index % 2 === 0 && next !== undefined ? [[point, next] as const] : []
  })
}
