import { renderHtml } from '@cilock/policy/render'
import type { Check, Report } from '@cilock/policy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from './support/world.ts'

const base = await judge()

/** A report of steps of which some take files from others, and of artifacts that some speak about. */
function reportOf(links: readonly (readonly [number, number])[], count: number, binding: readonly number[]): Report {
  const name = (index: number): string => `step-${index}`
  const check = (expected: string): Check => ({ code: 'artifacts', state: 'passed', message: '', expected, found: null, place: { document: 'policy', pointer: '' } })
  const digest = `sha256:${'a'.repeat(64)}`
  return {
    ...base,
    steps: Array.from({ length: count }, (_, index) => ({
      step: name(index),
      verdict: 'passed' as const,
      checks: [],
      candidates: [{ digest, payloadType: '', references: [], verdict: 'passed' as const, signers: [], checks: links.filter(([, to]) => to === index).map(([from]) => check(name(from))) }],
    })),
    subjects: [{ digests: [digest], boundBy: binding.map((index) => ({ step: name(index), candidate: digest, by: 'subject' as const, name: 'app' })), checks: [] }],
  }
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The boxes and the edges of a page, each edge as points along it. */
function drawn(page: string): { readonly boxes: readonly Box[]; readonly edges: readonly (readonly (readonly [number, number])[])[]; readonly size: readonly [number, number] } {
  const [, width = '', height = ''] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(page) ?? []
  const boxes = [...page.matchAll(/<rect class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(([, x, y, w, h]) => ({ x: Number(x), y: Number(y), width: Number(w), height: Number(h) }))
  const edges = [...page.matchAll(/<path class="edge [a-z-]+" d="(M[^"]*)"/g)].map(([, path = '']) => pointsOf(path))
  return { boxes, edges, size: [Number(width), Number(height)] }
}

function pointsOf(path: string): readonly (readonly [number, number])[] {
  const points: (readonly [number, number])[] = []
  for (const [, , coordinates = ''] of path.matchAll(/([MLC])([^MLC]*)/g)) {
    const [x1 = 0, y1 = 0, x2, y2 = 0, x3 = 0, y3 = 0] = coordinates.trim().split(/\s+/).map(Number)
    const [x0, y0] = points.at(-1) ?? [x1, y1]
    for (let step = 0; step <= 40; step++) {
      const t = step / 40
      if (x2 === undefined) points.push([x0 + (x1 - x0) * t, y0 + (y1 - y0) * t])
      else points.push([(1 - t) ** 3 * x0 + 3 * (1 - t) ** 2 * t * x1 + 3 * (1 - t) * t ** 2 * x2 + t ** 3 * x3, (1 - t) ** 3 * y0 + 3 * (1 - t) ** 2 * t * y1 + 3 * (1 - t) * t ** 2 * y2 + t ** 3 * y3])
    }
  }
  return points
}

const isInside = ([x, y]: readonly [number, number], { x: left, y: top, width, height }: Box): boolean => x > left && x < left + width && y > top && y < top + height

describe('the evidence graph', () => {
  it('draws an edge around the box of a step in between', () => {
    // build → test, build → pack: the artifact is two columns to the right of build
    const page = drawn(renderHtml(reportOf([[0, 1], [1, 2], [0, 2]], 3, [2])))
    expect(page.boxes).toHaveLength(4)
    expect(page.edges).toHaveLength(4)
    for (const edge of page.edges) for (const box of page.boxes) expect(edge.filter((point) => isInside(point, box))).toEqual([])
  })
  it('has no edge behind a box and nothing outside of the picture, whatever leads where', () => {
    const count = 7
    const link = fc.tuple(fc.nat(count - 1), fc.nat(count - 1)).filter(([from, to]) => from < to)
    fc.assert(
      fc.property(fc.array(link, { maxLength: 14 }), fc.subarray(Array.from({ length: count }, (_, index) => index)), (links, binding) => {
        const { boxes, edges, size } = drawn(renderHtml(reportOf(links, count, binding)))
        expect(boxes).toHaveLength(count + 1)
        for (const edge of edges) {
          for (const box of boxes) expect(edge.filter((point) => isInside(point, box))).toEqual([])
          for (const [x, y] of edge) expect(x >= 0 && x <= size[0] && y >= 0 && y <= size[1]).toBe(true)
        }
      }),
      { numRuns: 100 },
    )
  })
})
