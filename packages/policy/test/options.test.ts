import { encodeEnvelope } from '@cilock/core'
import { evaluate } from '@cilock/policy'
import type { VerifyOptions } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { app, collection, find, hex, judge, options, ran } from './support/world.ts'

describe('wrong arguments', () => {
  const parsed = async ({ policy }: VerifyOptions): Promise<unknown> => JSON.parse(new TextDecoder().decode(encodeEnvelope(policy)))

  it.each<readonly [string, (world: VerifyOptions) => unknown]>([
    ['policy', () => undefined],
    // what `JSON.parse` gives has a payload too, but not the bytes that were signed
    ['policy', parsed],
    ['policy', ({ policy }) => policy.payload],
    ['policyVerifiers', () => undefined],
    ['policyVerifiers', () => []],
    ['subjects', () => undefined],
    ['subjects', () => app],
    ['subjects', () => []],
    ['source', () => undefined],
    ['source', () => []],
    ['types', () => undefined],
    ['now', () => undefined],
    ['now', () => '2026-01-01T00:00:00Z'],
    ['now', () => new Date(Number.NaN)],
    ['signal', () => ({})],
    ['signal', () => new AbortController()],
  ])('%s (%#) is refused by its name', async (name, wrong) => {
    const world = await options()
    await expect(evaluate({ ...world, [name]: await wrong(world) })).rejects.toThrow(expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(`\`${name}\` `) }))
  })
})

describe('evidence about something else', () => {
  const tree = { type: 'https://aflock.ai/attestations/product/v0.3', attestation: { merkleRoot: hex('root'), treeSize: 2, hashAlgorithm: 'sha256', construction: 'RFC6962', leaves: [] } }
  const message = async (world: Parameters<typeof judge>[0]): Promise<string> => find(await judge(world), 'subject')?.message ?? ''

  it('is told together with what was handed in', async () => {
    const other = [await collection({ subjects: { 'https://aflock.ai/attestations/oci/v0.1/imageid': { sha256: hex('other') } } })]
    expect(await message({ evidence: other })).toContain(`it is about "oci/v0.1/imageid" (sha256:${hex('other').slice(0, 12)}…); handed in: sha256:${hex('app').slice(0, 12)}…`)
    expect(await message({ evidence: other, subjects: [app, `dirHash:${hex('a')}`, `dirHash:${hex('b')}`] })).toContain(`dirHash:${hex('a').slice(0, 12)}… and 1 more`)
    expect(await message({ evidence: other })).not.toContain('of which nothing')
  })
  it('says that a digest which leads nowhere was handed in', async () => {
    expect(await message({ subjects: [`sha1:${'a'.repeat(40)}`] })).toContain('of which nothing leads to evidence: only sha256')
  })
  it('names the trees that were not read, and only those', async () => {
    const evidence = [await collection({ subjects: { tree: { sha256: hex('root') } }, attestations: [ran, tree] })]
    expect(await message({ evidence, types: [] })).toContain('; the files of product/v0.3 were not read')
    const read = [await collection({ subjects: { other: { sha256: hex('other') } } })]
    expect(await message({ evidence: read })).not.toContain('not read')
  })
})

