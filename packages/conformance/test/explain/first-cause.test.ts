import { evaluate, firstCause } from '@cilock/policy'
import { explain } from '@cilock/policy/explain'
import { describe, expect, it } from 'vitest'
import { faults } from './faults.ts'
import type { Fault } from './faults.ts'
import { questionOf, sceneOf, shapes } from './scene.ts'
import type { Scene } from './scene.ts'

function ownerOf({ part }: Fault, { first, last }: Scene): object {
  switch (part) {
    case 'policy':
      return { step: undefined, external: undefined }
    case 'external':
      return { step: undefined, external: 'review' }
    case 'first':
      return { step: first, external: undefined }
    case 'last':
      return { step: last, external: undefined }
    case undefined:
      return {}
  }
}

describe('the first cause', () => {
  it('is that of at least 60 faults in 5 worlds', () => {
    expect(faults.length).toBeGreaterThanOrEqual(60)
    expect(Object.keys(shapes)).toHaveLength(5)
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
  })
  describe.each(Object.entries(shapes))('of the world %s', (_, shape) => {
    it('is none where all is well', async () => {
      const report = await evaluate(await questionOf(sceneOf(shape)))
      expect(firstCause(report)).toBeUndefined()
      expect([report.verdict, explain(report)]).toEqual(['passed', { verdict: 'passed', causes: [] }])
    })
    it.each(faults)('is the fault that was made: $name', async (fault) => {
      const scene = sceneOf(shape)
      fault.inject(scene)
      const report = await evaluate(await questionOf(scene))
      const { first } = explain(report)
      expect({ check: first?.check.code, step: first?.step, external: first?.external, sentence: first?.sentence }).toMatchObject({ check: fault.check, ...ownerOf(fault, scene) })
      expect(first).toMatchObject(firstCause(report) ?? {})
      expect(first?.failing).toContain(first?.check)
    })
  })
})
