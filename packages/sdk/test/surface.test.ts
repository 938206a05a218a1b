import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PredicateType } from '@cilock/core'
import * as sdk from '@cilock/sdk'
import * as node from '@cilock/sdk/node'
import { describe, expect, it } from 'vitest'

const packages = fileURLToPath(new URL('../..', import.meta.url))
const attestors = readdirSync(packages).filter((name) => name.startsWith('attestor-') && existsSync(`${packages}/${name}/src/type.ts`))

const isType = (value: unknown): value is PredicateType => typeof value === 'object' && value !== null && 'predicateType' in value && 'read' in value

async function typesOf(attestor: string): Promise<readonly PredicateType[]> {
  return Object.values((await import(`@cilock/${attestor}/type`)) as Readonly<Record<string, unknown>>).filter(isType)
}

describe('the readers', () => {
  it.each(attestors)('has those of %s, by name and among all', async (attestor) => {
    const types = await typesOf(attestor)
    expect(types.length).toBeGreaterThan(0)
    for (const type of types) {
      expect(Object.values(sdk)).toContain(type)
      expect(sdk.knownTypes).toContain(type)
    }
  })

  it('has each once, and no two for one predicate', () => {
    const uris = sdk.knownTypes.flatMap(({ predicateType, aliases }) => [predicateType, ...(aliases ?? [])])
    expect(new Set(uris).size).toBe(uris.length)
    expect(Object.values(sdk).filter(isType)).toHaveLength(sdk.knownTypes.length)
  })
})

describe('the names', () => {
  it('stand at one door only', () => {
    expect(Object.keys(node).filter((name) => name in sdk)).toEqual([])
  })

  it('are all told of in the README, each at its door', () => {
    const [, anywhere = '', machine = ''] = /\n`@cilock\/sdk` runs anywhere([^]*)\n`@cilock\/sdk\/node` is what([^]*)\n## What it doesn't/.exec(readFileSync(`${packages}/sdk/README.md`, 'utf8')) ?? []
    const told = (text: string): readonly string[] => [...text.matchAll(/`([a-zA-Z0-9]+)`/g)].map(([, name = '']) => name)
    const packageNames = new Set(['core', 'policy', 'code'])
    expect(told(anywhere).filter((name) => !packageNames.has(name)).toSorted()).toEqual(Object.keys(sdk).toSorted())
    expect(told(machine).filter((name) => !packageNames.has(name)).toSorted()).toEqual(Object.keys(node).toSorted())
  })

  it('are those of the packages behind, so that instanceof and types hold across them', async () => {
    const core = await import('@cilock/core')
    const policy = await import('@cilock/policy')
    expect(sdk.CilockError).toBe(core.CilockError)
    expect(sdk.PolicyError).toBe(policy.PolicyError)
  })
})
