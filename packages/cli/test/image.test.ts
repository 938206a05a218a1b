import { createReadStream, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeEnvelope, encodeJson, parseEnvelope, parseStatement, sha256Hex, signEnvelope } from '@cilock/core'
import type { Envelope, Statement } from '@cilock/core'
import { cosignSigner, signImage } from '@cilock/cosign'
import { createBundle, readBundle } from '@cilock/image/node'
import { verificationSummaryType } from '@cilock/policy'
import { registryClient } from '@cilock/registry'
import { memoryRegistry, pushImage } from '@cilock/registry/testing'
import type { PushedImage } from '@cilock/registry/testing'
import { collectionOf, evidenceOf, policyOf, savedImage, seededKey } from '@cilock/testing'
import { goTools, goToolsSkipped, hasGoTools } from '@cilock/vectors'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'
import type { Ran } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
const registry = memoryRegistry()
const archivista = memoryArchivista()
const store = registryClient({ fetch: registry.fetch }).repository(`${registry.host}/team/app`)
const image = `${registry.host}/team/app:v1`
const server = ['--enable-archivista', '--archivista-server', archivista.url] as const
let build: Envelope
let ids: PushedImage

/** Both servers, and no other. */
const network: typeof fetch = async (input, init) => (new Request(input).url.startsWith(archivista.url) ? archivista.fetch(input, init) : registry.fetch(input, init))
const run = async (...argv: readonly string[]): Promise<Ran> => cilock(place.dir, argv, { fetch: network })
const verify = async (...argv: readonly string[]): Promise<Ran> => run('verify', '-p', 'policy.json', '-k', 'release.pub', ...argv)

beforeAll(async () => {
  const [builder, release, keeper] = await Promise.all([seededKey('builder'), seededKey('release'), seededKey('keeper', 'ec-p256')])
  const document = policyOf({ steps: { build: { by: [builder.verifier], attestations: [ociType] } }, expires: new Date('2030-01-01T00:00:00Z') })
  writeFileSync(place.path('policy.json'), encodeEnvelope(await signEnvelope({ payload: encodeJson(document), payloadType: 'https://aflock.ai/policy/v0.1', signers: [release.signer] })))
  writeFileSync(place.path('release.pub'), release.publicKeyPem)
  writeFileSync(place.path('keeper.pub'), keeper.publicKeyPem)
  writeFileSync(place.path('other.pub'), builder.publicKeyPem)
  ids = await pushImage(store, 'v1')
  await pushImage(store, 'unsigned', { content: 'unsigned' })
  await signImage({ store, image: 'v1', signer: await cosignSigner(keeper.privateKeyPem) })
  build = await collectionOf({ step: 'build', evidence: [evidenceOf(ociType, savedImage({ imageId: ids.config }))], signers: [builder.signer] })
  writeFileSync(place.path('build.json'), encodeEnvelope(build))
  writeFileSync(place.path('evidence.tar.gz'), (await createBundle({ envelopes: [build], createdAt: new Date('2026-01-02T03:04:05Z') })).bytes)
})
beforeEach(() => {
  archivista.clear()
  archivista.heal()
  archivista.put(build)
})

describe('verify IMAGE', () => {
  it.each([
    ['a store', () => server],
    ['a file', () => ['-a', 'build.json']],
    ['a bundle', () => ['--bundle', 'evidence.tar.gz']],
  ])('passes with evidence in %s', async (_, more) => {
    const { code, stderr } = await verify(image, '--cosign-key', 'keeper.pub', ...more())
    expect([code, stderr]).toEqual([0, expect.stringContaining(`passed: ${ids.manifest} /config/digest ${ids.config} is https://aflock.ai/attestations/oci/v0.1/imageid:${ids.config.slice(7)} of build\n`)])
  })
  it('gives one object with --format json, on a pass as on a refusal', async () => {
    const passed = await verify(image, '--cosign-key', 'keeper.pub', '-a', 'build.json', '--format', 'json')
    expect(JSON.parse(passed.stdout)).toMatchObject({ passed: true, image, digest: ids.manifest, causes: [], images: [{ imageId: ids.config, link: { attested: ids.config } }] })
    const refused = await verify(`${registry.host}/team/app:unsigned`, '--cosign-key', 'keeper.pub', '-a', 'build.json', '--format', 'json')
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { passed: false, code: 'ERR_COSIGN_NONE', authenticity: { verdict: 'failed' } }])
  })
  it.each([
    ['signed by another', ['--cosign-key', 'other.pub', '-a', 'build.json'], 'ERR_COSIGN_UNVERIFIED'],
    ['without evidence', ['--cosign-key', 'keeper.pub'], 'ERR_NO_COLLECTION'],
    ['nobody says who signed', ['-a', 'build.json'], 'ERR_USAGE'],
    ['somebody and nobody', ['--cosign-key', 'keeper.pub', '--allow-unsigned'], 'ERR_USAGE'],
    ['a file, which is no image', ['--cosign-key', 'keeper.pub', '-f', 'build.json'], 'ERR_USAGE'],
    ['a report whose form is not known', ['--cosign-key', 'keeper.pub', '--report', 'x.pdf'], 'ERR_USAGE'],
    ['a summary that has no place', ['--cosign-key', 'keeper.pub', '--vsa-outfile', 'no/folder/x'], 'ERR_FILE'],
    ['a platform that is none', ['--cosign-key', 'keeper.pub', '--platform', 'linux'], 'ERR_USAGE'],
    ['another platform', ['--cosign-key', 'keeper.pub', '--platform', 'linux/arm64'], 'ERR_REGISTRY_NOT_FOUND'],
  ])('refuses: %s', async (_, argv, reason) => {
    const { code, stderr } = await verify(image, ...argv)
    expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`(?:error|refused): ${reason} `))])
  })
  it('sums up what came of it, signed, for a policy to read', async () => {
    writeFileSync(place.path('gate.pem'), (await seededKey('gate')).privateKeyPem)
    const summaryOf = async (...argv: readonly string[]): Promise<Pick<Statement, 'predicate' | 'predicateType'> & { readonly names: readonly string[] }> => {
      await verify(...argv, '-a', 'build.json', '--vsa-outfile', 'vsa.json', '--signer-file-key-path', 'gate.pem')
      const { signatures, payload } = parseEnvelope(readFileSync(place.path('vsa.json')))
      expect(signatures).toHaveLength(1)
      const { predicate, predicateType, subject } = parseStatement(payload)
      return { predicate, predicateType, names: subject.map(({ name }) => name) }
    }
    const policy = `sha256:${sha256Hex(parseEnvelope(readFileSync(place.path('policy.json'))).payload)}`
    expect(await summaryOf(image, '--cosign-key', 'keeper.pub')).toEqual({
      predicateType: verificationSummaryType,
      names: [`artifact:${ids.manifest}`, `artifact:${ids.config}`].toSorted(),
      predicate: {
        verifier: { id: 'https://github.com/cilock/cilock' },
        timeVerified: '2026-03-01T12:00:00.000Z',
        resourceUri: `${registry.host}/team/app@${ids.manifest}`,
        policy: { uri: policy, digest: { sha256: policy.slice(7) } },
        inputAttestations: [{ uri: 'files: build.json', digest: { sha256: sha256Hex(build.payload) } }],
        verificationResult: 'PASSED',
        verifiedLevels: [],
        slsaVersion: '1.0',
        denyReasons: [],
      },
    })
    // the policy lets it through, and nobody whose key is known signed it
    expect((await summaryOf(image, '--cosign-key', 'other.pub')).predicate).toMatchObject({ verificationResult: 'FAILED', verifiedLevels: ['FAILED'], denyReasons: [expect.stringMatching(/^ERR_COSIGN_UNVERIFIED /)] })
  })
  it('writes the whole report in each form, of a pass as of a refusal', async () => {
    const reports = ['r.json', 'r.md', 'r.html', 'r.txt']
    const written = async (...argv: readonly string[]): Promise<readonly string[]> => {
      await verify(...argv, '-a', 'build.json', '--report', reports.join(','))
      return reports.map((path) => readFileSync(place.path(path), 'utf8'))
    }
    const [json = '', markdown = '', html = '', text = ''] = await written(image, '--cosign-key', 'keeper.pub')
    expect(JSON.parse(json)).toMatchObject({ passed: true, digest: ids.manifest })
    expect(markdown).toContain(`    passed: ${ids.manifest} /config/digest`)
    expect(html).toMatch(/^<!doctype html>[^]*<h1>Passed<\/h1>[^]*<iframe sandbox [^>]*srcdoc="&#60;!doctype html&#62;/)
    expect(text).toBe((await verify(image, '--cosign-key', 'keeper.pub', '-a', 'build.json')).stderr)
    const refused = await written(image, '--cosign-key', 'other.pub')
    for (const report of refused) expect(report).toContain('ERR_COSIGN_UNVERIFIED')
  })
  it('packs everything that was looked at, whatever came of it', async () => {
    for (const [key, code] of [['keeper.pub', 0], ['other.pub', 1]] as const) {
      expect((await verify(image, '--cosign-key', key, ...server, '--output-bundle', 'seen.tar.gz')).code).toBe(code)
      const { manifest, envelopes } = await readBundle(createReadStream(place.path('seen.tar.gz')))
      expect(manifest).toMatchObject({ source: 'verify-export', sourceURL: archivista.url, subjects: [ids.manifest.slice(7)], createdAt: '2026-03-01T12:00:00Z' })
      expect(envelopes.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([Buffer.from(encodeEnvelope(build)).toString()])
    }
  })
  it('refuses where a store does not give what it has', async () => {
    archivista.fail({ route: 'query', kind: 'answer', status: 403 })
    expect((await verify(image, '--cosign-key', 'keeper.pub', ...server)).stderr).toContain('refused: ERR_EVIDENCE_INCOMPLETE ')
  })
  it('takes an image that nobody signed when it is told so', async () => {
    expect((await verify(image, '--allow-unsigned', '-a', 'build.json')).code).toBe(0)
  })
  it('finds what the digest of a manifest stands for, in the registry that is named', async () => {
    const subject = ['-s', ids.manifest, '-a', 'build.json']
    expect((await verify(...subject)).code).toBe(1)
    expect((await verify(...subject, '--registry', `${registry.host}/team/app`, '--cosign-key', 'keeper.pub')).code).toBe(0)
  })
  it('takes a path for a path, there or not, unless it names a registry', async () => {
    for (const path of ['team/app:v1', 'app', './registry.localhost/team/app']) expect((await verify(path, '-a', 'build.json')).stderr).toMatch(/^error: ERR_FILE /)
  })
})

describe('attach and fetch', () => {
  it('put envelopes beside an image, and bring them back', async () => {
    const attached = await run('attach', image, 'build.json')
    expect([attached.code, attached.stdout]).toEqual([0, expect.stringMatching(/^registry\.localhost\/team\/app@sha256:[0-9a-f]{64}\n$/)])
    expect((await run('attach', image, 'build.json')).stdout).toBe(attached.stdout)
    const { code, stdout } = await run('fetch', image, '-o', 'found')
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^found\/build\.[0-9a-f]{16}\.json\n$/)])
    expect(readFileSync(place.path(stdout.trim()))).toEqual(readFileSync(place.path('build.json')))
    expect((await verify(image, '--cosign-key', 'keeper.pub')).code).toBe(0)
  })
  it('fetch writes nothing where a store fails', async () => {
    archivista.fail({ route: 'download', kind: 'answer', status: 403 })
    const { code, stdout, stderr } = await run('fetch', image, '-o', 'none', ...server)
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^error: ERR_EVIDENCE_INCOMPLETE /)])
    expect(readdirSync(place.dir)).not.toContain('none')
  })
  it.each([
    [['fetch'], 'ERR_USAGE'],
    [['fetch', image, image], 'ERR_USAGE'],
    [['fetch', image, '--max-depth', '0'], 'ERR_USAGE'],
    [['fetch', `${registry.host}/UPPER`], 'ERR_REFERENCE_INVALID'],
    [['fetch', `${registry.host}/team/app:v9`], 'ERR_REGISTRY_NOT_FOUND'],
    [['attach', image], 'ERR_USAGE'],
    [['attach', image, 'missing.json'], 'ERR_FILE'],
    [['attach', image, 'release.pub'], 'ERR_MALFORMED'],
    [['attach', image, 'policy.json'], 'ERR_PAYLOAD_TYPE'],
  ])('%j: %s', async (argv, code) => {
    expect(await run(...argv)).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`^error: ${code} `)) as string })
  })
  it('need the network', async () => {
    const { stderr } = await cilock(place.dir, ['fetch', image])
    expect(stderr).toMatch(/^error: ERR_USAGE /)
  })
})

describe('bundle', () => {
  it('create packs what an Archivista has, from digests with and without their algorithm', async () => {
    for (const subject of [ids.config, ids.config.slice(7)]) {
      expect((await run('bundle', 'create', '-s', subject, '--archivista-url', archivista.url, '-o', 'made.tar.gz')).code).toBe(0)
      const { manifest, envelopes } = await readBundle(readFileSync(place.path('made.tar.gz')))
      expect(manifest).toMatchObject({ createdAt: '2026-03-01T12:00:00Z', source: 'archivista', sourceURL: archivista.url, subjects: [subject], count: 1 })
      expect(envelopes[0]?.bytes.toString()).toBe(readFileSync(place.path('build.json')).toString())
    }
  })
  it('create says when a limit ended the search, instead of packing a part', async () => {
    const create = ['bundle', 'create', '-s', ids.config, '--archivista-url', archivista.url, '-o', 'part.tar.gz', '--max-depth', '1'] as const
    expect(await run(...create)).toMatchObject({ code: 1, stderr: expect.stringContaining('--max-depth') as string })
    expect(readdirSync(place.dir)).not.toContain('part.tar.gz')
    expect(await run(...create, '--allow-truncated')).toMatchObject({ code: 0, stderr: expect.stringContaining('warn: ') as string })
  })
  it('inspect shows one, extract unpacks it byte for byte', async () => {
    expect((await run('bundle', 'create', '-a', 'build.json', '-o', 'files.tar.gz')).code).toBe(0)
    const { stdout } = await run('bundle', 'inspect', 'files.tar.gz')
    expect(stdout).toContain('  envelopes: 1\n  [0] predicate=https://aflock.ai/attestation-collection/v0.1 collection=build signers=[')
    expect(JSON.parse((await run('bundle', 'inspect', '--json', 'files.tar.gz')).stdout)).toMatchObject({ count: 1, source: 'file' })
    const extracted = await run('bundle', 'extract', '-o', 'unpacked', 'files.tar.gz')
    expect(extracted.stdout).toBe(`unpacked/${sha256Hex(encodeEnvelope(build))}.json\n`)
    expect(readFileSync(place.path(extracted.stdout.trim()))).toEqual(readFileSync(place.path('build.json')))
  })
  it.each([
    [['create', '-a', 'build.json'], 'ERR_USAGE'],
    [['create', '-o', 'x.tar.gz'], 'ERR_USAGE'],
    [['create', '-o', 'x.tar.gz', '-s', 'sha256:1'], 'ERR_USAGE'],
    [['create', '-o', 'x.tar.gz', '--archivista-url', 'nonsense', '-s', 'a'], 'ERR_USAGE'],
    [['create', '-o', 'no/folder.tar.gz', '-a', 'build.json'], 'ERR_FILE'],
    [['inspect'], 'ERR_USAGE'],
    [['inspect', 'build.json'], 'ERR_COMPRESSION_INVALID'],
    [['extract', 'missing.tar.gz'], 'ERR_FILE'],
    [['extract', '-o', 'build.json/below', 'evidence.tar.gz'], 'ERR_FILE'],
  ])('%j: %s', async (argv, code) => {
    expect(await run('bundle', ...argv)).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`^error: ${code} `)) as string })
  })
})

describe.skipIf(!hasGoTools())(hasGoTools() ? 'the real cilock' : `the real cilock ${goToolsSkipped}`, () => {
  it('verifies with a bundle that was made here, and is shown alike', async () => {
    const tools = goTools('cilock')
    expect((await verify(image, '--cosign-key', 'keeper.pub', '-a', 'build.json', '--output-bundle', 'seen.tar.gz')).code).toBe(0)
    expect(await tools.cilock(place.dir, ['bundle', 'inspect', 'seen.tar.gz'])).toMatchObject({ stdout: expect.stringContaining('envelopes: 1') as string })
    const argv = ['bundle', 'inspect', 'evidence.tar.gz'] as const
    const [theirs, ours] = [await tools.cilock(place.dir, argv), await run(...argv)]
    // of a type with an older URI the Go tool shows both
    const bare = (text: string): string => text.replaceAll(/predicate=\S+(?: \(legacy: [^)]*\))?/g, 'predicate=…')
    expect(bare(ours.stdout)).toBe(bare(theirs.stdout))
    const verdict = await tools.cilock(place.dir, ['verify', '-p', 'policy.json', '-k', 'release.pub', '-s', ids.config, '--bundle', 'evidence.tar.gz'])
    expect(verdict).toMatchObject({ status: 0 })
  })
})
