import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PredicateType } from '@cilock/core'
import * as sdk from '@cilock/sdk'
import * as explain from '@cilock/sdk/explain'
import * as lint from '@cilock/sdk/lint'
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
  const doors = { '@cilock/sdk': sdk, '@cilock/sdk/explain': explain, '@cilock/sdk/lint': lint, '@cilock/sdk/node': node }

  it('stand at one door only', () => {
    const names = Object.values(doors).flatMap((door) => Object.keys(door))
    expect(new Set(names).size).toBe(names.length)
  })

  it('are all told of in the README, each at its door', () => {
    const readme = readFileSync(`${packages}/sdk/README.md`, 'utf8')
    const [, what = ''] = /\n## What is in, and why\n([^]*)\n## What it doesn't/.exec(readme) ?? []
    // each part begins with the name of its door
    const parts = what.split(/\n(?=`@cilock\/sdk)/).slice(1)
    expect(parts).toHaveLength(Object.keys(doors).length)
    for (const part of parts) {
      const [, door = ''] = /^`([^`]+)`/.exec(part) ?? []
      const told = [...part.matchAll(/`([a-zA-Z0-9]+)`/g)].map(([, name = '']) => name).filter((name) => !['core', 'policy', 'code'].includes(name))
      expect(told.toSorted(), door).toEqual(Object.keys(doors[door as keyof typeof doors]).toSorted())
    }
  })

  it('are those of the packages behind, so that instanceof and types hold across them', async () => {
    const core = await import('@cilock/core')
    const policy = await import('@cilock/policy')
    expect(sdk.CilockError).toBe(core.CilockError)
    expect(sdk.PolicyError).toBe(policy.PolicyError)
  })
})
