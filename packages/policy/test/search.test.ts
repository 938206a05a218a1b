import { CilockError, memorySource } from '@cilock/core'
import type { Envelope, Source, SourceQuery } from '@cilock/core'
import { evaluate, firstCause, verify } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { alice, bob, cause, collection, find, hex, judge, mallory, options, policyOf, ran, step } from './support/world.ts'
import type { CollectionSpec } from './support/world.ts'

const chain = policyOf({ steps: { build: step('build'), fetch: step('fetch') } })

async function build(spec: CollectionSpec = {}): Promise<Envelope> {
  return collection({ backrefs: { 'material/tree': { sha256: hex('source') } }, ...spec })
}

async function fetched(spec: CollectionSpec = {}): Promise<Envelope> {
  return collection({ name: 'fetch', subjects: { source: { sha256: hex('source') } }, ...spec })
}

describe('back-references', () => {
  it('T135: a back-reference brings in another step', async () => {
    expect(cause(await judge({ policy: chain, evidence: [await build(), await fetched()] }))).toBe('passed')
    expect(cause(await judge({ policy: chain, evidence: [await collection(), await fetched()] }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('takes those that the attestations say when a collection signs none', async () => {
    const tree = { type: 'https://aflock.ai/attestations/material/v0.3', attestation: { merkleRoot: hex('source'), treeSize: 3, hashAlgorithm: 'sha256', construction: 'RFC6962' } }
    const evidence = [await collection({ attestations: [{ type: 'https://aflock.ai/attestations/command-run/v0.1', attestation: {} }, tree] }), await fetched()]
    expect(cause(await judge({ policy: chain, evidence }))).toBe('passed')
  })
  it('takes a collection at its word that it has none', async () => {
    const tree = { type: 'https://aflock.ai/attestations/material/v0.3', attestation: { merkleRoot: hex('source'), treeSize: 3, hashAlgorithm: 'sha256', construction: 'RFC6962' } }
    const evidence = [await collection({ attestations: [{ type: 'https://aflock.ai/attestations/command-run/v0.1', attestation: {} }, tree], backrefs: {} }), await fetched()]
    expect(cause(await judge({ policy: chain, evidence }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('T136: one that a step turned down leads nowhere', async () => {
    const steps = { build: step('build'), fetch: step('fetch') }
    const reports = [
      await judge({ policy: policyOf({ steps }), evidence: [await collection(), await build({ signers: [bob] }), await fetched()] }),
      await judge({ policy: policyOf({ steps }), evidence: [await collection(), await build({ signers: [mallory] }), await fetched()] }),
      await judge({ policy: policyOf({ steps }), evidence: [await collection(), await build({ attestations: [] }), await fetched()] }),
    ]
    expect(reports.map(cause)).toEqual(Array(3).fill('subject ERR_SUBJECT_MISMATCH'))
  })
  it('T138: as many hops as the depth allows', async () => {
    const evidence = [await build(), await fetched()]
    const short = await judge({ policy: chain, evidence, limits: { searchDepth: 1 } })
    expect(cause(short)).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(short.steps.find((each) => each.step === 'fetch')?.candidates[0]?.checks.find(({ code }) => code === 'subject')?.message).toContain('ended at its depth')
    expect(cause(await judge({ policy: chain, evidence, limits: { searchDepth: 2 } }))).toBe('passed')
  })
  it('follows a chain of a hundred steps, and a circle comes to an end', async () => {
    const name = (index: number): string => `s${String(index).padStart(3, '0')}`
    const steps = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [name(index), step(name(index))]))
    const evidence = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        collection({ name: name(index), subjects: { it: { sha256: index === 0 ? hex('app') : hex(name(index)) } }, backrefs: { next: { sha256: index === 99 ? hex('app') : hex(name(index + 1)) } } }),
      ),
    )
    expect(cause(await judge({ policy: policyOf({ steps }), evidence: evidence.toReversed() }))).toBe('passed')
  })
  it('T131: a git commit by SHA-1 joins nothing', async () => {
    const commit = { sha1: 'c'.repeat(40) }
    const evidence = [await build({ backrefs: { commit } }), await fetched({ subjects: { commit } })]
    expect(cause(await judge({ policy: chain, evidence }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
})

describe('several candidates', () => {
  it('one that passes is enough, and the others are told with their reasons', async () => {
    const report = await judge({
      evidence: [await collection(), await collection({ signers: [mallory], backrefs: {} }), await collection({ attestations: [] }), await collection({ signers: [bob], attestations: [{ type: 'x', attestation: 1 }] })],
    })
    expect(report.verdict).toBe('passed')
    expect(report.steps[0]?.candidates.map(({ verdict }) => verdict).toSorted()).toEqual(['failed', 'failed', 'failed', 'passed'])
  })
  it('T139: what is found at several depths is one candidate', async () => {
    const evidence = [await build({ subjects: { app: { sha256: hex('app') }, source: { sha256: hex('source') } } }), await fetched()]
    const report = await judge({ policy: chain, evidence })
    expect(report.steps.map(({ candidates }) => candidates.length)).toEqual([1, 1])
  })
  it('T140: copies, and copies with junk signatures, are one candidate', async () => {
    const envelope = await collection()
    const junk = { ...envelope, signatures: [...envelope.signatures, { keyid: 'junk', sig: Uint8Array.of(1) }] }
    const source = memorySource([{ envelope, reference: 'b' }, { envelope: { ...envelope }, reference: 'a' }, { envelope: junk, reference: 'c' }])
    const report = await judge({ source })
    expect(report.steps[0]?.candidates.map(({ references }) => references)).toEqual([['a', 'b', 'c']])
  })
  it('T141: one statement signed in two envelopes has the signers of both', async () => {
    const report = await judge({ evidence: [await collection({ signers: [alice] }), await collection({ signers: [bob] })] })
    expect(report.steps[0]?.candidates.map(({ signers }) => signers.length)).toEqual([2])
  })
  it('signatures that turn up later count', async () => {
    const [unknown, known] = [await collection({ signers: [mallory] }), await collection()]
    const source: Source = { search: async ({ digests }) => [{ envelope: digests === undefined ? known : unknown, reference: 'one' }] }
    expect(cause(await judge({ source }))).toBe('passed')
  })
  it('T144: a reference that names two envelopes is refused by the source', async () => {
    const [one, two] = [await collection(), await collection({ attestations: [] })]
    expect(() => memorySource([{ envelope: one, reference: 'x' }, { envelope: two, reference: 'x' }])).toThrow(expect.objectContaining({ code: 'ERR_DUPLICATE_REFERENCE' }))
  })
})

describe('sources', () => {
  const recording = (inner: Source): { readonly source: Source; readonly queries: SourceQuery[] } => {
    const queries: SourceQuery[] = []
    return {
      queries,
      source: {
        search: async (query, rest) => {
          queries.push(query)
          return inner.search(query, rest)
        },
      },
    }
  }

  it('are asked by digest alone when that is enough, and each question once', async () => {
    const { source, queries } = recording(memorySource([await build(), await fetched()]))
    expect(cause(await judge({ policy: chain, source }))).toBe('passed')
    expect(queries.every(({ digests = [] }) => digests.length > 0)).toBe(true)
    expect(new Set(queries.map((query) => JSON.stringify(query))).size).toBe(queries.length)
  })
  it('T148: are asked by name when something is missing, with a limit, and what is found so does not count by itself', async () => {
    const { source, queries } = recording(memorySource([await collection({ subjects: { other: { sha256: hex('other') } } })]))
    expect(cause(await judge({ source, limits: { envelopes: 7 } }))).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(queries.filter(({ collection: name, digests }) => name === 'build' && digests === undefined).map(({ limit }) => limit)).toEqual([7])
  })
  it('an answer over the limit is not used in part', async () => {
    const evidence = await Promise.all(Array.from({ length: 4 }, async (_, index) => collection({ attestations: [{ type: 'x', attestation: index }] })))
    const report = await judge({ evidence: [...evidence, await collection()], limits: { envelopes: 4 } })
    expect(cause(report)).toBe('limit ERR_LIMIT_EXCEEDED')
    expect(cause(await judge({ evidence: [...evidence, await collection()], limits: { envelopes: 5 } }))).toBe('passed')
  })
  it('T145: one that fails fails the verification, whatever it throws', async () => {
    const boom: Source = { search: async () => Promise.reject(new TypeError('boom')) }
    await expect(judge({ source: boom })).rejects.toMatchObject({ code: 'ERR_SOURCE_FAILED' })
    const coded: Source = { search: async () => Promise.reject(new CilockError('ERR_FILE_UNREADABLE', 'gone')) }
    await expect(judge({ source: coded })).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })
  it('one that gives something else than envelopes has failed, whatever is wrong with them', async () => {
    const good = await collection()
    const [signature] = good.signatures
    const wrong: readonly unknown[] = [
      undefined,
      {},
      [null],
      Object.assign([], { length: 1 }),
      [{ envelope: good }],
      [{ envelope: good, reference: '\ud800' }],
      ...[
        null,
        { ...good, payload: '' },
        { ...good, payloadType: undefined },
        { ...good, payloadType: 5 },
        { ...good, payloadType: '\udfff' },
        { ...good, signatures: {} },
        { ...good, signatures: [null] },
        { ...good, signatures: Object.assign([], { length: 1 }) },
        { ...good, signatures: [{ ...signature, sig: 'AAAA' }] },
        { ...good, signatures: [{ ...signature, keyid: undefined }] },
        { ...good, signatures: [{ ...signature, keyid: '\ud800' }] },
        { ...good, signatures: [{ ...signature, certificate: 'AAAA' }] },
        { ...good, signatures: [{ ...signature, intermediates: 'AAAA' }] },
        { ...good, signatures: [{ ...signature, intermediates: [null] }] },
        { ...good, signatures: [{ ...signature, timestamps: [null] }] },
        { ...good, signatures: [{ ...signature, timestamps: [{ type: 'tsp', data: 'AAAA' }] }] },
      ].map((envelope) => [{ envelope: good, reference: 'a' }, { envelope, reference: 'b' }]),
    ]
    for (const answer of wrong) {
      const source = { search: async () => Promise.resolve(answer) } as Source
      await expect(judge({ source }), JSON.stringify(answer)).rejects.toMatchObject({ code: 'ERR_SOURCE_FAILED' })
    }
    const whole = { keyid: '', sig: new Uint8Array(), ...signature, certificate: new Uint8Array(), intermediates: [new Uint8Array()], timestamps: [{ type: 'tsp', data: new Uint8Array() }] }
    expect(cause(await judge({ source: { search: async () => Promise.resolve([{ envelope: { ...good, signatures: [whole] }, reference: 'a' }]) } }))).toBe('passed')
  })
  it('T64: a signal stops it', async () => {
    await expect(judge({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    const controller = new AbortController()
    const inner = memorySource([await collection()])
    const source: Source = {
      search: async (query, rest) => {
        controller.abort()
        return inner.search(query, rest)
      },
    }
    await expect(judge({ source, signal: controller.signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
  it.each([['finds nothing', async () => []], ['throws', async () => Promise.reject(new TypeError('gone'))]])('T64: a source is told of the signal, and is asked no more once it has fired: one that then %s', async (_, answer) => {
    const controller = new AbortController()
    const told: unknown[] = []
    const source: Source = {
      search: async (_query, rest) => {
        told.push(rest?.signal)
        controller.abort('enough')
        return answer()
      },
    }
    await expect(judge({ source, signal: controller.signal })).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' })
    expect(told).toEqual([controller.signal])
  })
})

describe('verify', () => {
  it('returns the report of a pass, the same as evaluate', async () => {
    const world = await options()
    expect(await verify(world)).toEqual(await evaluate(world))
  })
  it('throws the code of the first cause, with the report', async () => {
    const world = await options({ evidence: [await collection({ signers: [bob] })] })
    await expect(verify(world)).rejects.toMatchObject({ name: 'PolicyError', code: 'ERR_FUNCTIONARY_MISMATCH', message: expect.stringContaining('step "build"'), report: { verdict: 'failed' } })
  })
  it('refuses wrong arguments', async () => {
    await expect(judge({ now: new Date(Number.NaN) })).rejects.toThrow(TypeError)
    await expect(judge({ limits: { envelopes: 0 } })).rejects.toThrow(TypeError)
    await expect(judge({ limits: { searchDepth: 1.5 } })).rejects.toThrow(TypeError)
  })
})

describe('the first cause', () => {
  const material = { type: 'https://aflock.ai/attestations/material/v0.1', attestation: { a: { sha256: hex('a') } } }

  it('is undefined for a pass, and for a step that passed', async () => {
    expect(firstCause(await judge())).toBeUndefined()
    const report = await judge({ policy: chain, evidence: [await collection()] })
    expect(firstCause(report, 'build')).toBeUndefined()
    expect(firstCause(report, 'fetch')).toMatchObject({ code: 'ERR_NO_COLLECTION', step: 'fetch' })
  })
  it('is what failed by itself, before a step that only waits for it', async () => {
    const policy = policyOf({ steps: { build: step('build', { artifactsFrom: ['fetch'] }), fetch: step('fetch') } })
    const evidence = [await build({ attestations: [ran, material] }), await fetched({ signers: [bob] })]
    const report = await judge({ policy, evidence })
    expect(cause(report)).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
    expect(find(report, 'artifacts')).toMatchObject({ state: 'not-evaluated', expected: 'fetch' })
  })
  it('is the mismatch furthest upstream, whatever the steps are called', async () => {
    const policy = policyOf({ steps: { a: step('a', { artifactsFrom: ['b'] }), b: step('b', { artifactsFrom: ['c'] }), c: step('c') } })
    const left = { type: 'https://aflock.ai/attestations/product/v0.1', attestation: { a: { mime_type: '', digest: { sha256: hex('other') } } } }
    const evidence = [await collection({ name: 'a', attestations: [ran, material] }), await collection({ name: 'b', attestations: [ran, material] }), await collection({ name: 'c', attestations: [ran, left] })]
    expect(firstCause(await judge({ policy, evidence }))).toMatchObject({ code: 'ERR_ARTIFACTS_MISMATCH', step: 'b' })
  })
  it('is the step that was turned down, before one that nothing else leads to', async () => {
    expect(firstCause(await judge({ policy: chain, evidence: [await build({ signers: [bob] }), await fetched()] }))).toMatchObject({ code: 'ERR_FUNCTIONARY_MISMATCH', step: 'build' })
  })
  it('is told of the candidate that came nearest', async () => {
    const evidence = [await collection({ signers: [mallory] }), await collection({ attestations: [] }), await collection({ subjects: { other: { sha256: hex('other') } } })]
    const report = await judge({ evidence })
    const nearest = report.steps[0]?.candidates.find(({ checks }) => checks.every(({ code, state }) => state === 'passed' || code === 'attestation'))
    expect(firstCause(report)).toMatchObject({ code: 'ERR_ATTESTATION_MISSING', candidate: nearest?.digest })
  })
})
