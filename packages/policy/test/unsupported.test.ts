import type { Source } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, bob, cause, commandRun, failures, judge, keyid, policyOf, publickeys, step } from './support/world.ts'

const pem = btoa('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n')
const build = (spec: Parameters<typeof step>[1]): Record<string, unknown> => policyOf({ steps: { build: step('build', spec) } })
const functionary = { type: 'publickey', publickeyid: keyid(alice) } as const

const uses: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['roots', policyOf({ roots: { r: { certificate: pem } } }), '/roots'],
  ['timestampauthorities', policyOf({ timestampauthorities: { t: { certificate: pem } } }), '/timestampauthorities'],
  ['a functionary of type root', build({ functionaries: [functionary, { type: 'root', certConstraint: { roots: ['*'] } }] }), '/steps/build/functionaries/1/type'],
  ['certConstraint', build({ functionaries: [{ ...functionary, certConstraint: { commonname: 'x' } }] }), '/steps/build/functionaries/0/certConstraint'],
  ['certConstraint', build({ functionaries: [{ ...functionary, certConstraint: { extensions: { Issuer: 'x' } } }] }), '/steps/build/functionaries/0/certConstraint'],
  ['timestampConstraint', build({ timestampConstraint: { maxAge: '720h' } }), '/steps/build/timestampConstraint'],
]

describe('what is not judged yet', () => {
  it.each(uses)('%s is refused at its key, before evidence is fetched', async (feature, policy, pointer) => {
    let searches = 0
    const source: Source = {
      search: async () => {
        searches++
        return []
      },
    }
    const report = await judge({ policy, source })
    expect(cause(report)).toBe('policy-feature ERR_POLICY_UNSUPPORTED')
    expect(failures(report).map(({ found, place }) => [found, place])).toContainEqual([feature, { document: 'policy', pointer }])
    expect(searches).toBe(0)
    expect(report.steps.every(({ verdict, candidates }) => verdict === 'not-evaluated' && candidates.length === 0)).toBe(true)
  })
  it('what an external attestation asks for in vain is refused too', async () => {
    const externalAttestations = { x: { name: 'x', predicateType: 'https://slsa.dev/provenance/v1', functionaries: [{ type: 'root', certConstraint: { roots: ['*'] } }] } }
    const report = await judge({ policy: policyOf({ externalAttestations }) })
    expect(failures(report).map(({ code, place }) => [code, place.pointer])).toEqual([
      ['policy-feature', '/externalAttestations/x/functionaries/0/type'],
      ['policy-feature', '/externalAttestations/x/functionaries/0/certConstraint'],
    ])
  })
  it('what says nothing is not refused: empty lists, and the constraint that Go writes', async () => {
    const zero = { commonname: '', dnsnames: null, emails: null, organizations: null, uris: null, roots: null, extensions: { Issuer: '' } }
    const functionaries = [{ ...functionary, certConstraint: zero }, { type: 'publickey', publickeyid: keyid(bob), certConstraint: {} }] as const
    const policy = policyOf({ roots: {}, timestampauthorities: {}, externalAttestations: {}, publickeys: publickeys(alice), steps: { build: step('build', { functionaries, attestationsFrom: [], attestations: [{ type: commandRun, regopolicies: [], aipolicies: [] }] }) } })
    expect(cause(await judge({ policy }))).toBe('passed')
  })
})
