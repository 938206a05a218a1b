import { vectors, skipped } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { readCases, runCase, suiteFiles, type Mode } from './suite.ts'

const part = 'opa'
const folder = vectors(part)

/** Every case that holds for OPA 1.13.1, in one mode; the notes of those that fail. */
function failures(version: 'v0' | 'v1', mode: Mode): { readonly count: number; readonly failed: readonly string[] } {
  const failed: string[] = []
  let count = 0
  for (const file of suiteFiles(`${folder}/${version}`)) {
    for (const item of readCases(file)) {
      if (!item.in1131) continue
      count += 1
      const problem = runCase(item, mode)
      if (problem !== undefined) failed.push(`${item.note}: ${problem}`)
    }
  }
  return { count, failed }
}

/**
 * Cases that cannot hold as v0 modules with `import rego.v1`: they name rules or bodies in ways that only one of the
 * two dialects knows.
 */
const onlyV1: readonly string[] = []

describe.skipIf(folder === undefined)(folder === undefined ? skipped(part) : "OPA's evaluation suite", { timeout: 300_000 }, () => {
  it('passes in v0', () => {
    const { count, failed } = failures('v0', { version: 'v0' })
    expect(failed).toEqual([])
    expect(count).toBeGreaterThan(1500)
  })

  it('passes in v1', () => {
    const { count, failed } = failures('v1', { version: 'v1' })
    expect(failed).toEqual([])
    expect(count).toBeGreaterThan(1600)
  })

  it('passes in v1 as v0 modules that import rego.v1', () => {
    const { failed } = failures('v1', { version: 'v0', importV1: true })
    expect(failed.filter((text) => !onlyV1.some((note) => text.startsWith(`${note}:`)))).toEqual([])
  })

  it('passes without the index over rules', () => {
    expect(failures('v1', { version: 'v1', indexing: false }).failed).toEqual([])
    expect(failures('v0', { version: 'v0', indexing: false }).failed).toEqual([])
  })

  it('passes without early exit', () => {
    expect(failures('v1', { version: 'v1', earlyExit: false }).failed).toEqual([])
    expect(failures('v0', { version: 'v0', earlyExit: false }).failed).toEqual([])
  })
})
