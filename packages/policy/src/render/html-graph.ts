import { shortDigest } from '../explain/wording.ts'
import type { EvidenceGraph, GraphNode } from './evidence-graph.ts'
import { box, layoutOf } from './graph-layout.ts'
import type { PlacedNode, Route } from './graph-layout.ts'
import { html } from './html-text.ts'
import type { Markup } from './html-text.ts'
import { marks } from './html-checks.ts'
import { clipped } from './plain-text.ts'

/** Candidates that are shown as signs of their own. */
const mostDots = 8

/** The graph as SVG that needs neither script nor anything from elsewhere. Each box leads to its checks below. */
export function graphMarkup(graph: EvidenceGraph): Markup {
  const { width, height, nodes, routes } = layoutOf(graph)
  const columns = Math.max(0, ...nodes.map(({ node }) => node.column)) + 1
  return html`<svg role="img" aria-label="the evidence graph; the same is told below" width="${width}" height="${height}" style="min-width:${columns * 150}px" viewBox="0 0 ${width} ${height}">${routes.map(routeMarkup)}${nodes.map(nodeMarkup)}</svg>`
}

function routeMarkup({ edge: { state, label }, bends }: Route): Markup {
  const path = bends.map(([from, to], index) => {
    const bend = Math.max(30, (to.x - from.x) / 2)
    return `${index === 0 ? 'M' : 'L'}${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`
  })
  const { x, y } = bends.at(-1)?.[1] ?? { x: 0, y: 0 }
  return html`<g class="${state}"><path class="edge ${state}" d="${path.join('')}"/><path class="tip" d="M${x} ${y - 5}l8 5l-8 5z"/><text class="small" x="${x - 3}" y="${y - 8}" text-anchor="end">${label} ${marks[state]}</text></g>`
}

function nodeMarkup({ node, x, y }: PlacedNode): Markup {
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
