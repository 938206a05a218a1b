import { dockerType } from '@cilock/attestor-docker/type'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeJson, parseStatement, signEnvelope } from '@cilock/core'
import type { Artifacts, Envelope, Source } from '@cilock/core'
import { evaluateGate, gateImage, ImageError } from '@cilock/image'
import type { EvidenceStore, GateOptions } from '@cilock/image'
import { policyPayloadType } from '@cilock/policy'
import { collectionOf, policyOf } from '@cilock/testing'
import { describe, expect, it } from 'vitest'
import { builder, files, oci, release, reportOf, scene } from './gate-scene.ts'
import { codeOf, hexOf, saved } from './world.ts'

describe('what stores are asked', () => {
  const type = 'https://example.test/checked/v1'
  const about = async (step: string, subjects: Artifacts, leadsTo: Artifacts = {}): Promise<Envelope> =>
    collectionOf({ step, evidence: [{ name: type, type, evidence: { predicate: { imageid: { sha256: '6'.repeat(64) } }, backRefs: leadsTo } }], subjects, signers: [builder.signer] })
  const policyOfSteps = async (types: Readonly<Record<string, string>>): Promise<GateOptions['policy']> => {
    const document = policyOf({ steps: Object.fromEntries(Object.entries(types).map(([step, each]) => [step, { by: [builder.verifier], attestations: [each] }])), expires: new Date('2026-07-01T00:00:00Z') })
    return { policy: await signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: [release.signer] }), policyVerifiers: [release.verifier], types: [ociType, dockerType] }
  }
  /** A store that cannot say what there is without a digest. */
  const directed = (...envelopes: readonly Envelope[]): EvidenceStore => {
    const { source } = files(...envelopes)
    return { name: 'directed', source: { search: async (query, options) => (query.digests === undefined ? Promise.reject(new ImageError('ERR_LIMIT_EXCEEDED', 'too much')) : source.search(query, options)) } }
  }

  it('was loaded about the image counts, and nothing else is asked where that is enough', async () => {
    const { image, ask } = await scene([])
    const evidence = await about('build', { image: { sha256: hexOf(image.config) } })
    const report = await gateImage(ask({ policy: await policyOfSteps({ build: type }), stores: [directed(evidence)] }))
    expect(report.images[0]?.link).toMatchObject({ attested: image.config })
    // one that fails shuts the gate though another has all that is asked for
    const broken: Source = { search: async () => Promise.reject(new ImageError('ERR_FILE', 'gone')) }
    expect(await codeOf(gateImage(ask({ policy: await policyOfSteps({ build: type }), stores: [directed(evidence), { name: 'broken', source: broken }] })))).toBe('ERR_EVIDENCE_INCOMPLETE')
  })
  it('is each digest to which accepted evidence leads, though what was loaded names it too', async () => {
    const { image, ask } = await scene([])
    const other = { config: `sha256:${'7'.repeat(64)}`, layer: `sha256:${'8'.repeat(64)}` }
    const found = await saved('save', other, builder.signer)
    const between = parseStatement(found.payload).subject[0]?.digest ?? {}
    const first = await about('build', { image: { sha256: hexOf(image.config) }, between }, { between })
    const report = await gateImage(ask({ policy: await policyOfSteps({ build: type, save: ociType.predicateType }), stores: [directed(first, found)] }))
    expect(report.images[0]?.attestedIds).toEqual([other.config])
  })
  it('is held against each question by itself: no step has the evidence of another', async () => {
    const { image, ask } = await scene([])
    const subject = { image: { sha256: hexOf(image.config) } }
    const report = await gateImage(ask({ policy: await policyOfSteps({ build: type }), stores: [files(await about('build', subject), await about('other', subject))] }))
    expect(report.images[0]?.report.steps.map(({ candidates }) => candidates.length)).toEqual([1])
  })
  it('has the limits of the policy’s verification and the caller’s signal', async () => {
    const { ask } = await scene()
    const { signal } = new AbortController()
    const limits: unknown[] = []
    const source: Source = {
      search: async ({ collection, limit }, options) => {
        expect(options?.signal).toBe(signal)
        if (collection !== undefined) limits.push(limit)
        return []
      },
    }
    await evaluateGate(ask({ policy: { ...oci, limits: { envelopes: 3 } }, stores: [{ name: 'empty', source }], signal }))
    expect(new Set(limits)).toEqual(new Set([3]))
  })
})

describe('a store that fails', () => {
  const lost = new ImageError('ERR_FILE', 'the disk is gone')
  const disk: Source = {
    async search() {
      throw lost
    },
  }
  it('shuts the gate, whatever the others have', async () => {
    const { ask } = await scene()
    const options = ask()
    const error = await reportOf({ ...options, stores: [...options.stores, { name: 'disk', source: disk }] })
    expect(error).toMatchObject({ code: 'ERR_EVIDENCE_INCOMPLETE', report: { verdict: 'failed', images: [], failures: [{ store: 'disk', error: lost }] }, cause: { cause: lost } })
  })
  it('and may, is named in the report of a pass', async () => {
    const { ask } = await scene()
    const options = ask()
    const report = await gateImage({ ...options, stores: [...options.stores, { name: 'disk', source: disk, allowUnavailable: true }] })
    expect(report.failures).toEqual([{ store: 'disk', error: lost }])
  })
  it('once is not asked again, and stays failed: what it gives later may be less than there was', async () => {
    const { image, ask } = await scene([])
    const found = files(await saved('build', image, builder.signer)).source
    let asked = 0
    const source: Source = { search: async (...query) => (asked++ === 0 ? Promise.reject(lost) : found.search(...query)) }
    const report = await evaluateGate(ask({ stores: [files(), { name: 'disk', source, allowUnavailable: true }].map((each, at) => ({ ...each, name: `store ${at}` })) }))
    expect(report).toMatchObject({ verdict: 'failed', failures: [{ store: 'store 1', error: lost }] })
    expect(asked).toBe(1)
  })
  it('ends when the caller has had enough', async () => {
    const { ask } = await scene()
    const controller = new AbortController()
    const source: Source = {
      async search() {
        controller.abort()
        throw lost
      },
    }
    expect(await codeOf(gateImage(ask({ stores: [{ name: 'slow', source }], signal: controller.signal })))).toBe('ERR_ABORTED')
  })
})
