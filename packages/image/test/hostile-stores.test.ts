import type { PushedImage } from '@cilock/registry/testing'
import { archivistaClient, archivistaSource } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import type { MemoryArchivista } from '@cilock/archivista-client/testing'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeEnvelope, encodeJson, encodeUtf8, memorySource, signEnvelope } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import { attach, evaluateGate, ociSource } from '@cilock/image'
import type { EvidenceStore, GateOptions, GateReport } from '@cilock/image'
import { policyPayloadType } from '@cilock/policy'
import { digestOf } from '@cilock/registry'
import { pushImage } from '@cilock/registry/testing'
import { policyOf, seededKey } from '@cilock/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pushed, saved, shelf } from './world.ts'
import type { Shelf } from './world.ts'

const [builder, release, stranger] = await Promise.all([seededKey('builder', 'ec-p256'), seededKey('release'), seededKey('stranger', 'ec-p256')])
const now = new Date('2026-06-01T12:00:00Z')
const step = { by: [builder.verifier], attestations: [ociType] }
const policyEnvelope = await signEnvelope({ payload: encodeJson(policyOf({ steps: { build: step, check: step }, expires: new Date('2026-07-01T00:00:00Z') })), payloadType: policyPayloadType, signers: [release.signer] })
const policy = { policy: policyEnvelope, policyVerifiers: [release.verifier], types: [ociType] }

const world: Shelf = shelf()
const image: PushedImage = await pushImage(world.store, 'v1')
const other = { config: `sha256:${'7'.repeat(64)}`, layer: image.layer }
const [build, check] = await Promise.all(['build', 'check'].map(async (name) => saved(name, image, builder.signer)))
const genuine = [build, check].flatMap((each) => each ?? [])

async function gate(stores: readonly EvidenceStore[], more: Partial<GateOptions> = {}): Promise<GateReport> {
  return evaluateGate({ store: world.store, image: 'v1', cosign: 'none', policy, stores, now, ...more })
}

const changed = (envelope: Envelope, text: string, to: string): Envelope => ({ ...envelope, payload: encodeUtf8(new TextDecoder().decode(envelope.payload).replaceAll(text, to)) })
const bare = (payload: Uint8Array): Envelope => ({ payload, payloadType: 'application/vnd.in-toto+json', signatures: [{ keyid: '', sig: new Uint8Array(64) }] })

/** What anybody can make who has no key of the policy: some of it is about the image, none of it is worth anything. */
const junk: readonly Envelope[] = [
  ...(await Promise.all(['build', 'check', 'else'].map(async (name) => saved(name, image, stranger.signer)))),
  await pushed('build', image.manifest, stranger.signer),
  ...genuine.map((envelope) => ({ ...envelope, signatures: [] })),
  ...genuine.map((envelope) => changed(envelope, 'app:1', 'app:2')),
  ...genuine.map((envelope) => ({ ...envelope, payloadType: 'text/plain' })),
  ...genuine.map((envelope) => ({ ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ keyid: stranger.verifier.keyid, sig: sig.toReversed() })) })),
  changed(genuine[0] ?? bare(encodeUtf8('')), '"build"', '"check"'),
  bare(encodeUtf8('not JSON')),
  bare(encodeUtf8('{"_type":"https://in-toto.io/Statement/v1"}')),
  bare(encodeUtf8('[')),
  bare(new Uint8Array()),
]

/** Gives all that it has, whatever is asked: sources may find too much. */
const all = (envelopes: readonly Envelope[]): Source => ({ search: async () => envelopes.map((envelope, index) => ({ envelope, reference: `#${index}` })) })

describe('what stores give, in whatever order and with whatever beside it', () => {
  const dealt = fc.record({
    // which of the two steps somebody vouched for
    steps: fc.subarray(genuine),
    rest: fc.array(fc.constantFrom(...junk), { maxLength: 8 }),
    again: fc.nat(2),
    lots: fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }),
    seed: fc.integer(),
  })

  it('passes if, and only if, evidence of both steps is somewhere among it, and says the same of it', async () => {
    await fc.assert(
      fc.asyncProperty(dealt, async ({ steps, rest, again, lots, seed }) => {
        const given = [...steps, ...rest, ...Array.from({ length: again }, () => steps).flat()]
        const stores = (order: readonly number[]): readonly EvidenceStore[] => {
          const piles: Envelope[][] = [[], [], []]
          for (const [index, envelope] of given.entries()) piles[lots[index] ?? 0]?.push(envelope)
          return order.map((pile) => ({ name: `pile ${pile}`, source: all((seed % 2 === 0 ? piles[pile] : piles[pile]?.toReversed()) ?? []) }))
        }
        const [first, second] = [await gate(stores([0, 1, 2])), await gate(stores([2, 0, 1]))]
        const expected = steps.length === 2 ? 'passed' : 'failed'
        expect([first.verdict, second.verdict]).toEqual([expected, expected])
        expect(second).toEqual(first)
      }),
      { numRuns: 25 },
    )
  })

  it('is accepted on its own alone: none of the rest ever is', async () => {
    const report = await gate([{ name: 'all', source: all([...junk, ...genuine]) }])
    expect(report.images[0]?.report.steps.map(({ candidates }) => candidates.filter(({ verdict }) => verdict === 'passed').length)).toEqual([1, 1])
    expect((await gate([{ name: 'junk', source: all(junk) }])).verdict).toBe('failed')
  })
})

/** The reasons below a refusal, by their codes. */
function codesBelow(error: unknown): readonly unknown[] {
  if (!(error instanceof Error) || !('code' in error)) return []
  const failures = 'failures' in error && Array.isArray(error.failures) ? (error.failures as readonly { readonly error: unknown }[]) : []
  return [error.code, ...failures.flatMap((each) => codesBelow(each.error))]
}

describe('an Archivista that lies', () => {
  function archivista(): { readonly server: MemoryArchivista; readonly stores: readonly EvidenceStore[] } {
    const server = memoryArchivista()
    const client = archivistaClient({ url: server.url, fetch: server.fetch, retry: { attempts: 1 }, limits: { hits: 100 } })
    return { server, stores: [{ name: 'archivista', source: archivistaSource({ client }) }] }
  }
  const node = (gitoid: string) => ({ node: { gitoidSha256: gitoid, payloadType: 'x', statement: null } })
  const answered = (gitoids: readonly string[], next?: string): string => JSON.stringify({ data: { dsses: { edges: gitoids.map(node), pageInfo: { hasNextPage: next !== undefined, endCursor: next ?? null } } } })
  const refusal = async (stores: readonly EvidenceStore[]): Promise<readonly unknown[]> => {
    const { causes, failures } = await gate(stores)
    return [...causes.map(({ code }) => code), ...failures.flatMap(({ error }) => codesBelow(error))]
  }

  it('passes while it does not', async () => {
    const { server, stores } = archivista()
    for (const envelope of genuine) server.put(envelope)
    expect((await gate(stores)).verdict).toBe('passed')
  })
  it('and gives other bytes for a gitoid: ERR_ARCHIVISTA_INTEGRITY', async () => {
    const { server, stores } = archivista()
    for (const envelope of genuine) server.put(envelope)
    server.fail({ route: 'download', kind: 'answer', body: encodeEnvelope(junk[0] ?? bare(encodeUtf8(''))) })
    expect(await refusal(stores)).toEqual(['ERR_EVIDENCE_INCOMPLETE', 'ERR_ARCHIVISTA_INCOMPLETE', 'ERR_ARCHIVISTA_INTEGRITY', 'ERR_ARCHIVISTA_INTEGRITY'])
  })
  it('and names what is about another image: ERR_SUBJECT_MISMATCH', async () => {
    const { server, stores } = archivista()
    const gitoids = await Promise.all(['build', 'check'].map(async (name) => server.put(await saved(name, other, builder.signer)).gitoid))
    server.fail({ route: 'query', kind: 'answer', body: answered(gitoids) })
    // what has the name of a step is found in the end, and is not about it
    expect(await refusal(stores)).toEqual(['ERR_SUBJECT_MISMATCH'])
  })
  it('and names what it does not have: ERR_ARCHIVISTA_NOT_FOUND', async () => {
    const { server, stores } = archivista()
    server.fail({ route: 'query', kind: 'answer', body: answered(['a'.repeat(64)]) })
    expect(await refusal(stores)).toEqual(['ERR_EVIDENCE_INCOMPLETE', 'ERR_ARCHIVISTA_INCOMPLETE', 'ERR_ARCHIVISTA_NOT_FOUND'])
  })
  it.each([
    ['whose edges lead to the page that they are on', answered(['a'.repeat(64)], 'here'), 'ERR_ARCHIVISTA_RESPONSE'],
    ['with nothing on a page before the last', answered([], 'here'), 'ERR_ARCHIVISTA_RESPONSE'],
    ['with a path for a gitoid', answered(['../../query']), 'ERR_DIGEST_INVALID'],
    ['with more than may be named', answered(Array.from({ length: 101 }, (_, at) => digestOf(encodeUtf8(`${at}`)).slice('sha256:'.length))), 'ERR_LIMIT_EXCEEDED'],
  ])('and answers %s: %s', async (_, body, code) => {
    const { server, stores } = archivista()
    server.fail({ route: 'query', kind: 'answer', body })
    expect((await refusal(stores)).filter((each) => each === code || each === 'ERR_EVIDENCE_INCOMPLETE')).toEqual(['ERR_EVIDENCE_INCOMPLETE', code])
  })
  it.each(['query', 'download'] as const)('and leads to another origin (%s): ERR_HTTP_REDIRECT, and nothing is asked there', async (route) => {
    const { server, stores } = archivista()
    for (const envelope of genuine) server.put(envelope)
    server.fail({ route, kind: 'answer', status: 307, headers: { location: 'https://elsewhere.example/' } })
    expect(await refusal(stores)).toContain('ERR_HTTP_REDIRECT')
    expect((await gate(stores)).verdict).toBe('failed')
  })
})

describe('a registry that lies about referrers', () => {
  async function attached(): Promise<Shelf & { readonly target: PushedImage; readonly manifests: readonly string[] }> {
    const made = shelf()
    const target = await pushImage(made.store, 'v1')
    const envelopes = await Promise.all(['build', 'check'].map(async (name) => saved(name, target, builder.signer)))
    const { envelopes: put } = await attach({ store: made.store, image: 'v1', envelopes })
    return { ...made, target, manifests: put.map(({ manifest }) => manifest) }
  }
  const outcome = async ({ store }: Shelf): Promise<readonly unknown[]> => {
    const { verdict, causes, failures } = await gate([{ name: 'registry', source: ociSource({ store, image: 'v1' }) }], { store })
    return [verdict, ...causes.map(({ code }) => code), ...failures.flatMap(({ error }) => codesBelow(error))]
  }
  const listed = (change: (entry: Record<string, unknown>) => Record<string, unknown>) => (body: Uint8Array): Uint8Array => {
    const list = JSON.parse(new TextDecoder().decode(body)) as { manifests: Record<string, unknown>[] }
    return encodeJson({ ...list, manifests: list.manifests.map(change) })
  }

  it('passes while it does not, whatever the types and annotations of its list', async () => {
    const made = await attached()
    expect(await outcome(made)).toEqual(['passed'])
    made.registry.fail({ path: /\/referrers\//, kind: 'change', change: listed((entry) => ({ ...entry, artifactType: 'text/plain', annotations: { 'in-toto.io/predicate-type': 'none' } })) })
    expect(await outcome(made)).toEqual(['passed'])
  })
  it('and gives another manifest for a digest: ERR_REGISTRY_INTEGRITY', async () => {
    const made = await attached()
    made.registry.fail({ path: new RegExp(`/manifests/${made.manifests[0] ?? ''}`), kind: 'change', change: (body) => encodeUtf8(`${new TextDecoder().decode(body)} `) })
    expect(await outcome(made)).toEqual(['failed', 'ERR_EVIDENCE_INCOMPLETE', 'ERR_REGISTRY_INTEGRITY'])
  })
  it('and gives another envelope for a digest: ERR_REGISTRY_INTEGRITY', async () => {
    const made = await attached()
    made.registry.fail({ path: /\/blobs\//, after: 1, kind: 'change', change: (body) => body.toReversed() })
    expect(await outcome(made)).toEqual(['failed', 'ERR_EVIDENCE_INCOMPLETE', 'ERR_REGISTRY_INTEGRITY'])
  })
  it('and lists a hundred thousand: ERR_LIMIT_EXCEEDED, and not one of them is fetched', async () => {
    const made = await attached()
    const many = (body: Uint8Array): Uint8Array => {
      const list = JSON.parse(new TextDecoder().decode(body)) as { manifests: Record<string, unknown>[] }
      const [entry] = list.manifests
      return encodeJson({ ...list, manifests: Array.from({ length: 100_000 }, (_, at) => ({ ...entry, digest: `sha256:${at.toString(16).padStart(64, '0')}` })) })
    }
    made.registry.fail({ path: /\/referrers\//, kind: 'change', change: many })
    const before = made.registry.requests.length
    const [verdict, code, ...below] = await outcome(made)
    expect([verdict, code]).toEqual(['failed', 'ERR_EVIDENCE_INCOMPLETE'])
    expect(below).toContain('ERR_LIMIT_EXCEEDED')
    expect(made.registry.requests.slice(before).filter(({ target }) => /manifests\/sha256:0{20}/.test(target))).toEqual([])
  })
  it.each([[/\/referrers\//], [/\/manifests\/sha256-/]])('and leads to another origin (%s): ERR_HTTP_REDIRECT', async (path) => {
    const made = await attached()
    made.registry.fail({ path, kind: 'answer', status: 307, headers: { location: 'http://169.254.169.254/latest' } })
    expect(await outcome(made)).toEqual(['failed', 'ERR_EVIDENCE_INCOMPLETE', 'ERR_HTTP_REDIRECT'])
  })
})

describe('stores that disagree', () => {
  const forged = genuine.map((envelope) => ({ ...envelope, signatures: [{ keyid: builder.verifier.keyid, sig: new Uint8Array(64).fill(1) }] }))
  const stores = (...piles: readonly (readonly Envelope[])[]): readonly EvidenceStore[] => piles.map((pile, index) => ({ name: `store ${index}`, source: memorySource(pile) }))

  it('about the signature of the same payload: a good one counts, whoever has it, and both are named', async () => {
    for (const piles of [[forged, genuine], [genuine, forged]]) {
      const report = await gate(stores(...piles))
      expect(report.verdict).toBe('passed')
      expect(report.images[0]?.report.steps[0]?.candidates[0]?.references).toHaveLength(2)
    }
    expect((await gate(stores(forged, forged))).causes.map(({ code }) => code)).toEqual(['ERR_EVIDENCE_SIGNATURE'])
  })
  it('about what happened to the image: what was signed counts', async () => {
    const another = genuine.map((envelope) => changed(envelope, 'app:1', 'app:2'))
    expect((await gate(stores(another, genuine))).verdict).toBe('passed')
    expect((await gate(stores(another, another))).causes.map(({ code }) => code)).toEqual(['ERR_EVIDENCE_SIGNATURE'])
  })
  it('each having one step: together they pass, and alone neither', async () => {
    const [first, second] = genuine.map((envelope) => [envelope])
    expect((await gate(stores(first ?? [], second ?? []))).verdict).toBe('passed')
    for (const alone of [first, second]) expect((await gate(stores(alone ?? []))).verdict).toBe('failed')
  })
})
