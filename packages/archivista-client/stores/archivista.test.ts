import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archivistaClient, archivistaSource, gitoidOf } from '@cilock/archivista-client'
import type { ArchivistaClient } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import { collectionType, encodeBase64, encodeEnvelope, encodeUtf8, generateKey, parseEnvelope, sha256Hex, signEnvelope, witnessCollectionType } from '@cilock/core'
import { verify } from '@cilock/policy'
import { nodeFetch } from '@cilock/http/node'
import { knownTypes } from '@cilock/sdk'
import { goTools, hasGoTools } from '@cilock/vectors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesAbout, digestOf, envelopeAbout } from '../test/evidence.ts'
import { startServer, starter } from './server.ts'
import type { RealServer } from './server.ts'

const folder = starter()
const name = folder === undefined ? 'SKIPPED: needs tools/archivista-server beside the vectors' : 'a real Archivista'

describe.skipIf(folder === undefined)(name, () => {
  let server: RealServer
  let client: ArchivistaClient
  beforeAll(() => {
    server = startServer(folder ?? '')
    client = archivistaClient({ url: server.url, fetch: nodeFetch() })
  }, 900_000)
  afterAll(() => server.stop())

  it('stores, finds, gives back, and has it already', async () => {
    const { gitoid } = await client.store(bytesAbout('one'))
    expect(await client.store(bytesAbout('one'))).toEqual({ gitoid, alreadyStored: true })
    expect(await client.search({ digests: [digestOf('one')] })).toMatchObject([{ gitoid, payloadType: 'application/vnd.in-toto+json' }])
    expect((await client.download(gitoid)).bytes).toEqual(bytesAbout('one'))
    expect(await client.subjects(gitoid)).toEqual([{ name: 'one', digest: { sha256: digestOf('one') } }])
    expect(await client.waitFor(gitoid)).toMatchObject({ gitoid })
  })

  it('says what it does not have, and what it cannot index', async () => {
    await expect(client.download('0'.repeat(64))).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_NOT_FOUND' })
    await expect(client.store(encodeUtf8('hello'))).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_NOT_INDEXED' })
  })

  it('answers every kind of search as the server for tests does', async () => {
    const double = memoryArchivista()
    const other = archivistaClient({ url: double.url, fetch: double.fetch })
    const collection = (step: string, type: string) => ({ name: step, attestations: [{ type, attestation: {} }] })
    const stored = [
      envelopeAbout({ subject: 'kinds', predicateType: witnessCollectionType, predicate: collection('build', 'https://witness.dev/attestations/product/v0.1') }),
      envelopeAbout({ subject: 'kinds', predicateType: collectionType, predicate: collection('build', 'https://aflock.ai/attestations/product/v0.3') }),
      envelopeAbout({ subject: 'kinds', predicateType: witnessCollectionType, predicate: collection('test', 'https://witness.dev/attestations/git/v0.1') }),
      envelopeAbout({ subject: 'kinds', predicateType: 'https://slsa.dev/provenance/v1' }),
      { ...envelopeAbout({ subject: 'kinds' }), payloadType: 'https://witness.testifysec.com/policy/v0.1' },
    ]
    for (const envelope of stored) {
      await client.store(envelope)
      double.put(envelope)
    }
    const digests = [digestOf('kinds')]
    for (const query of [{ digests }, { digests, collection: 'build' }, { digests, collection: 'test', attestations: ['https://aflock.ai/attestations/git/v0.1'] }, { digests, predicateTypes: ['https://slsa.dev/provenance/v1'] }, { digests, collection: 'none' }, { payloadTypePrefix: 'https://witness.testifysec.com/policy/' }]) {
      const [is, should] = [await client.search(query), await other.search(query)]
      expect(is.map((hit) => ({ ...hit, createdAt: '' }))).toEqual(should.map((hit) => ({ ...hit, createdAt: '' })))
    }
  })

  it('gives all of 450 envelopes in pages, and a walk goes along them', { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 450 }, (_, at) => `page ${at}`)
    for (const each of names) await client.store(envelopeAbout({ subject: each, digests: { sha256: digestOf(each), sha512: digestOf('all pages') } }), { confirm: false })
    const all = await client.search({ digests: [digestOf('all pages')] })
    expect(all).toHaveLength(450)
    const inPages = archivistaClient({ url: client.url, fetch, limits: { page: 100 } })
    expect(await inPages.search({ digests: [digestOf('all pages')] })).toEqual(all)
    const gitoids = new Set<string>()
    for await (const gitoid of inPages.gitoids({ digests: [digestOf('all pages')] })) gitoids.add(gitoid)
    expect([...gitoids].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(all.map(({ gitoid }) => gitoid))
    const { envelopes, stoppedBy } = await client.walk({ digests: [digestOf('page 7')], maxEnvelopes: 300 })
    expect([envelopes.length, stoppedBy]).toEqual([300, 'envelopes'])
  })

  it('keeps one of ten uploads of the same at the same time, and all succeed', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, async () => client.store(bytesAbout('together'))))
    expect(new Set(results.map(({ gitoid }) => gitoid))).toEqual(new Set([gitoidOf(bytesAbout('together'))]))
    expect(await client.search({ digests: [digestOf('together')] })).toHaveLength(1)
  })

  it.skipIf(!hasGoTools())('holds what the real tools stored for us, and what we stored for them', { timeout: 120_000 }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cilock-stores-'))
    try {
      const tools = goTools('cilock', 'witness')
      const [builder, release] = await Promise.all([generateKey('ec-p256'), generateKey('ec-p256')])
      for (const each of ['cilock', 'witness', 'home']) mkdirSync(join(dir, each))
      writeFileSync(join(dir, 'key.pem'), builder.privateKeyPem)
      writeFileSync(join(dir, 'release.pub'), release.publicKeyPem)
      const env = { PATH: process.env['PATH'] ?? '', HOME: join(dir, 'home') }
      const { keyid } = builder.signer
      const policyFor = async (type: string, payloadType: string): Promise<Uint8Array> => {
        const document = { expires: '2036-01-01T00:00:00Z', publickeys: { [keyid]: { keyid, key: encodeBase64(encodeUtf8(builder.publicKeyPem)) } }, steps: { build: { name: 'build', functionaries: [{ type: 'publickey', publickeyid: keyid }], attestations: [{ type, regopolicies: [] }] } } }
        return encodeEnvelope(await signEnvelope({ payload: encodeUtf8(JSON.stringify(document)), payloadType, signers: [release.signer] }))
      }
      const policies = {
        cilock: await policyFor('https://aflock.ai/attestations/product/v0.3', 'https://aflock.ai/policy/v0.1'),
        witness: await policyFor('https://witness.dev/attestations/product/v0.1', 'https://witness.testifysec.com/policy/v0.1'),
      }
      const flags = ['--enable-archivista', '--archivista-server', server.url]
      for (const tool of ['cilock', 'witness'] as const) {
        writeFileSync(join(dir, `${tool}.json`), policies[tool])
        const ran = await tools[tool](join(dir, tool), ['run', ...(tool === 'cilock' ? ['--workload', 'manual'] : []), '--step', 'build', '-a', 'environment', '-k', '../key.pem', '-o', join(dir, `${tool}.out`), ...flags, '--', 'sh', '-c', `echo ${tool} > app`], env)
        expect(ran).toMatchObject({ status: 0 })
        // ours, from theirs
        const stored = readFileSync(join(dir, `${tool}.out`))
        const app = readFileSync(join(dir, tool, 'app'))
        const digest = sha256Hex(new Uint8Array(app))
        const report = await verify({ policy: parseEnvelope(policies[tool]), policyVerifiers: [release.verifier], subjects: [`sha256:${digest}`], source: archivistaSource({ client }), types: knownTypes, now: new Date() })
        expect(report.verdict).toBe('passed')
        if (tool === 'witness') {
          const bytes = new Uint8Array(stored)
          // theirs, from ours: the same bytes, stored by us on a server of its own
          const fresh = startServer(folder ?? '')
          try {
            await archivistaClient({ url: fresh.url, fetch }).store(bytes)
            const verified = await tools.witness(join(dir, tool), ['verify', '-p', join(dir, 'witness.json'), '-k', '../release.pub', '-f', 'app', '--enable-archivista', '--archivista-server', fresh.url], env)
            expect(verified).toMatchObject({ status: 0 })
          } finally {
            fresh.stop()
          }
        }
      }
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
