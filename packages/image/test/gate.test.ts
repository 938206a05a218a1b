import { dockerType } from '@cilock/attestor-docker/type'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeBase64, encodeJson, encodeUtf8, parseStatement, readCollection, signEnvelope } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import { cosignVerifier, signImage } from '@cilock/cosign'
import { attach, evaluateGate, gateImage, gateSummary, ImageError, ociSource } from '@cilock/image'
import type { GateOptions, GateReport } from '@cilock/image'
import { policyPayloadType } from '@cilock/policy'
import { mediaTypes } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { pushImage, pushIndex } from '@cilock/registry/testing'
import { collectionOf, evidenceOf, policyOf } from '@cilock/testing'
import { describe, expect, it } from 'vitest'
import { builder, computedIn, cosign, cosignVerifiers, files, now, oci, policyWith, release, reportOf, scene, stranger, tutorialRule } from './gate-scene.ts'
import { codeOf, hexOf, pushed, saved, shelf } from './world.ts'

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
