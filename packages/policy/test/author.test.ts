import { materialType, productType } from '@cilock/attestor-files/type'
import { decodeBase64, decodeUtf8, memorySource, parseJson } from '@cilock/core'
import { DefinitionError, definePolicy, draftPolicy, evaluate, signPolicy, witnessPolicyPayloadType } from '@cilock/policy'
import type { PolicyDefinition } from '@cilock/policy'
import { lintPolicy } from '@cilock/policy/lint'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { types } from './support/types.ts'
import { alice, app, bob, collection, commandRun, hex, keyid, now, root } from './support/world.ts'

const expires = new Date('2027-01-31T12:34:56.789Z')
const build = { functionaries: [alice.verifier], attestations: [commandRun] }

describe('a definition', () => {
  test('is written as CI/lock reads it', () => {
    const policy = definePolicy({
      expires,
      steps: {
        fetch: { functionaries: [bob.verifier], attestations: [productType] },
        build: {
          functionaries: [alice.verifier, bob.verifier],
          attestations: [materialType, { type: commandRun, rego: 'package p\ndeny[m] { input.exitcode != 0; m := "x" }' }],
          artifactsFrom: ['fetch'],
          attestationsFrom: ['fetch'],
          externalFrom: ['slsa'],
          allowedUntracked: ['*.log'],
          signedWithin: { maxAge: '720h', notBefore: new Date('2026-01-01T00:00:00Z') },
        },
      },
      externals: { slsa: { predicateType: 'https://slsa.dev/provenance/v1', functionaries: [bob.verifier], rego: { 'a.rego': 'package a\ndeny = []' }, required: false } },
    })
    expect(policy).toEqual({
      expires: '2027-01-31T12:34:56Z',
      publickeys: Object.fromEntries([alice, bob].map((key) => [keyid(key), { keyid: keyid(key), key: btoa(key.publicKeyPem) }])),
      steps: {
        build: {
          name: 'build',
          functionaries: [alice, bob].map((key) => ({ type: 'publickey', publickeyid: keyid(key) })),
          attestations: [
            { type: materialType.predicateType, regopolicies: [] },
            { type: commandRun, regopolicies: [{ name: 'build-1.rego', module: btoa('package p\ndeny[m] { input.exitcode != 0; m := "x" }') }] },
          ],
          artifactsFrom: ['fetch'],
          attestationsFrom: ['fetch'],
          externalFrom: ['slsa'],
          allowedUntracked: ['*.log'],
          timestampConstraint: { maxAge: '720h', notBefore: '2026-01-01T00:00:00Z' },
        },
        fetch: { name: 'fetch', functionaries: [{ type: 'publickey', publickeyid: keyid(bob) }], attestations: [{ type: productType.predicateType, regopolicies: [] }] },
      },
      externalAttestations: {
        slsa: {
          name: 'slsa',
          predicateType: 'https://slsa.dev/provenance/v1',
          functionaries: [{ type: 'publickey', publickeyid: keyid(bob) }],
          regopolicies: [{ name: 'a.rego', module: btoa('package a\ndeny = []') }],
          required: false,
        },
      },
    })
  })

  test('of a certificate takes anything where nothing is said, in words that CI/lock accepts', () => {
    const ca = { certificate: 'PEM', intermediates: ['PEM 2'] }
    const policy = definePolicy({
      expires,
      roots: { ca },
      timestampAuthorities: { tsa: { certificate: 'TSA' } },
      steps: { build: { functionaries: [{ roots: ['ca'], uris: ['https://example.com/*'], extensions: { Issuer: 'https://example.com' } }], attestations: [commandRun] } },
    })
    expect(policy.steps['build']?.functionaries).toEqual([
      { type: 'root', certConstraint: { commonname: '*', dnsnames: ['*'], emails: ['*'], organizations: ['*'], uris: ['https://example.com/*'], roots: ['ca'], extensions: { Issuer: 'https://example.com' } } },
    ])
    expect(policy.roots).toEqual({ ca: { certificate: btoa('PEM'), intermediates: [btoa('PEM 2')] } })
    expect(policy.timestampauthorities).toEqual({ tsa: { certificate: btoa('TSA') } })
  })

  test('gives the same bytes in whatever order it was written', async () => {
    const one = definePolicy({ expires, steps: { a: build, b: build } })
    const other = definePolicy({ steps: { b: build, a: build }, expires })
    expect(JSON.stringify(one)).toBe(JSON.stringify(other))
  })

  test('takes a step of any name as a step', () => {
    const policy = definePolicy({ expires, steps: Object.fromEntries([['__proto__', build]]) })
    expect(Object.keys(policy.steps)).toEqual(['__proto__'])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['no step', { steps: {} }, '/steps'],
    ['no functionary', { steps: { build: { ...build, functionaries: [] } } }, '/steps/build/functionaries'],
    ['no attestation', { steps: { build: { ...build, attestations: [] } } }, '/steps/build/attestations'],
    ['an unknown step', { steps: { build: { ...build, artifactsFrom: ['nope'] } } }, '/steps/build/artifactsFrom/0'],
    ['a circle', { steps: { a: { ...build, artifactsFrom: ['b'] }, b: { ...build, artifactsFrom: ['a'] } } }, '/steps/a/artifactsFrom'],
    ['no roots', { steps: { build: { ...build, functionaries: [{ roots: [] }] } } }, '/steps/build/functionaries/0'],
    ['an empty name', { steps: { '': build } }, '/steps/'],
    ['a duration that is none', { steps: { build: { ...build, signedWithin: { maxAge: 'a while' } } } }, '/steps/build/timestampConstraint/maxAge'],
    ['an empty window', { steps: { build: { ...build, signedWithin: {} } } }, '/steps/build/timestampConstraint'],
  ])('%s is refused at its place', (_, spec, pointer) => {
    const define = (): unknown => definePolicy({ expires, ...spec } as PolicyDefinition)
    expect(define).toThrow(DefinitionError)
    expect(define).toThrow(expect.objectContaining({ code: 'ERR_POLICY_DOCUMENT', problems: expect.arrayContaining([expect.objectContaining({ pointer })]) }))
  })

  test('without a time is a wrong argument', () => {
    expect(() => definePolicy({ expires: new Date(Number.NaN), steps: { build } })).toThrow(TypeError)
    expect(() => definePolicy({ expires: '2027' as never, steps: { build } })).toThrow(TypeError)
  })

  test('of raw keys has nothing that the linter minds', () => {
    const texts = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'b', '/', '~', '"', 'ü', ' ', '-') }).filter((name) => name !== '__external__')
    return fc.assert(
      fc.asyncProperty(fc.uniqueArray(texts, { minLength: 1, maxLength: 4 }), fc.constantFrom([alice], [alice, bob]), async (names, keys) => {
        const steps = Object.fromEntries(names.map((name, index) => [name, { functionaries: keys.map(({ verifier }) => verifier), attestations: [productType, materialType], artifactsFrom: names.slice(0, index) }]))
        const policy = definePolicy({ expires, steps })
        expect((await lintPolicy(policy, { now, types })).filter(({ code }) => code !== 'envelope-plain')).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

describe('a draft', () => {
  const files = (...paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, { sha256: hex(path) }]))
  const entry = (name: string, found: Record<string, unknown>) => ({ type: `https://aflock.ai/attestations/${name}/v0.1`, attestation: found })
  const products = (...paths: readonly string[]) => entry('product', Object.fromEntries(Object.entries(files(...paths)).map(([path, digest]) => [path, { mime_type: 'text/plain', digest }])))
  const draft = async (...found: readonly string[]) =>
    draftPolicy({
      envelopes: [await collection({ name: 'fetch', attestations: [products('src')] }), await collection({ name: 'build', signers: [bob], attestations: [entry('material', files('src', ...found))] })],
      keys: [alice.verifier, bob.verifier],
      expires,
      types,
    })

  test('follows files from step to step, and names those that come from none', async () => {
    expect((await draft()).steps['build']).toMatchObject({ functionaries: [{ publickeyid: keyid(bob) }], artifactsFrom: ['fetch'] })
    expect((await draft()).steps['build']).not.toHaveProperty('allowedUntracked')
    expect((await draft('cache[1]', 'a.log')).steps['build']?.allowedUntracked).toEqual(['a.log', 'cache\\[1\\]'])
    expect((await draft(...Array.from({ length: 51 }, (_, index) => `file${index}`))).steps['build']?.allowedUntracked).toEqual(['**'])
  })

  test('makes an external attestation of what is no collection', async () => {
    const statement = await collection({ predicateType: 'https://slsa.dev/provenance/v1', predicate: {} })
    const policy = await draftPolicy({ envelopes: [statement], keys: [alice.verifier], expires })
    expect(policy.externalAttestations).toMatchObject({ provenance: { name: 'provenance', predicateType: 'https://slsa.dev/provenance/v1', functionaries: [{ publickeyid: keyid(alice) }] } })
  })

  test('takes only what a key given has signed', async () => {
    await expect(draftPolicy({ envelopes: [await collection()], keys: [bob.verifier], expires })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    await expect(draftPolicy({ envelopes: [], keys: [bob.verifier], expires })).rejects.toThrow(TypeError)
  })
})

describe('a signed policy', () => {
  test('is what a verifier takes, also as witness writes it', async () => {
    const policy = definePolicy({ expires, steps: { build } })
    for (const payloadType of [undefined, witnessPolicyPayloadType] as const) {
      const signed = await signPolicy({ policy, signers: [root.signer], ...(payloadType !== undefined && { payloadType }) })
      const report = await evaluate({ policy: signed, policyVerifiers: [root.verifier], subjects: [app], source: memorySource([await collection()]), types, now })
      expect(report.verdict).toBe('passed')
      expect(report.policy.payloadType).toBe(payloadType ?? 'https://aflock.ai/policy/v0.1')
    }
  })

  test('holds the document, and its keys as text', async () => {
    const policy = definePolicy({ expires, steps: { build } })
    const { payload } = await signPolicy({ policy, signers: [root.signer] })
    expect(parseJson(payload)).toEqual(policy)
    expect(decodeUtf8(decodeBase64(policy.publickeys?.[keyid(alice)]?.key ?? ''))).toBe(alice.publicKeyPem)
  })

  test('needs a signer', async () => {
    await expect(signPolicy({ policy: definePolicy({ expires, steps: { build } }), signers: [] })).rejects.toThrow(TypeError)
  })
})

describe('a definition that nothing could satisfy', () => {
  const problemsOf = (define: () => unknown): readonly string[] => {
    try {
      define()
      return []
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error
      return error.problems.map(({ pointer, message }) => `${pointer} ${message}`)
    }
  }
  test('has two keys under one id', () => {
    const other = { keyid: keyid(alice), publicKeyPem: bob.publicKeyPem }
    const pointer = `/publickeys/${keyid(alice)}`
    expect(problemsOf(() => definePolicy({ expires, steps: { build: { ...build, functionaries: [alice.verifier, other] } } }))).toEqual([`${pointer} expected one public key for each id at ${pointer}, found 2 different ones`])
    expect(problemsOf(() => definePolicy({ expires, steps: { build: { ...build, functionaries: [alice.verifier, alice.verifier] } } }))).toEqual([])
  })
  test('names a root that it does not have', () => {
    const roots: readonly string[] = ['absent', '*']
    const definition = { expires, steps: { build: { ...build, functionaries: [{ roots }] } } }
    const pointer = '/steps/build/functionaries/0/certConstraint/roots/0'
    expect(problemsOf(() => definePolicy<string, never, string>(definition))).toEqual([`${pointer} expected the name of a root at ${pointer}, found "absent"`])
  })
})
