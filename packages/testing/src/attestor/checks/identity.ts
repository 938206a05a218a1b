import { findType, runTypes } from '@cilock/core'
import { claim } from '../claims.ts'
import { reachedBy } from '../host.ts'
import type { ContractCheck, Subject } from '../fixtures.ts'

/** What an attestor is before it has looked at anything. */
export function identityChecks({ make, isFactory, fixtures: { type } }: Subject): readonly ContractCheck[] {
  const checks: ContractCheck[] = [
    {
      name: 'has a name in lower case',
      run: async () => {
        const { name } = make()
        claim(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name), `expected a name of lower-case words and hyphens, found ${JSON.stringify(name)}`)
      },
    },
    {
      name: 'has a predicate type, and aliases, that are absolute URIs, each once',
      run: async () => {
        const { predicateType, aliases = [] } = make()
        const all = [predicateType, ...aliases]
        for (const uri of all) claim(/^https?:\/\/[^\s/]+\/\S*[^\s/]$/.test(uri) && URL.canParse(uri), `expected an absolute http(s) URI without a slash at its end, found ${JSON.stringify(uri)}`)
        claim(new Set(all).size === all.length, `expected each URI once, found one twice among ${all.join(', ')}`)
      },
    },
    {
      name: 'is found by its predicate type and by every alias',
      run: async () => {
        const attestor = make()
        for (const uri of [attestor.predicateType, ...(attestor.aliases ?? [])]) claim(findType([attestor], uri) === attestor, `expected to find it by ${uri}`)
      },
    },
    {
      name: 'runs in a stage that there is',
      run: async () => claim(runTypes.includes(make().runType), `expected one of ${runTypes.join(', ')}, found ${JSON.stringify(make().runType)}`),
    },
  ]
  if (type !== undefined) checks.push({ name: 'has the reading half that is exported by itself', run: async () => sameHalf(make(), type) })
  if (isFactory) {
    checks.push(
      {
        name: 'does no work when it is made',
        run: async () => {
          const reached = reachedBy(make)
          claim(reached.length === 0, `expected the factory to reach for nothing, found ${reached.join(', ')}`, { expected: [], actual: reached })
        },
      },
      { name: 'is a new one each time', run: async () => claim(make() !== make(), 'expected the factory to give a new attestor each time, found the same one') },
    )
  }
  return checks
}

function sameHalf(attestor: Required<Subject['fixtures']>['type'], type: Required<Subject['fixtures']>['type']): void {
  const partsOf = ({ name, predicateType, aliases }: typeof type): string => JSON.stringify({ name, predicateType, aliases })
  claim(partsOf(attestor) === partsOf(type), `expected the name and types ${partsOf(type)}, found ${partsOf(attestor)}`)
  claim(attestor.read === type.read, 'expected the attestor to read with the `read` of its type, found another function')
}
