import { encodeJson, sha256Hex } from '@cilock/core'
import type { Statement } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, bob, collection, judge, mallory, policyOf, ran, step } from './support/world.ts'

const [good, turnedDown, foreign, broken] = await Promise.all([
  collection(),
  collection({ attestations: [ran, { type: 'x', attestation: 1 }], signers: [bob] }),
  collection({ attestations: [ran, { type: 'y', attestation: 1 }], signers: [mallory] }),
  collection({ predicate: 'no collection', signers: [alice] }),
])
const digest = ({ payload }: { readonly payload: Uint8Array }): string => `sha256:${sha256Hex(payload)}`

describe('onStatement', () => {
  it('is told once of each collection that somebody vouches for whom the policy names, whatever comes of it', async () => {
    const told: [string, Statement][] = []
    // nothing passes, so evidence is looked for twice: by digest and by name
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: 'missing' }] }), test: step('test') } })
    await judge({ policy, evidence: [foreign, broken, turnedDown, good, good], onStatement: (...given) => told.push(given) })
    expect(told.map(([payload]) => payload).toSorted()).toEqual([digest(good), digest(turnedDown)].toSorted())
    expect(told.find(([payload]) => payload === digest(good))?.[1].predicate).toMatchObject({ name: 'build' })
  })

  it('changes nothing of the report', async () => {
    const evidence = [foreign, turnedDown, good]
    expect(encodeJson(await judge({ evidence, onStatement: () => undefined }))).toEqual(encodeJson(await judge({ evidence })))
  })

  it('ends the verification by what it throws', async () => {
    await expect(judge({ onStatement: () => { throw new RangeError('mine') } })).rejects.toThrow('mine')
  })

  it('has to be a function', async () => {
    await expect(judge({ onStatement: 'x' as never })).rejects.toThrow(TypeError)
  })
})
