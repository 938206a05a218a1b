import type { Check, CheckState, Report, StepReport } from '../report/report.ts'

/** How a node or an edge came out. */
export type GraphState = CheckState | 'skipped'

/** A part of a policy, or an artifact, with what was found for it. */
export interface GraphNode {
  readonly id: string
  readonly kind: 'step' | 'external' | 'artifact'
  readonly name: string
  readonly state: GraphState
  /** The states of its candidates. */
  readonly candidates: readonly CheckState[]
  /** Column, from the left. */
  readonly column: number
}

/** What flows from one to the other, and whether it is what it should be. */
export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly state: CheckState
  readonly label: 'files' | 'context' | 'binds'
}

export interface EvidenceGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

/** Steps behind those that they take files or evidence from, and the artifacts behind what speaks about them. */
export function evidenceGraph(report: Report): EvidenceGraph {
  const ids = new Map([...report.externals.map(({ external }, index) => [`external ${external}`, `external-${index}`] as const), ...report.steps.map(({ step }, index) => [`step ${step}`, `step-${index}`] as const)])
  const links = report.steps.flatMap((step) => linksInto(step, ids))
  const isEnd = (id: string): boolean => !links.some(({ from }) => from === id)
  const found = columnsOf([...ids.values()], links)
  const last = Math.max(-1, ...found.values()) + 1
  // what only speaks about the artifact stands beside it
  const columns = new Map([...found].map(([id, column]) => [id, id.startsWith('external-') && isEnd(id) ? last - 1 : column]))
  const nodes: readonly GraphNode[] = [
    ...report.externals.map(({ external, verdict, candidates }): GraphNode => node(ids.get(`external ${external}`) ?? '', 'external', external, verdict, candidates, columns)),
    ...report.steps.map(({ step, verdict, candidates }): GraphNode => node(ids.get(`step ${step}`) ?? '', 'step', step, verdict, candidates, columns)),
    ...report.subjects.map(({ digests, checks }, index): GraphNode => ({ id: `artifact-${index}`, kind: 'artifact', name: digests[0] ?? '', state: stateOf(checks), candidates: [], column: last })),
  ]
  const bindings = report.subjects.flatMap(({ boundBy, checks }, index) => {
    const sources = new Set(boundBy.map(({ step, external }) => ids.get(step === undefined ? `external ${external ?? ''}` : `step ${step}`) ?? ''))
    // of steps that lead to one another the last is enough: the text has all
    const ends = [...sources].filter(isEnd)
    return (ends.length > 0 ? ends : [...sources]).map((from): GraphEdge => ({ from, to: `artifact-${index}`, state: stateOf(checks), label: 'binds' }))
  })
  return { nodes, edges: [...links, ...bindings] }
}

function node(id: string, kind: GraphNode['kind'], name: string, state: GraphState, candidates: readonly { readonly verdict: 'passed' | 'failed' }[], columns: ReadonlyMap<string, number>): GraphNode {
  return { id, kind, name, state, candidates: candidates.map(({ verdict }) => verdict), column: columns.get(id) ?? 0 }
}

/** A report tells these by the checks of candidates; of several the best outcome counts, as one accepted is enough. */
function linksInto({ step, candidates }: StepReport, ids: ReadonlyMap<string, string>): readonly GraphEdge[] {
  const to = ids.get(`step ${step}`) ?? ''
  const best = new Map<string, GraphEdge>()
  for (const { code, expected, state, place } of candidates.flatMap(({ checks }) => checks)) {
    if ((code !== 'artifacts' && code !== 'context') || typeof expected !== 'string') continue
    const from = ids.get(`${code === 'context' && place.pointer.includes('/externalFrom/') ? 'external' : 'step'} ${expected}`)
    if (from === undefined) continue
    const label = code === 'artifacts' ? 'files' : 'context'
    const key = `${from} ${label}`
    const known = best.get(key)
    if (known === undefined || order.indexOf(state) < order.indexOf(known.state)) best.set(key, { from, to, state, label })
  }
  return [...best.values()]
}

const order: readonly CheckState[] = ['passed', 'failed', 'not-evaluated']

function stateOf(checks: readonly Check[]): CheckState {
  if (checks.some(({ state }) => state === 'failed')) return 'failed'
  return checks.every(({ state }) => state === 'passed') ? 'passed' : 'not-evaluated'
}

/** One column further than the furthest that leads here; each edge is walked at most once for each node, so circles end too. */
function columnsOf(ids: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const columns = new Map(ids.map((id) => [id, 0]))
  for (let round = 0; round < ids.length; round++) {
    let moved = false
    for (const { from, to } of edges) {
      const column = (columns.get(from) ?? 0) + 1
      if (column <= (columns.get(to) ?? 0) || column >= ids.length) continue
      columns.set(to, column)
      moved = true
    }
    if (!moved) break
  }
  return columns
}
