import { createServer } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { encodeEnvelope, encodeJson, encodeUtf8, sha256Hex } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { bundleSource, createBundle, directorySource, readBundle } from '@cilock/image/node'
import { seededKey } from '@cilock/testing'
import { goTools, goToolsSkipped, hasGoTools, skipped, vectors } from '@cilock/vectors'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { codeOf, pushed, saved } from './world.ts'

const { signer } = await seededKey('builder', 'ec-p256')
const hex = (digit: string): string => `sha256:${digit.repeat(64)}`
const build = await saved('build', { config: hex('a'), layer: hex('b') }, signer)
const push = await pushed('push', hex('c'), signer)
const createdAt = new Date('2026-06-01T12:00:00.120Z')

async function tarOf(entries: readonly (readonly [name: string, content: Uint8Array | string])[]): Promise<Uint8Array> {
  const tar = pack()
  for (const [name, content] of entries) tar.entry({ name }, Buffer.from(content))
  tar.finalize()
  const pieces: Uint8Array[] = []
  for await (const piece of tar) pieces.push(piece as Uint8Array)
  return gzipSync(Buffer.concat(pieces))
}

const text = (...envelopes: readonly Envelope[]): string => envelopes.map((each) => `${new TextDecoder().decode(encodeEnvelope(each))}\n`).join('')
const manifest = { schemaVersion: 'https://aflock.ai/bundle/v0.1', createdAt: '2026-06-01T12:00:00Z', count: 1 }
const bundleOf = async (document: unknown, lines: string): Promise<Uint8Array> => tarOf([['bundle.json', encodeJson(document)], ['attestations.jsonl', lines]])

describe('a bundle', () => {
  it('is as Go writes it', async () => {
    const { bytes } = await createBundle({ envelopes: [build, push, build], createdAt, source: 'archivista', sourceUrl: 'https://a.example/?a=1&b=2', subjects: ['b', 'a', 'b'] })
    const tar = gunzipSync(bytes)
    const of = (envelope: Envelope): string => `    {
      "sha256": "${sha256Hex(encodeEnvelope(envelope))}",
      "payloadType": "application/vnd.in-toto+json",
      "signerKeyIDs": [
        "${signer.keyid}"
      ]
    }`
    const document = `{
  "schemaVersion": "https://aflock.ai/bundle/v0.1",
  "createdAt": "2026-06-01T12:00:00.12Z",
  "source": "archivista",
  "sourceURL": "https://a.example/?a=1\\u0026b=2",
  "subjects": [
    "a",
    "b"
  ],
  "count": 2,
  "envelopes": [
${of(build)},
${of(push)}
  ]
}`
    expect(tar.subarray(0, 12).toString()).toBe('bundle.json\0')
    expect(tar.subarray(512, 512 + document.length).toString()).toBe(document)
    const second = 512 + Math.ceil(document.length / 512) * 512
    expect(tar.subarray(second, second + 18).toString()).toBe('attestations.jsonl')
    expect(tar.subarray(second + 512, second + 512 + text(build, push).length).toString()).toBe(text(build, push))
  })
  it('is read back, in order and under the names that CI/lock gives', async () => {
    const { bytes, manifest: written } = await createBundle({ envelopes: [build, push], createdAt })
    const read = await readBundle(bytes, { name: 'evidence.tar.gz' })
    expect(read.manifest).toEqual(written)
    expect(read.envelopes.map(({ reference }) => reference)).toEqual(['evidence.tar.gz#0', 'evidence.tar.gz#1'])
    expect(read.envelopes.map(({ envelope }) => new TextDecoder().decode(encodeEnvelope(envelope)))).toEqual([build, push].map((each) => text(each).trimEnd()))
    expect(await bundleSource(read).search({ collection: 'push' })).toMatchObject([{ reference: 'evidence.tar.gz#1' }])
  })
  it('may be empty, and hold what is no statement, which is nobody’s evidence', async () => {
    expect((await readBundle((await createBundle({ envelopes: [], createdAt })).bytes)).envelopes).toEqual([])
    const policy = { ...build, payloadType: 'https://witness.testifysec.com/policy/v0.1', payload: encodeUtf8('{}') }
    const read = await readBundle((await createBundle({ envelopes: [policy, build], createdAt })).bytes)
    expect(read.envelopes).toHaveLength(2)
    expect(await bundleSource(read).search({})).toMatchObject([{ reference: 'bundle#1' }])
  })
  it('needs a time', async () => {
    await expect(createBundle({ envelopes: [], createdAt: new Date('never') })).rejects.toThrow(TypeError)
  })
})

describe('what is no bundle', () => {
  it.each([
    ['no gzip', async () => encodeUtf8('hello'), 'ERR_COMPRESSION_INVALID'],
    ['no tar', async () => gzipSync('x'.repeat(2000)), 'ERR_TAR_INVALID'],
    ['cut off', async () => (await bundleOf(manifest, text(build))).slice(0, -20), 'ERR_COMPRESSION_INVALID'],
    ['without a manifest', async () => tarOf([['attestations.jsonl', '']]), 'ERR_MALFORMED'],
    ['without lines', async () => tarOf([['bundle.json', encodeJson(manifest)]]), 'ERR_MALFORMED'],
    ['with two manifests', async () => tarOf([['bundle.json', encodeJson(manifest)], ['bundle.json', encodeJson(manifest)], ['attestations.jsonl', text(build)]]), 'ERR_MALFORMED'],
    ['under other names', async () => tarOf([['./bundle.json', encodeJson(manifest)], ['attestations.jsonl', text(build)]]), 'ERR_MALFORMED'],
    ['of another version', async () => bundleOf({ ...manifest, schemaVersion: 'https://aflock.ai/bundle/v9' }, text(build)), 'ERR_BUNDLE_VERSION'],
    ['whose manifest is no JSON', async () => tarOf([['bundle.json', 'no'], ['attestations.jsonl', text(build)]]), 'ERR_MALFORMED'],
    ['with a line that is no envelope', async () => bundleOf(manifest, '{}\n'), 'ERR_MALFORMED'],
    ['with a line more than it counts', async () => bundleOf(manifest, text(build, push)), 'ERR_BUNDLE_INTEGRITY'],
    ['with a line less than it counts', async () => bundleOf(manifest, ''), 'ERR_BUNDLE_INTEGRITY'],
    ['with fewer lines than it lists', async () => bundleOf({ ...manifest, envelopes: [{ sha256: '0' }, { sha256: '1' }] }, text(build)), 'ERR_BUNDLE_INTEGRITY'],
    ['with another line than it lists', async () => bundleOf({ ...manifest, envelopes: [{ sha256: '0'.repeat(64) }] }, text(build)), 'ERR_BUNDLE_INTEGRITY'],
  ] as const)('%s', async (_, make, code) => {
    expect(await codeOf(readBundle(await make()))).toBe(code)
  })
  it('blank lines and other entries do not matter', async () => {
    const bytes = await tarOf([['notes.txt', 'hello'], ['bundle.json', encodeJson(manifest)], ['attestations.jsonl', `\n${text(build)}\r\n`]])
    expect((await readBundle(bytes)).envelopes).toHaveLength(1)
  })
  it.each([
    ['decompressed bytes, in whatever entry', { bytes: 100_000 }, async () => tarOf([['notes.txt', new Uint8Array(200_000)], ['bundle.json', encodeJson(manifest)], ['attestations.jsonl', text(build)]])],
    ['envelopes', { envelopes: 1 }, async () => bundleOf({ ...manifest, count: 2 }, text(build, push))],
    ['bytes of an envelope', { envelopeBytes: 100 }, async () => bundleOf(manifest, text(build))],
  ] as const)('more %s than allowed are refused', async (_, limits, make) => {
    expect(await codeOf(readBundle(await make(), { limits }))).toBe('ERR_LIMIT_EXCEEDED')
  })
  it('any bytes give a bundle or a code', async () => {
    const good = await bundleOf(manifest, text(build))
    const tar = gunzipSync(good)
    await fc.assert(
      fc.asyncProperty(fc.nat(tar.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Uint8Array.from(tar)
        changed[at] = byte
        const code = await codeOf(readBundle(gzipSync(changed)))
        expect(code).toMatch(/^ERR_|nothing thrown/)
      }),
      { numRuns: 150 },
    )
  })
})

describe('a folder', () => {
  const world = (files: Readonly<Record<string, string | Uint8Array>>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'cilock-image-'))
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return folder
  }
  it('is a source of its envelopes, and says what it passed over', async () => {
    const folder = world({ 'build.json': encodeEnvelope(build), 'policy.json': '{}', 'push.json': encodeEnvelope(push), 'notes.txt': 'hello' })
    const skipped: unknown[] = []
    const source = await directorySource(folder, { onSkipped: (path, { code }) => skipped.push([path, code]) })
    expect((await source.search({})).map(({ reference }) => reference)).toEqual([join(folder, 'build.json'), join(folder, 'push.json')])
    expect(skipped).toEqual([[join(folder, 'policy.json'), 'ERR_MALFORMED']])
    const largest = Math.max(...[build, push].map((envelope) => encodeEnvelope(envelope).length))
    expect(await (await directorySource(folder, { maxFiles: 3, maxBytes: largest })).search({})).toHaveLength(2)
    for (const limit of [{ maxFiles: 2 }, { maxBytes: largest - 1 }]) expect(await codeOf(directorySource(folder, limit))).toBe('ERR_LIMIT_EXCEEDED')
    rmSync(folder, { recursive: true })
    expect(await codeOf(directorySource(folder))).toBe('ERR_FILE')
  })
})

describe.skipIf(process.platform === 'win32')('a folder with what cannot be read, which may be what decides, is an error', () => {
  it.each([
    ['a link to nowhere', async (path: string): Promise<() => void> => (symlinkSync(`${path}.gone`, path), () => undefined)],
    [
      'what is there and no file',
      async (path: string): Promise<() => void> => {
        const server = createServer()
        await new Promise<void>((resolve) => server.listen(path, resolve))
        return () => server.close()
      },
    ],
  ])('%s', async (_, make) => {
    const folder = mkdtempSync(join(tmpdir(), 'cilock-image-'))
    writeFileSync(join(folder, 'build.json'), encodeEnvelope(build))
    const done = await make(join(folder, 'lost.json'))
    expect(await codeOf(directorySource(folder))).toBe('ERR_FILE')
    done()
    rmSync(folder, { recursive: true })
  })
})

const part = 'golden/verify/cases'
const cases = vectors(part) ?? ''

describe.skipIf(cases === '')(cases === '' ? `bundles that CI/lock was recorded with ${skipped(part)}` : 'bundles that CI/lock was recorded with', () => {
  const read = async (name: string, file = 'evidence.tar.gz'): Promise<unknown> => codeOf(readBundle(readFileSync(join(cases, name, file))))
  it.each([
    ['bundle-good', 'nothing thrown'],
    ['bundle-empty', 'nothing thrown'],
    ['bundle-extra-entry', 'nothing thrown'],
    ['bundle-dup-lines', 'nothing thrown'],
    ['bundle-dot-slash', 'ERR_MALFORMED'],
    ['bundle-missing-lines', 'ERR_MALFORMED'],
    ['bundle-missing-manifest', 'ERR_MALFORMED'],
    ['bundle-not-gzip', 'ERR_COMPRESSION_INVALID'],
    // a signature in it is bad: that is for whoever verifies
    ['bundle-tampered', 'nothing thrown'],
    // Go takes the later of two manifests, and any version
    ['bundle-dup-entry', 'ERR_MALFORMED'],
    ['bundle-schema-other', 'ERR_BUNDLE_VERSION'],
  ])('%s: %s', async (name, code) => {
    expect(await read(name)).toBe(code)
  })
  it('one that it wrote itself is written again, byte for byte within gzip but for the time of its making', async () => {
    const bytes = readFileSync(join(cases, 'vsa-output-bundle', 'out', 'cilock.evidence.tar.gz'))
    const bundle = await readBundle(bytes)
    const { createdAt: at, sourceURL = '', subjects = [] } = bundle.manifest
    const again = await createBundle({ envelopes: bundle.envelopes.map(({ envelope }) => envelope), createdAt: new Date(at), source: 'file', sourceUrl: sourceURL, subjects })
    expect({ ...again.manifest, createdAt: at }).toEqual(bundle.manifest)
    expect((await readBundle(again.bytes)).envelopes.map((each) => each.bytes.toString())).toEqual(bundle.envelopes.map((each) => each.bytes.toString()))
  })
})

describe.skipIf(!hasGoTools())(hasGoTools() ? 'the real cilock' : `the real cilock ${goToolsSkipped}`, () => {
  it('reads what is written here', async () => {
    const { cilock } = goTools('cilock')
    const folder = mkdtempSync(join(tmpdir(), 'cilock-image-'))
    const { bytes, manifest: written } = await createBundle({ envelopes: [build, push], createdAt, source: 'file', subjects: [hex('a')] })
    writeFileSync(join(folder, 'e.tar.gz'), bytes)
    const asText = await cilock(folder, ['bundle', 'inspect', 'e.tar.gz'])
    expect(asText).toMatchObject({ status: 0 })
    expect(asText.stdout).toContain('collection=build')
    expect(asText.stdout).toContain('collection=push')
    const asJson = await cilock(folder, ['bundle', 'inspect', '--json', 'e.tar.gz'])
    expect(JSON.parse(asJson.stdout)).toEqual(written)
    rmSync(folder, { recursive: true })
  })
})
