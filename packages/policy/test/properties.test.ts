import { encodeJson } from '@cilock/core'
import { fileTree } from '@cilock/core/merkle'
import type { Envelope, Source, SourceResult } from '@cilock/core'
import type { Report } from '@cilock/policy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alice, bob, cause, collection, commandRun, failures, hex, judge, keyid, mallory, options, policyOf, ran, signPolicy, step } from './support/world.ts'
import { evaluate } from '@cilock/policy'

const aliceAndBob = [alice, bob].map((key) => ({ type: 'publickey' as const, publickeyid: keyid(key) }))
const policy = await signPolicy(
  policyOf({
    steps: {
      fetch: step('fetch', { functionaries: aliceAndBob }),
      build: step('build', { functionaries: aliceAndBob, artifactsFrom: ['fetch'] }),
      pack: step('pack', { functionaries: aliceAndBob, artifactsFrom: ['build'] }),
    },
  }),
)
const files = (content: string): Readonly<Record<string, unknown>> => ({ a: { sha256: hex(content) } })
const material = (content: string) => ({ type: 'https://aflock.ai/attestations/material/v0.1', attestation: files(content) })
const product = (content: string) => ({ type: 'https://witness.dev/attestations/product/v0.1', attestation: { a: { mime_type: '', digest: files(content)['a'] } } })
const tree = { type: 'https://aflock.ai/attestations/product/v0.3', attestation: fileTree([{ path: 'app', sha256: hex('app') }, { path: 'b', sha256: hex('b') }]) }
const linked = (to: string) => ({ backrefs: { to: { sha256: hex(to) } } })
const about = (what: string) => ({ subjects: { it: { sha256: hex(what) } } })

/** Evidence that fits, and evidence that does not in one way or another. */
const pool: readonly Envelope[] = await Promise.all([
  collection({ name: 'pack', attestations: [ran, material('built'), tree], subjects: { 'tree:products': { sha256: tree.attestation.merkleRoot } }, ...linked('built') }),
  collection({ name: 'build', attestations: [ran, material('fetched'), product('built')], ...about('built'), ...linked('fetched') }),
  collection({ name: 'fetch', attestations: [ran, product('fetched')], ...about('fetched') }),
  collection({ name: 'fetch', attestations: [ran, product('fetched')], ...about('fetched'), signers: [bob] }),
  collection({ name: 'fetch', attestations: [ran, product('other')], ...about('fetched') }),
  collection({ name: 'build', attestations: [ran, material('other'), product('other')], ...about('built'), ...linked('elsewhere') }),
  collection({ name: 'build', attestations: [ran, material('fetched'), product('built')], ...about('built'), signers: [mallory] }),
  collection({ name: 'build', attestations: [material('fetched'), product('built')], ...about('built'), ...linked('fetched') }),
  collection({ name: 'build', attestations: [ran, material('fetched'), product('built')], ...about('unrelated') }),
  collection({ name: 'pack', attestations: [ran, material('other'), product('built')], ...linked('built') }),
  collection({ name: 'pack', attestations: [{ type: commandRun, attestation: { exitcode: 'x' } }], ...linked('fetched') }),
  collection({ name: 'deploy' }),
])
/** The first three suffice; the others fail a gate, so they lead nowhere. */
const needed = [0, 1, 2]
const gateFails = [6, 7, 8, 10, 11]

function sourceOf(results: readonly SourceResult[]): Source {
  // whatever is asked, everything is given: what counts is decided on the signed bytes alone
  return { search: async () => results }
}

async function reportOf(indices: readonly number[], rest: { readonly policyEnvelope?: Envelope } = {}): Promise<Report> {
  const results = indices.flatMap((index) => {
    const envelope = pool[index]
    return envelope === undefined ? [] : [{ envelope: { ...envelope }, reference: `#${index}` }]
  })
  return evaluate(await options({ policyEnvelope: policy, source: sourceOf(results), ...rest }))
}

const text = (report: Report): string => new TextDecoder().decode(encodeJson(report))
const all = pool.map((_, index) => index)
const someOf = (indices: readonly number[]) => fc.subarray([...indices])

describe('a report is a function of what was handed in', () => {
  it('the world of these tests passes by what it needs, and by nothing less', async () => {
    expect(cause(await reportOf(all))).toBe('passed')
    expect(cause(await reportOf(needed))).toBe('passed')
    for (const missing of needed) expect((await reportOf(needed.filter((index) => index !== missing))).verdict).toBe('failed')
  })
  it('byte for byte the same in any order, and with copies', async () => {
    const arbitrary = someOf(all).chain((chosen) => fc.tuple(fc.constant(chosen), fc.shuffledSubarray(chosen, { minLength: chosen.length }), someOf(chosen)))
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([chosen, shuffled, copied]) => {
        expect(text(await reportOf([...shuffled, ...copied]))).toBe(text(await reportOf(chosen)))
      }),
      { numRuns: 60 },
    )
  })
  it('in any order of steps, keys and functionaries of the policy', async () => {
    const document = policyOf({ steps: { b: step('b', { functionaries: aliceAndBob }), a: step('a') } })
    const turned = policyOf({ steps: { a: step('a'), b: step('b', { functionaries: aliceAndBob }) }, publickeys: Object.fromEntries(Object.entries(document['publickeys'] as object).toReversed()) })
    const evidence = [await collection({ name: 'a' }), await collection({ name: 'b', signers: [bob] })]
    const withoutDigest = (report: Report): unknown => ({ ...report, policy: { ...report.policy, digest: '' } })
    expect(withoutDigest(await judge({ policy: turned, evidence }))).toEqual(withoutDigest(await judge({ policy: document, evidence })))
  })
})

describe('more evidence', () => {
  it('never takes a pass away', async () => {
    await fc.assert(
      fc.asyncProperty(someOf(all), async (more) => {
        expect(cause(await reportOf([...new Set([...needed, ...more])]))).toBe('passed')
      }),
      { numRuns: 60 },
    )
  })
  it('that no step accepts changes the verdict of nothing else, and hides nothing', async () => {
    const verdicts = (report: Report): ReadonlyMap<string, string> => new Map(report.steps.flatMap(({ step: name, candidates }) => candidates.map(({ digest, verdict }) => [`${name} ${digest}`, verdict] as const)))
    await fc.assert(
      fc.asyncProperty(someOf(all), someOf(gateFails), async (chosen, more) => {
        const [before, after] = [await reportOf(chosen), await reportOf([...new Set([...chosen, ...more])])]
        expect(after.verdict).toBe(before.verdict)
        for (const [candidate, verdict] of verdicts(before)) expect(verdicts(after).get(candidate)).toBe(verdict)
      }),
      { numRuns: 60 },
    )
  })
})

describe('tampering', () => {
  const change = fc.record({ part: fc.constantFrom('payload', 'sig', 'payloadType'), at: fc.nat(), to: fc.integer({ min: 1, max: 255 }) })
  const tamper = (envelope: Envelope, { part, at, to }: { readonly part: string; readonly at: number; readonly to: number }): Envelope => {
    const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, index) => (index === at % bytes.length ? byte ^ to : byte))
    if (part === 'payload') return { ...envelope, payload: flip(envelope.payload) }
    if (part === 'payloadType') return { ...envelope, payloadType: `${envelope.payloadType}${String.fromCharCode(to)}` }
    return { ...envelope, signatures: envelope.signatures.map((signature) => ({ ...signature, sig: flip(signature.sig) })) }
  }

  it('with evidence that is needed is always noticed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...needed), change, async (index, how) => {
        const results = needed.flatMap((each) => (pool[each] === undefined ? [] : [{ envelope: each === index ? tamper(pool[each], how) : pool[each], reference: `#${each}` }]))
        const report = await evaluate(await options({ policyEnvelope: policy, source: sourceOf(results) }))
        expect(report.verdict).toBe('failed')
      }),
      { numRuns: 100 },
    )
  })
  it('never turns a no into a yes', async () => {
    await fc.assert(
      fc.asyncProperty(someOf(all), fc.nat(), change, async (chosen, which, how) => {
        fc.pre(chosen.length > 0 && (await reportOf(chosen)).verdict === 'failed')
        const results = chosen.flatMap((index, position) => (pool[index] === undefined ? [] : [{ envelope: position === which % chosen.length ? tamper(pool[index], how) : pool[index], reference: `#${index}` }]))
        expect((await evaluate(await options({ policyEnvelope: policy, source: sourceOf(results) }))).verdict).toBe('failed')
      }),
      { numRuns: 100 },
    )
  })
  it('with the policy is always noticed', async () => {
    await fc.assert(
      fc.asyncProperty(change, async (how) => {
        expect(cause(await reportOf(needed, { policyEnvelope: tamper(policy, how) }))).toBe('policy-signature ERR_POLICY_SIGNATURE')
      }),
      { numRuns: 100 },
    )
  })
})

describe('policy documents', () => {
  it('any JSON is refused or judged, never a crash', async () => {
    const keys = fc.constantFrom('expires', 'steps', 'publickeys', 'roots', 'name', 'functionaries', 'attestations', 'artifactsFrom', 'type', 'externalAttestations', '__proto__')
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, true, 0, '', 'build', '2030-01-01T00:00:00Z'), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.oneof(keys, fc.string()), tie('value'), { maxKeys: 5 })),
    }))
    await fc.assert(
      fc.asyncProperty(fc.dictionary(keys, value), async (document) => {
        expect((await judge({ policy: document })).verdict).toBe('failed')
      }),
      { numRuns: 200 },
    )
  })
  it('a cycle of artifactsFrom is told exactly when there is one', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    await fc.assert(
      fc.asyncProperty(fc.array(fc.subarray(names), { minLength: 5, maxLength: 5 }), async (edges) => {
        const graph = new Map(names.map((name, index) => [name, edges[index] ?? []]))
        const report = await judge({ policy: policyOf({ steps: Object.fromEntries(names.map((name) => [name, step(name, { artifactsFrom: graph.get(name) ?? [] })])) }), evidence: [] })
        expect(failures(report).some(({ code }) => code === 'policy-cycle')).toBe(names.some((name) => leadsTo(graph, name, name)))
      }),
      { numRuns: 100 },
    )
  })
})

function leadsTo(graph: ReadonlyMap<string, readonly string[]>, from: string, to: string, seen: Set<string> = new Set()): boolean {
  return (graph.get(from) ?? []).some((next) => {
    if (next === to) return true
    if (seen.has(next)) return false
    seen.add(next)
    return leadsTo(graph, next, to, seen)
  })
}
