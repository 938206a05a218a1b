import { fileURLToPath } from 'node:url'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { readExpected } from '../../src/expected.ts'
import { regoSuite } from '../../src/rego/suite.ts'

const expected = readExpected(fileURLToPath(new URL('../../expected/rego.json', import.meta.url)))

/** Every case below these folders, run in every mode. */
async function outcomes(path: string): Promise<ReadonlyMap<string, string | undefined>> {
  const found = new Map<string, string | undefined>()
  for (const each of await regoSuite(path, 'both')) {
    const outcome = await each.run()
    expect(found.has(each.id), each.id).toBe(false)
    found.set(each.id, outcome.outcome === 'failed' ? outcome.detail : undefined)
  }
  return found
}

/** Those that fail and are not on the list, and those that are and pass. */
function surprises(found: ReadonlyMap<string, string | undefined>): readonly string[] {
  return [...found].filter(([id, problem]) => (problem === undefined) === expected.has(id)).map(([id, problem]) => `${id}: ${problem ?? 'passes'}`)
}

const parts = [
  { part: 'opa/v0', cases: 1729 },
  { part: 'opa/v1', cases: 2000 },
  { part: 'opa/compile', cases: 1928 },
  { part: 'golden/rego', cases: 4277 },
] as const

describe.each(parts)('$part', { timeout: 300_000 }, ({ part, cases }) => {
  const folder = vectors(part)
  it.skipIf(folder === undefined)(folder === undefined ? skipped(part) : 'comes out as in OPA and CI/lock, but for what is listed by reason', async () => {
    const found = await outcomes(folder ?? '')
    expect(surprises(found)).toEqual([])
    expect(found.size).toBeGreaterThanOrEqual(cases)
    for (const [id, problem] of found) {
      // too deep is an error, never a program
      if (id.startsWith('diagnostics/deep/') && problem !== undefined) expect(problem, id).toMatch(/found .*(?:rego_parse_error|ERR_LIMIT_DEPTH)/)
    }
  })
})

const all = parts.map(({ part }) => vectors(part)).filter((folder) => folder !== undefined)

it.skipIf(all.length < parts.length)('the list names no case that is not there', async () => {
  const ids = new Set<string>()
  for (const folder of all) for (const { id } of await regoSuite(folder, 'both')) ids.add(id)
  expect([...expected.keys()].filter((id) => !ids.has(id))).toEqual([])
})

it('nothing is left out of what OPA 1.13.1 evaluates but GraphQL, AWS and the network', () => {
  const reasons = new Set([...expected].filter(([id]) => /^v[01]\//.test(id)).map(([, { reason }]) => reason).filter((reason) => !reason.startsWith('newer than OPA 1.13.1')))
  expect([...reasons]).toEqual(['GraphQL is left out', 'no names are looked up: evaluation uses no network', 'signing requests for AWS is left out'])
})
