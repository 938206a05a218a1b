import { dockerType } from '@cilock/attestor-docker/type'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeBase64, encodeJson, encodeUtf8, memorySource, parseStatement, readCollection, signEnvelope } from '@cilock/core'
import type { Artifacts, Envelope, Source } from '@cilock/core'
import { cosignSigner, cosignVerifier, signImage } from '@cilock/cosign'
import { attach, evaluateGate, GateError, gateImage, gateSummary, ImageError, ociSource } from '@cilock/image'
import type { EvidenceStore, GateOptions, GateReport } from '@cilock/image'
import { policyPayloadType } from '@cilock/policy'
import type { AttestationDocument } from '@cilock/policy'
import { mediaTypes } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { pushImage, pushIndex } from '@cilock/registry/testing'
import { collectionOf, evidenceOf, policyOf, seededKey } from '@cilock/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, hexOf, pushed, saved, shelf } from './world.ts'

const [builder, release, keeper, stranger] = await Promise.all([seededKey('builder', 'ec-p256'), seededKey('release'), seededKey('keeper', 'ec-p256'), seededKey('stranger', 'ec-p256')])
const cosign = await cosignSigner(keeper.privateKeyPem)
const cosignVerifiers = [await cosignVerifier(keeper.publicKeyPem)]
const now = new Date('2026-06-01T12:00:00Z')
const tutorialRule = 'package oci\n\ndeny[msg] {\n  input.cosign_subject != input.image_digest\n  msg := sprintf("cosign signed %v, the pipeline built %v", [input.cosign_subject, input.image_digest])\n}\n'

async function policyWith(attestations: readonly AttestationDocument[]): Promise<GateOptions['policy']> {
  const document = policyOf({ steps: { build: { by: [builder.verifier], attestations: [], document: { attestations } } }, expires: new Date('2026-07-01T00:00:00Z') })
  const policy = await signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: [release.signer] })
  return { policy, policyVerifiers: [release.verifier], types: [ociType, dockerType] }
}

const oci = await policyWith([{ type: ociType.predicateType }])
const withRule = await policyWith([{ type: ociType.predicateType, regopolicies: [{ name: 'same.rego', module: encodeBase64(encodeUtf8(tutorialRule)) }] }])

interface Scene {
  readonly store: Repository
  readonly ask: (more?: Partial<GateOptions>) => GateOptions
}

const files = (...envelopes: readonly Envelope[]): EvidenceStore => ({ name: 'files', source: memorySource(envelopes) })

async function scene(evidence?: readonly Envelope[]): Promise<Scene & { readonly image: Awaited<ReturnType<typeof pushImage>> }> {
  const { store } = shelf()
  const image = await pushImage(store, 'v1')
  await signImage({ store, image: 'v1', signer: cosign })
  const stores = [files(...(evidence ?? [await saved('build', image, builder.signer)]))]
  return { store, image, ask: (more) => ({ store, image: 'v1', cosign: { verifiers: cosignVerifiers }, policy: withRule, stores, now, ...more }) }
}

/** What rules were told of attestations, each by itself. */
const computedIn = (report: GateReport): readonly unknown[] =>
  report.images.flatMap((each) => each.report.steps.flatMap(({ candidates }) => candidates.flatMap(({ checks }) => checks.filter(({ code }) => code === 'rego').map(({ expected }) => (expected as { readonly input?: unknown }).input))))

const reportOf = async (options: GateOptions) => {
  const error: unknown = await gateImage(options).catch((thrown: unknown) => thrown)
  if (!(error instanceof GateError)) throw error
  return error
}

describe('an image that is signed, and whose evidence is about it', () => {
  it('passes, and the report says how the one is about the other', async () => {
    const { image, ask } = await scene()
    const report = await gateImage(ask())
    expect(report).toMatchObject({ verdict: 'passed', image: 'v1', digest: image.manifest, authenticity: { verdict: 'passed' }, failures: [], causes: [] })
    expect(report.images).toMatchObject([
      {
        verdict: 'passed',
        manifest: image.manifest,
        imageId: image.config,
        platform: { os: 'linux', architecture: 'amd64' },
        attestedIds: [image.config],
        link: {
          signed: image.manifest,
          attested: image.config,
          kind: 'config',
          chain: [{ from: image.manifest, to: image.config, pointer: '/config/digest' }],
          binding: { step: 'build', by: 'subject', name: expect.stringContaining('imageid:') as string },
        },
      },
    ])
    expect(report.images[0]?.report.callerInput).toMatchObject({ [ociType.predicateType]: { cosign_subject: image.config } })
    expect(computedIn(report)).toEqual([{ image_digest: image.config }])
  })
  it('passes by its digest too, from evidence that is attached to it', async () => {
    const { store, image, ask } = await scene([])
    await attach({ store, image: 'v1', envelopes: [await saved('build', image, builder.signer)] })
    const report = await gateImage(ask({ image: image.manifest, stores: [{ name: 'registry', source: ociSource({ store, image: image.manifest }) }] }))
    expect(report.images[0]?.report.steps[0]?.candidates[0]?.references[0]).toMatch(/^registry: /)
  })
  it('is looked for once, whatever is then asked of the policy', async () => {
    const { store, image, ask } = await scene()
    const inner = files(await saved('build', image, builder.signer)).source
    const asked: string[] = []
    const source: Source = {
      search: async (query, options) => {
        asked.push(...(query.digests ?? []))
        return inner.search(query, options)
      },
    }
    expect(await gateImage(ask({ store, stores: [{ name: 'files', source }] }))).toMatchObject({ verdict: 'passed' })
    expect(asked.length).toBeGreaterThan(2)
    expect(asked).toEqual([...new Set(asked)])
  })
  it('is asked for by its tag once: all else is about the digest that the tag gave', async () => {
    const { store, image, ask } = await scene()
    const asked: string[] = []
    const watched: Repository = {
      ...store,
      manifest: async (tagOrDigest, options) => {
        asked.push(tagOrDigest)
        return store.manifest(tagOrDigest, options)
      },
    }
    expect(await gateImage(ask({ store: watched }))).toMatchObject({ image: 'v1', digest: image.manifest })
    expect(asked.filter((each) => each === 'v1')).toHaveLength(1)
  })
  it('passes by the digest of its manifest, which is what was signed', async () => {
    const { image, ask } = await scene([])
    const report = await gateImage(ask({ policy: await policyWith([{ type: dockerType.predicateType }]), stores: [files(await pushed('build', image.manifest, builder.signer))] }))
    expect(report.images[0]?.link).toMatchObject({ signed: image.manifest, attested: image.manifest, kind: 'manifest', chain: [] })
  })
  it('passes by any of its digests, though evidence about another one is not enough', async () => {
    const { image, ask } = await scene([])
    const stores = [files(await saved('build', image, builder.signer), await pushed('build', image.manifest, builder.signer))]
    const report = await gateImage(ask({ policy: await policyWith([{ type: dockerType.predicateType }]), stores }))
    expect(report.images[0]?.link).toMatchObject({ attested: image.manifest, kind: 'manifest' })
  })
  it('gives the same report without throwing', async () => {
    const { ask } = await scene()
    expect(await evaluateGate(ask())).toEqual(await gateImage(ask()))
  })
})

describe('an image that may not pass', () => {
  it('nobody signed: ERR_COSIGN_NONE, and what the policy says is there as well', async () => {
    const { store, ask } = await scene()
    const other = await pushImage(store, 'unsigned', { content: 'other' })
    const { code, report } = await reportOf(ask({ image: 'unsigned', policy: oci, stores: [files(await saved('build', other, builder.signer))] }))
    expect(code).toBe('ERR_COSIGN_NONE')
    expect(report).toMatchObject({ verdict: 'failed', authenticity: { verdict: 'failed' }, images: [{ verdict: 'passed' }] })
  })
  it('whose manifest was replaced under its tag: ERR_COSIGN_NONE', async () => {
    const { store, ask } = await scene()
    await pushImage(store, 'v1', { content: 'evil' })
    expect((await reportOf(ask())).report.causes.map(({ code }) => code)).toEqual(['ERR_COSIGN_NONE', 'ERR_POLICY_REGO'])
  })
  it('whose manifest was replaced, with the signature of the first put beside it: ERR_COSIGN_UNVERIFIED', async () => {
    const { store, image, ask } = await scene()
    await signImage({ store, image: 'v1', signer: cosign, form: 'tag' })
    const evil = await pushImage(store, 'v1', { content: 'evil' })
    const { bytes } = await store.manifest(`${image.manifest.replace(':', '-')}.sig`)
    await store.putManifest(bytes, { tag: `${evil.manifest.replace(':', '-')}.sig` })
    expect(await codeOf(gateImage(ask()))).toBe('ERR_COSIGN_UNVERIFIED')
  })
  it('a stranger signed: ERR_COSIGN_UNVERIFIED', async () => {
    const { ask } = await scene()
    expect(await codeOf(gateImage(ask({ cosign: { verifiers: [await cosignVerifier(stranger.publicKeyPem)] } })))).toBe('ERR_COSIGN_UNVERIFIED')
  })
  it('without the annotation that is asked for: ERR_COSIGN_UNVERIFIED', async () => {
    const { ask } = await scene()
    expect(await codeOf(gateImage(ask({ cosign: { verifiers: cosignVerifiers, annotations: { env: 'prod' } } })))).toBe('ERR_COSIGN_UNVERIFIED')
  })
  it('signed, and nothing is known about it: ERR_NO_COLLECTION', async () => {
    const { ask } = await scene([])
    const { code, report } = await reportOf(ask())
    expect(code).toBe('ERR_NO_COLLECTION')
    expect(report.authenticity.verdict).toBe('passed')
  })
  it('signed, and the evidence is about another: ERR_SUBJECT_MISMATCH', async () => {
    const { ask } = await scene([await saved('build', { config: `sha256:${'9'.repeat(64)}`, layer: `sha256:${'8'.repeat(64)}` }, builder.signer)])
    expect(await codeOf(gateImage(ask()))).toBe('ERR_SUBJECT_MISMATCH')
  })
  it('that only shares a layer with an attested one: refused', async () => {
    const { image } = await scene()
    const { ask } = await scene([await saved('build', { config: `sha256:${'9'.repeat(64)}`, layer: image.layer }, builder.signer)])
    expect(await codeOf(gateImage(ask()))).toBe('ERR_SUBJECT_MISMATCH')
  })
  it('whose evidence somebody else signed: ERR_EVIDENCE_SIGNATURE', async () => {
    const { image } = await scene()
    const { ask } = await scene([await saved('build', image, stranger.signer)])
    expect(await codeOf(gateImage(ask()))).toBe('ERR_EVIDENCE_SIGNATURE')
  })
})

describe('the rule of the tutorial', () => {
  it('denies when the pipeline pushed one image and saved another', async () => {
    const { image, ask } = await scene([])
    const other = { config: `sha256:${'7'.repeat(64)}`, layer: `sha256:${'8'.repeat(64)}` }
    const both = await savedAndPushed(image.manifest, other)
    const { code, message, report } = await reportOf(ask({ stores: [files(both)] }))
    expect(code).toBe('ERR_REGO_DENIED')
    expect(message).toContain(`cosign signed ${image.config}, the pipeline built ${other.config}`)
    expect(report.images[0]?.attestedIds).toEqual([other.config])
    expect(await codeOf(gateImage(ask({ policy: oci, stores: [files(both)] })))).toBe('nothing thrown')
  })
  it('denies where the attestation that it is asked about names no image by SHA-256', async () => {
    const { image, ask } = await scene([])
    const raw = encodeUtf8('[]')
    const predicate = { tardigest: {}, manifest: null, imagetags: [], diffids: null, imageid: { sha1: '7'.repeat(40) }, manifestraw: encodeBase64(raw), manifestdigest: {} }
    const pushes = { products: { [hexOf(image.manifest)]: { materials: {}, imagereferences: [], imagedigest: { sha256: hexOf(image.manifest) } } } }
    const unnamed = await collectionOf({ step: 'build', evidence: [evidenceOf(ociType, predicate), evidenceOf(dockerType, pushes)], signers: [builder.signer] })
    const { code, report } = await reportOf(ask({ stores: [files(unnamed)] }))
    expect(code).toBe('ERR_REGO_DENIED')
    expect(report.images[0]?.report.callerInput?.[ociType.predicateType]).toEqual({ cosign_subject: image.config })
    expect(computedIn(report)).toEqual([{ image_digest: null }])
  })
  it('denies what is about another image alone: what is about this one counts', async () => {
    const { image, ask } = await scene([])
    const other = { config: `sha256:${'7'.repeat(64)}`, layer: `sha256:${'8'.repeat(64)}` }
    // both name the manifest, so that both are about what was signed
    const envelopes = await Promise.all([savedAndPushed(image.manifest, image), savedAndPushed(image.manifest, other)])
    for (const stores of [[files(...envelopes)], [files(...envelopes.toReversed())]]) {
      const report = await gateImage(ask({ stores }))
      const [judged] = report.images
      const candidates = judged?.report.steps[0]?.candidates ?? []
      expect(candidates.map(({ verdict }) => verdict).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['failed', 'passed'])
      expect(candidates.flatMap(({ checks }) => checks.filter(({ state }) => state === 'failed').map(({ code }) => code))).toEqual(['rego'])
      expect(judged?.attestedIds).toEqual([image.config])
      expect(computedIn(report)).toHaveLength(2)
    }
    expect((await reportOf(ask({ stores: [files(...envelopes.slice(1))] }))).code).toBe('ERR_REGO_DENIED')
  })
  it('denies where one step is about the image and another, which it is asked about too, saved another one', async () => {
    const { image, ask } = await scene([])
    const regopolicies = [{ name: 'same.rego', module: encodeBase64(encodeUtf8(tutorialRule)) }]
    const step = (rules: boolean) => ({ by: [builder.verifier], attestations: [], document: { attestations: [{ type: ociType.predicateType, ...(rules && { regopolicies }) }] } })
    const policyOfTwo = async (rulesOfCheck: boolean): Promise<GateOptions['policy']> => {
      const document = policyOf({ steps: { build: step(true), check: step(rulesOfCheck) }, expires: new Date('2026-07-01T00:00:00Z') })
      return { policy: await signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: [release.signer] }), policyVerifiers: [release.verifier], types: [ociType, dockerType] }
    }
    // the tag that both have leads from the one to the other
    const other = { config: `sha256:${'7'.repeat(64)}`, layer: `sha256:${'8'.repeat(64)}` }
    const stores = [files(await saved('build', image, builder.signer), await saved('check', other, builder.signer))]
    const { code, message } = await reportOf(ask({ policy: await policyOfTwo(true), stores }))
    expect(code).toBe('ERR_REGO_DENIED')
    expect(message).toContain(`cosign signed ${image.config}, the pipeline built ${other.config}`)
    // what no rule is asked about may be about another image: the one that this was built on
    expect((await gateImage(ask({ policy: await policyOfTwo(false), stores }))).images.map(({ attestedIds }) => attestedIds)).toEqual([[image.config]])
  })
  it('is refused where nobody asks cosign, and not passed over', async () => {
    const { ask } = await scene()
    expect(await codeOf(gateImage(ask({ cosign: 'none' })))).toBe('ERR_POLICY_REGO')
    expect(await gateImage(ask({ cosign: 'none', policy: oci }))).toMatchObject({ verdict: 'passed', authenticity: { verdict: 'not-asked' } })
  })
  it('gets what the caller adds besides, but never those two from the caller', async () => {
    const { image, ask } = await scene()
    const report = await gateImage(ask({ input: { [ociType.predicateType]: { extra: 1 } } }))
    expect(report.images[0]?.report.callerInput?.[ociType.predicateType]).toEqual({ extra: 1, cosign_subject: image.config })
    expect(computedIn(report)).toEqual([{ image_digest: image.config }])
    await expect(gateImage(ask({ input: { [ociType.predicateType]: { image_digest: 'x' } } }))).rejects.toThrow(TypeError)
  })
})

describe('an index', () => {
  async function several() {
    const { store } = shelf()
    const images = { amd64: await pushImage(store), arm64: await pushImage(store, undefined, { architecture: 'arm64' }) }
    const index = await pushIndex(store, Object.values(images), 'v1')
    await signImage({ store, image: 'v1', signer: cosign })
    const ask = (more: Partial<GateOptions>): GateOptions => ({ store, image: 'v1', cosign: { verifiers: cosignVerifiers }, policy: oci, stores: [], now, ...more })
    return { images, index, ask }
  }
  it('hides no image behind an annotation that calls it an attestation: ERR_SUBJECT_MISMATCH', async () => {
    const { store } = shelf()
    const [good, evil] = [await pushImage(store), await pushImage(store, undefined, { architecture: 'arm64', content: 'evil' })]
    await pushIndex(store, [good, { ...evil, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }], 'v1')
    const { code, report } = await reportOf({ store, image: 'v1', cosign: 'none', policy: oci, stores: [files(await saved('build', good, builder.signer))], now })
    expect(code).toBe('ERR_SUBJECT_MISMATCH')
    expect(report.images.map(({ verdict }) => verdict)).toEqual(['passed', 'failed'])
  })
  it('passes when each of its images does', async () => {
    const { images, index, ask } = await several()
    const report = await gateImage(ask({ stores: [files(await saved('build', images.amd64, builder.signer), await saved('build', images.arm64, builder.signer))] }))
    expect(report.images.map(({ imageId, link }) => [imageId, link?.signed, link?.chain.length])).toEqual([[images.amd64.config, index, 2], [images.arm64.config, index, 2]])
  })
  it('is looked for once, though each of its images is looked for by it', async () => {
    const { images, index, ask } = await several()
    const inner = files(await saved('build', images.amd64, builder.signer), await saved('build', images.arm64, builder.signer)).source
    const asked: string[] = []
    const source: Source = {
      search: async (query, options) => {
        asked.push(...(query.digests ?? []))
        return inner.search(query, options)
      },
    }
    await gateImage(ask({ stores: [{ name: 'files', source }] }))
    expect(asked.filter((each) => each === index)).toHaveLength(1)
  })
  it('lets an image pass by no index but those that lead to it: ERR_SUBJECT_MISMATCH', async () => {
    const { store } = shelf()
    const image = await pushImage(store)
    const evil = await pushImage(store, undefined, { architecture: 'arm64', content: 'evil' })
    const inner = await pushIndex(store, [image], 'inner')
    const { bytes } = await store.manifest(inner)
    const manifests = [
      { mediaType: mediaTypes.ociIndex, digest: inner, size: bytes.length },
      { mediaType: mediaTypes.ociManifest, digest: evil.manifest, size: evil.size, platform: { os: 'linux', architecture: 'arm64' } },
    ]
    await store.putManifest(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), { tag: 'v1' })
    const policy = await policyWith([{ type: dockerType.predicateType }])
    const { code, report } = await reportOf({ store, image: 'v1', cosign: 'none', policy, stores: [files(await pushed('build', inner, builder.signer))], now })
    expect(code).toBe('ERR_SUBJECT_MISMATCH')
    expect(report.images.map(({ imageId, verdict }) => [imageId, verdict])).toEqual([[image.config, 'passed'], [evil.config, 'failed']])
  })
  it('is refused for the one that has no evidence, by its platform', async () => {
    const { images, ask } = await several()
    const stores = [files(await saved('build', images.amd64, builder.signer))]
    const { code, message } = await reportOf(ask({ stores }))
    expect([code, message.slice(0, 13)]).toEqual(['ERR_SUBJECT_MISMATCH', 'linux/arm64: '])
    expect(await codeOf(gateImage(ask({ stores, platform: { architecture: 'amd64' } })))).toBe('nothing thrown')
  })
  it('passes as a whole by evidence about itself', async () => {
    const { index, ask } = await several()
    const report = await gateImage(ask({ policy: await policyWith([{ type: dockerType.predicateType }]), stores: [files(await pushed('build', index, builder.signer))] }))
    expect(report.images.map(({ link }) => [link?.kind, link?.attested, link?.chain])).toEqual([['index', index, []], ['index', index, []]])
  })
})

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

describe('wrong arguments', () => {
  it.each([
    ['no store', { stores: [] }],
    ['two stores of one name', { stores: [files(), files()] }],
    ['no verifier', { cosign: { verifiers: [] } }],
  ])('%s', async (_, wrong) => {
    const { ask } = await scene()
    await expect(gateImage(ask(wrong))).rejects.toThrow(TypeError)
  })
  it('an image that is not there is an error of the registry', async () => {
    const { ask } = await scene()
    expect(await codeOf(gateImage(ask({ image: 'v2' })))).toBe('ERR_REGISTRY_NOT_FOUND')
  })
})

/** A collection in which buildx speaks of one image and the archive is another. */
async function savedAndPushed(manifest: string, other: { readonly config: string; readonly layer: string }): Promise<Envelope> {
  const parts = await Promise.all([pushed('build', manifest, builder.signer), saved('build', other, builder.signer)])
  const evidence = parts.flatMap(({ payload }) => readCollection(parseStatement(payload), [dockerType, ociType]).attestations.flatMap(({ type, evidence: read }) => (read === undefined ? [] : [{ name: type, type, evidence: read }])))
  return collectionOf({ step: 'build', evidence, signers: [builder.signer] })
}

describe('a verification summary of the gate', () => {
  const options = { verifier: 'https://gate.test', policy: oci.policy, now } as const
  const summaryOf = (report: GateReport, more: object = {}): unknown => parseStatement(gateSummary(report, { ...options, ...more })).predicate
  it('says what counted for a pass', async () => {
    const { image, ask } = await scene()
    const statement = parseStatement(gateSummary(await evaluateGate(ask({ policy: oci })), options))
    expect(statement.subject.map(({ name }) => name)).toEqual([`artifact:${image.manifest}`, `artifact:${image.config}`].toSorted())
    expect(statement.predicate).toMatchObject({ verifier: { id: 'https://gate.test' }, timeVerified: now.toISOString(), resourceUri: image.manifest, verificationResult: 'PASSED', denyReasons: [], inputAttestations: [{ digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } }] })
  })
  it('refuses for what the policy does not see: nobody whose key is known signed it', async () => {
    const { ask } = await scene()
    const foreign = await evaluateGate(ask({ policy: oci, cosign: { verifiers: [await cosignVerifier(stranger.publicKeyPem)] } }))
    expect(foreign.images.map(({ report }) => report.verdict)).toEqual(['passed'])
    expect(summaryOf(foreign)).toMatchObject({ verificationResult: 'FAILED', verifiedLevels: ['FAILED'], denyReasons: [expect.stringMatching(/^ERR_COSIGN_/)] })
  })
  it('refuses where a store did not give what it has, and names the policy all the same', async () => {
    const { ask } = await scene()
    const broken: Source = { search: async () => Promise.reject(new ImageError('ERR_MALFORMED', 'broken')) }
    const report = await evaluateGate(ask({ policy: oci, stores: [{ name: 'broken', source: broken }] }))
    expect(summaryOf(report)).toMatchObject({ verificationResult: 'FAILED', inputAttestations: [], policy: { uri: expect.stringMatching(/^sha256:/) }, denyReasons: [expect.stringMatching(/^ERR_EVIDENCE_INCOMPLETE /)] })
  })
  it('takes names for image and policy, and nobody for nobody', async () => {
    const { ask } = await scene()
    const report = await evaluateGate(ask({ policy: oci }))
    expect(summaryOf(report, { resourceUri: 'pkg:oci/app', policyUri: 'https://policies.test/release' })).toMatchObject({ resourceUri: 'pkg:oci/app', policy: { uri: 'https://policies.test/release' } })
    expect(() => gateSummary(report, { ...options, verifier: '' })).toThrow(TypeError)
    expect(() => gateSummary(report, { ...options, now: new Date(Number.NaN) })).toThrow(TypeError)
  })
})
