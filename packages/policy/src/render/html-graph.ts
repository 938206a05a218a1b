import { shortDigest } from '../explain/wording.ts'
import type { EvidenceGraph, GraphEdge, GraphNode } from './evidence-graph.ts'
import { html } from './html-text.ts'
import type { Markup } from './html-text.ts'
import { marks } from './html-checks.ts'
import { clipped } from './plain-text.ts'

const box = { width: 196, height: 66, across: 84, down: 22, margin: 6 }
/** Candidates that are shown as signs of their own. */
const mostDots = 8

interface Placed {
  readonly node: GraphNode
  readonly x: number
  readonly y: number
}

/** The graph as SVG that needs neither script nor anything from elsewhere. Each box leads to its checks below. */
export function graphMarkup({ nodes, edges }: EvidenceGraph): Markup {
  const columns = Math.max(0, ...nodes.map(({ column }) => column)) + 1
  const counts = Array.from({ length: columns }, (_, column) => nodes.filter((each) => each.column === column).length)
  const tallest = Math.max(1, ...counts)
  const size = { width: columns * (box.width + box.across) - box.across + 2 * box.margin, height: tallest * (box.height + box.down) - box.down + 2 * box.margin }
  const seen = counts.map(() => 0)
  const placed = new Map(
    nodes.map((node): readonly [string, Placed] => {
      const row = seen[node.column] ?? 0
      seen[node.column] = row + 1
      const free = (tallest - (counts[node.column] ?? 0)) * (box.height + box.down)
      return [node.id, { node, x: box.margin + node.column * (box.width + box.across), y: box.margin + free / 2 + row * (box.height + box.down) }]
    }),
  )
  return html`<svg role="img" aria-label="the evidence graph; the same is told below" width="${size.width}" height="${size.height}" style="min-width:${columns * 150}px" viewBox="0 0 ${size.width} ${size.height}">${edges.flatMap((edge) => edgeMarkup(edge, placed) ?? [])}${[...placed.values()].map(nodeMarkup)}</svg>`
}

function edgeMarkup({ from, to, state, label }: GraphEdge, placed: ReadonlyMap<string, Placed>): Markup | undefined {
  const [start, end] = [placed.get(from), placed.get(to)]
  if (start === undefined || end === undefined) return undefined
  const [x1, y1, x2, y2] = [start.x + box.width, start.y + box.height / 2, end.x - 7, end.y + box.height / 2]
  const bend = Math.max(30, (x2 - x1) / 2)
  return html`<g class="${state}"><path class="edge ${state}" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/><path class="tip" d="M${x2} ${y2 - 5}l8 5l-8 5z"/><text class="small" x="${x2 - 3}" y="${y2 - 8}" text-anchor="end">${label} ${marks[state]}</text></g>`
}

function nodeMarkup({ node, x, y }: Placed): Markup {
  const { id, kind, name, state, candidates } = node
  const shown = clipped(kind === 'artifact' ? shortDigest(name).replace(/^sha256:/, '') : name, 17)
  return html`<a href="#${id}"><g class="${state}"><title>${name}</title><rect class="box" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="9"/><circle class="head" cx="${x + 24}" cy="${y + 23}" r="12"/><text class="sign" x="${x + 24}" y="${y + 28}">${marks[state]}</text><text class="name" x="${x + 44}" y="${y + 28}">${shown}</text>${dots(candidates, x + 24, y + 49)}<text class="small" x="${x + 44 + dotsWidth(candidates)}" y="${y + 53}">${caption(node)}</text></g></a>`
}

function dotsWidth({ length }: GraphNode['candidates']): number {
  return length <= 1 ? 0 : (Math.min(length, mostDots) - 1) * 11
}

function dots(candidates: GraphNode['candidates'], x: number, y: number): readonly Markup[] {
  return candidates.slice(0, mostDots).map((state, index) => html`<g class="${state}">${state === 'passed' ? html`<circle class="dot" cx="${x + index * 11}" cy="${y}" r="4"/>` : html`<path class="edge" d="M${x + index * 11 - 3.5} ${y - 3.5}l7 7m0 -7l-7 7"/>`}</g>`)
}

function caption({ kind, candidates, state }: GraphNode): string {
  if (kind === 'artifact') return state === 'passed' ? 'artifact, bound' : 'artifact'
  const count = candidates.length === 0 ? 'no envelope' : candidates.length === 1 ? '1 envelope' : `${candidates.length} envelopes`
  return kind === 'external' ? `external, ${count}` : count
}
