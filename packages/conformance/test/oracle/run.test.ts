import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inTotoPayloadType, parseEnvelope, parseStatement, readCollection } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { sbomType } from '@cilock/attestor-sbom/type'
import { knownTypes } from '@cilock/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout, images } from '../../../../examples/container-image/src/workspace.ts'
import { createCounter } from './brought.ts'
import { signPolicy } from './chain.ts'
import { canRun, createJudge, ours, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import { recordedKey } from './keys.ts'
import type { RecordedKey } from './keys.ts'

const collected = ['environment/v0.1', 'git/v0.1', 'material/v0.3', 'command-run/v0.2', 'product/v0.3', 'docker/v0.1', 'oci/v0.1'].map((name) => `https://aflock.ai/attestations/${name}`)
const cyclonedx = 'https://cyclonedx.org/bom'
const imageId = '321d2b94ea1195636cf931fd4fd4991c432ba74da09c8249f5661cfb2db059c2'
const tools = ['cilock', 'ours'] as const

describe.skipIf(!canRun)(suiteName('evidence of cilock run'), patience, () => {
  const counter = createCounter()
  const made = new Map<string, Envelope>()
  let judge: Judge
  let builder: RecordedKey
  let release: RecordedKey

  beforeAll(async () => {
    judge = createJudge()
    builder = await recordedKey('ec-p256')
    release = await recordedKey('ed25519')
    // over copies of one checkout, with the same command line; Go’s git would write the index anew, which is a material
    const first = await checkout()
    for (const tool of tools) {
      const dir = join(counter.dir, `workspace of ${tool}`)
      cpSync(first.dir, dir, { recursive: true, preserveTimestamps: true })
      for (const exported of [false, true]) {
        const out = join(counter.dir, `${tool}${exported ? '.exported' : ''}.json`)
        const flags = ['-s', 'build', '-k', builder.privateKeyPath, '-a', 'environment,git,docker,oci,sbom', `--attestor-sbom-export=${String(exported)}`, '-o', out]
        const command = ['cp', ...['image.tar', 'docker-metadata.json', 'image.cdx.json'].map((name) => join(images.built, name)), '.']
        const argv = ['run', ...flags, '--', ...command]
        const { status, stderr } = tool === 'cilock' ? await judge.cilock(dir, argv, { GIT_OPTIONAL_LOCKS: '0' }) : await ours(dir, argv)
        expect(status, stderr).toBe(0)
        made.set(`${tool} ${exported ? 'exported' : 'whole'}`, parseEnvelope(readFileSync(out)))
        expect(existsSync(`${out}-sbom.json`)).toBe(exported)
        if (exported) made.set(`${tool} sbom`, parseEnvelope(readFileSync(`${out}-sbom.json`)))
      }
    }
    first.remove()
  }, 120_000)
  afterAll(counter.remove)

  const envelopeOf = (name: string): Envelope => made.get(name) ?? expect.unreachable(`no ${name}`)

  async function judged(evidence: Readonly<Record<string, Envelope>>, attestations: readonly string[], subject: readonly string[], by: RecordedKey = builder, more: object = {}) {
    const { keyid } = by.signer
    const functionaries = [{ type: 'publickey', publickeyid: keyid }]
    const policy = {
      expires: '2048-01-01T00:00:00Z',
      publickeys: Object.fromEntries([builder, by].map(({ signer, publicKeyPem }) => [signer.keyid, { keyid: signer.keyid, key: btoa(publicKeyPem) }])),
      steps: { build: { name: 'build', functionaries, attestations: attestations.map((type) => ({ type })) } },
      ...more,
    }
    return judge.both(...counter.put({ policy: await signPolicy(policy, release.signer), policyKeyPem: release.publicKeyPem, evidence, subject }))
  }

  const subjects = {
    'the image’s id': ['-s', `sha256:${imageId}`],
    'the image’s tarball, a leaf of the products': ['-f', join(images.built, 'image.tar')],
    'the SBOM’s file': [join(images.built, 'image.cdx.json')],
  }

  it.concurrent.each(tools.flatMap((tool) => Object.keys(subjects).map((subject) => [tool, subject] as const)))('of %s passes for %s, with every attestation that was asked for', async (tool, subject) => {
    const argv = subjects[subject as keyof typeof subjects]
    expect(await judged({ build: envelopeOf(`${tool} whole`) }, [...collected, cyclonedx], argv)).toMatchObject({ go: 'passed', ours: 'passed' })
  })

  it.concurrent.each(tools)('of %s is refused for an attestation that it does not have, another functionary, another file', async (tool) => {
    const build = { build: envelopeOf(`${tool} whole`) }
    expect(await judged(build, [...collected, 'https://aflock.ai/attestations/github/v0.1'], subjects['the image’s id'])).toMatchObject({ go: 'refused', ours: 'ERR_ATTESTATION_MISSING' })
    expect(await judged({ build: envelopeOf(`${tool} exported`) }, [...collected, cyclonedx], subjects['the image’s id'])).toMatchObject({ go: 'refused', ours: 'ERR_ATTESTATION_MISSING' })
    expect(await judged(build, collected, subjects['the image’s id'], await recordedKey('ec-p384'))).toMatchObject({ go: 'refused', ours: 'ERR_FUNCTIONARY_MISMATCH' })
    expect(await judged(build, collected, ['-f', join(images.other, 'image.tar')])).toMatchObject({ go: 'refused', ours: 'ERR_SUBJECT_MISMATCH' })
  })

  it.concurrent.each(tools)('of %s with an SBOM of its own: Go passes both under a policy that asks for it, we refuse to judge such a policy yet', async (tool) => {
    const evidence = { build: envelopeOf(`${tool} exported`), sbom: envelopeOf(`${tool} sbom`) }
    const external = (by: RecordedKey) => ({
      externalAttestations: { sbom: { name: 'sbom', predicateType: cyclonedx, functionaries: [{ type: 'publickey', publickeyid: by.signer.keyid }], required: true } },
    })
    expect(await judged(evidence, collected, subjects['the image’s id'], builder, external(builder))).toMatchObject({ go: 'passed', ours: 'passed' })
    expect(await judged(evidence, collected, subjects['the image’s id'], builder, external(release))).toMatchObject({ go: 'refused', ours: 'ERR_FUNCTIONARY_MISMATCH' })
  })

  it('has the same subjects, back-references and types by both tools', () => {
    const [go, here] = tools.map((tool) => {
      const statement = parseStatement(envelopeOf(`${tool} whole`).payload)
      const collection = readCollection(statement, knownTypes)
      return { subject: statement.subject.toSorted((a, b) => (a.name < b.name ? -1 : 1)), types: collection.attestations.map(({ type }) => type).toSorted(), backRefs: collection.backrefs }
    })
    expect(here).toEqual(go)
    expect(here?.subject.length).toBeGreaterThan(15)
  })

  it('exports the same SBOM, under the same names, by both tools', () => {
    const [go, here] = tools.map((tool) => {
      const envelope = envelopeOf(`${tool} sbom`)
      expect(envelope.payloadType).toBe(inTotoPayloadType)
      const { predicateType, predicate, subject } = parseStatement(envelope.payload)
      return { predicateType, evidence: sbomType.read(predicate, predicateType), subject: subject.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
    })
    expect(here).toEqual(go)
  })
})
