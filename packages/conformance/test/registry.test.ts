import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { registrySuite } from '../src/registry/suite.ts'
import { runCases } from '../src/run-cases.ts'

const part = 'golden/registry'
const folder = vectors(part)

describe.skipIf(folder === undefined)(folder === undefined ? skipped(part) : 'recorded registries', () => {
  it('are asked and read by our client as by others, answered alike by ours for tests, and hold images that we know', { timeout: 600_000 }, async () => {
    const cases = await registrySuite(folder ?? '', 'both')
    const lines: string[] = []
    const tally = await runCases(cases, new Map(), true, (line) => lines.push(line))
    expect(lines.filter((line) => line.startsWith('failed'))).toEqual([])
    // of one request, sent to both kinds of registry, only the hash of its 5 MiB was recorded
    expect(tally).toEqual({ passed: 699, expected: new Map(), failed: 0, skipped: 2 })
    const kinds = cases.map(({ kind }) => kind)
    expect(Object.fromEntries(['client', 'probe', 'memory', 'identities'].map((kind) => [kind, kinds.filter((each) => each === kind).length]))).toEqual({ client: 100, probe: 332, memory: 218, identities: 51 })
  })
})
