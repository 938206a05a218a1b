import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { encodeBase64, encodeEnvelope, encodeUtf8, generateKey, parseEnvelope, sha256Hex, signEnvelope } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import { readBundle } from '@cilock/image/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'
import type { Ran } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
let builder: GeneratedKey
let release: GeneratedKey

async function writePolicy(name: string, more: object = {}, functionary = builder): Promise<void> {
  const { keyid } = functionary.signer
  const policy = {
    expires: '2030-01-01T00:00:00Z',
    publickeys: { [keyid]: { keyid, key: encodeBase64(encodeUtf8(functionary.publicKeyPem)) } },
    steps: {
      build: {
        name: 'build',
        functionaries: [{ type: 'publickey', publickeyid: keyid }],
        attestations: [{ type: 'https://aflock.ai/attestations/product/v0.3' }],
      },
    },
    ...more,
  }
  const envelope = await signEnvelope({ payload: encodeUtf8(JSON.stringify(policy)), payloadType: 'https://aflock.ai/policy/v0.1', signers: [release.signer] })
  writeFileSync(place.path(name), encodeEnvelope(envelope))
}

beforeAll(async () => {
  ;[builder, release] = await Promise.all([generateKey('ec-p256'), generateKey('ed25519')])
  writeFileSync(place.path('key.pem'), builder.privateKeyPem)
  writeFileSync(place.path('release.pub'), release.publicKeyPem)
  writeFileSync(place.path('builder.pub'), builder.publicKeyPem)
  mkdirSync(place.path('work'))
  await cilock(place.dir, ['run', '-d', 'work', '-k', 'key.pem', '-a', 'environment', '-s', 'build', '-o', 'build.json', '--', process.execPath, '-e', 'fs.writeFileSync("app", "the app"); fs.writeFileSync("lib", "a library")'])
  await writePolicy('policy.json')
})

const verify = async (...argv: readonly string[]): Promise<Ran> => cilock(place.dir, ['verify', '-p', 'policy.json', '-k', 'release.pub', '-a', 'build.json', ...argv])

describe('verify', () => {
  it('lets the artifact through that a step made, by file or by digest', async () => {
    const { code, stdout, stderr } = await verify('work/app')
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(/^passed\n└─ verified: sha256:[0-9a-f]{64} bound to step "build" by its leaf "app"\n$/)
    const digest = /[0-9a-f]{64}/.exec(stderr)?.[0] ?? ''
    for (const argv of [['-f', 'work/lib'], ['-s', digest], ['-s', `sha256:${digest.toUpperCase()}`], ['--artifactfile=work/app']]) expect((await verify(...argv)).code).toBe(0)
  })

  it('takes no empty text for the working directory', async () => {
    expect(await verify('')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: ERR_USAGE the artifact is named by an empty text/) as string })
  })

  it.each([
    ['--vsa-outfile', 'policy.json'],
    ['--vsa-outfile', 'release.pub'],
    ['--output-bundle', 'build.json'],
  ])('never writes over what it judges by: %s %s', async (flag, name) => {
    const before = readFileSync(place.path(name))
    expect(await verify('work/app', flag, name)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: ERR_USAGE .* is to be read/) as string })
    expect(readFileSync(place.path(name))).toEqual(before)
  })

  it('says on one screen why not', async () => {
    writeFileSync(place.path('other'), 'something else')
    const { code, stdout, stderr } = await verify('other')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^refused: ERR_SUBJECT_MISMATCH step "build": /)
    expect(stderr).toContain('the one envelope that was found build.json')
    expect(stderr.split('\n').length).toBeLessThan(24)
  })

  it('says what would make it pass, as far as that can be known', async () => {
    const { stderr } = await verify('other')
    expect(stderr).toMatch(/either of these would make it pass:|the smallest change that makes it pass:/)
    expect(stderr).toContain('only if that is the artifact you mean')
    expect((await verify('work/app')).stderr).not.toContain('would make it pass')
  })

  it('writes the whole report in any form, on a pass as on a refusal', async () => {
    const files = ['report.json', 'report.md', 'report.html', 'report.txt']
    for (const [artifact, exit, verdict] of [['other', 1, 'failed'], ['work/app', 0, 'passed']] as const) {
      const { code, stdout } = await verify(artifact, '--report', files.join(','))
      expect([code, stdout]).toEqual([exit, ''])
      const [json = '', markdown, html, text] = files.map((name) => readFileSync(place.path(name), 'utf8'))
      expect(JSON.parse(json)).toMatchObject({ version: 1, report: { verdict } })
      expect([markdown?.slice(0, 5), html?.slice(0, 15), text?.slice(0, 4)]).toEqual([exit === 0 ? '### ✅' : '### ❌', '<!doctype html>', exit === 0 ? 'pass' : 'refu'])
    }
  })

  it('packs all that was handed in, on a pass as on a refusal, and verifies with it', async () => {
    copyFileSync(place.path('build.json'), place.path('again.json'))
    const stranger = await generateKey('ed25519')
    writeFileSync(place.path('stranger.json'), encodeEnvelope(await signEnvelope({ ...parseEnvelope(readFileSync(place.path('build.json'))), signers: [stranger.signer] })))
    const bundled = async (...argv: readonly string[]): Promise<Ran> => cilock(place.dir, ['verify', '-p', 'policy.json', '-k', 'release.pub', ...argv])
    expect((await bundled('-a', 'stranger.json', 'work/app', '--output-bundle', 'refused.tar.gz')).code).toBe(1)
    expect((await bundled('-a', 'build.json,again.json', '--bundle', 'refused.tar.gz', 'work/app', '--output-bundle', 'passed.tar.gz')).code).toBe(0)
    const { manifest, envelopes } = await readBundle(readFileSync(place.path('passed.tar.gz')))
    // each once, and as in Go without the name of the algorithm
    expect(envelopes.map(({ bytes }) => sha256Hex(bytes))).toEqual(['build.json', 'stranger.json'].map((name) => sha256Hex(readFileSync(place.path(name)))))
    expect(manifest).toMatchObject({ source: 'file', createdAt: '2026-03-01T12:00:00Z', count: 2, subjects: [sha256Hex('the app')] })
    expect(await bundled('--bundle', 'passed.tar.gz', 'work/app')).toMatchObject({ code: 0 })
    expect(await bundled('--bundle', 'refused.tar.gz', 'work/app')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^refused: ERR_EVIDENCE_SIGNATURE /) as string })
  })

  it('names the first cause when another key signed, when the policy has expired, and when it is not the signer’s', async () => {
    const stranger = await generateKey('ed25519')
    await writePolicy('stranger.json', {}, stranger)
    expect((await verify('work/app', '-p', 'stranger.json')).stderr).toMatch(/^refused: ERR_EVIDENCE_SIGNATURE/)
    await writePolicy('expired.json', { expires: '2026-01-01T00:00:00Z' })
    expect((await verify('work/app', '-p', 'expired.json')).stderr).toMatch(/^refused: ERR_POLICY_EXPIRED/)
    expect((await verify('work/app', '-k', 'builder.pub')).stderr).toMatch(/^refused: ERR_POLICY_SIGNATURE/)
    await writePolicy('rego.json', { steps: { build: { name: 'build', functionaries: [{ type: 'publickey', publickeyid: builder.signer.keyid }], attestations: [{ type: 'https://aflock.ai/attestations/product/v0.3', regopolicies: [{ name: 'x', module: 'cGFja2FnZSB4' }] }] } } })
    expect((await verify('work/app', '-p', 'rego.json')).stderr).toMatch(/^refused: ERR_POLICY_REGO .*\n/)
  })

  it('takes a directory for its digest', async () => {
    const { code, stderr } = await verify('work')
    expect([code, stderr.startsWith('refused: ERR_SUBJECT_MISMATCH')]).toEqual([1, true])
    expect((await verify('--directory-path', 'work')).stderr).toMatch(/^refused: ERR_SUBJECT_MISMATCH/)
  })

  it('prints one JSON object whatever happens', async () => {
    const passed = await verify('work/app', '--format', 'json')
    expect([passed.code, passed.stderr]).toEqual([0, ''])
    expect(JSON.parse(passed.stdout)).toMatchObject({ passed: true, step: 'build', matchedSubject: expect.stringMatching(/^sha256:/) as string, observedSubjectName: 'app', report: { verdict: 'passed' } })
    const refused = await verify('other', '-o', 'json')
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { passed: false, code: 'ERR_SUBJECT_MISMATCH', step: 'build', cause: { code: 'subject', state: 'failed' } }])
    for (const argv of [['absent', '--format', 'json'], ['--format=json', '--nonsense'], ['-o=json'], ['--format', 'json', '-a', 'key.pem', 'work/app'], ['-ojson', 'work/app', 'work/lib']]) {
      const { code, stdout, stderr } = await verify(...argv)
      expect([code, stderr]).toEqual([1, ''])
      expect(JSON.parse(stdout)).toMatchObject({ passed: false, code: expect.stringMatching(/^ERR_/) as string, message: expect.any(String) as string })
    }
  })

  it.each([
    [['verify'], 'ERR_USAGE'],
    [['verify', '-k', 'release.pub', '-p', 'policy.json', 'work/app'], 'ERR_USAGE'],
    [['verify', '-k', 'release.pub', '-a', 'build.json', 'work/app'], 'ERR_USAGE'],
    [['verify', '-p', 'policy.json', '-a', 'build.json', 'work/app'], 'ERR_USAGE'],
  ])('needs everything: %j', async (argv, code) => {
    expect((await cilock(place.dir, argv)).stderr).toMatch(new RegExp(`^error: ${code} `))
  })

  it.each([
    [['work/app', 'work/lib'], 'ERR_USAGE'],
    [['work/app', '-f', 'work/app'], 'ERR_USAGE'],
    [['absent'], 'ERR_FILE'],
    [['work/app', '-a', 'build.json'], 'ERR_USAGE'],
    [['work/app', '-a', 'absent.json'], 'ERR_FILE'],
    [['work/app', '-a', 'key.pem'], 'ERR_MALFORMED'],
    [['-s', 'sha1:' + 'ab'.repeat(20)], 'ERR_USAGE'],
    [['-s', 'nonsense:' + 'ab'.repeat(32)], 'ERR_USAGE'],
    [['-s', 'sha256:zz'], 'ERR_USAGE'],
    [['work/app', '--format', 'yaml'], 'ERR_USAGE'],
    [['work/app', '--rules', 'loose'], 'ERR_USAGE'],
    [['work/app', '--signer-file-key-path', 'key.pem'], 'ERR_USAGE'],
    [['work/app', '--vsa-outfile', 'nowhere/vsa.json'], 'ERR_FILE'],
    [['work/app', '--vsa-timestamp-servers', 'https://tsa.test/', '--vsa-outfile', 'vsa.json'], 'ERR_USAGE'],
    [['work/app', '--policy-hardening', 'loose'], 'ERR_USAGE'],
    [['work/app', '--report', 'report.pdf'], 'ERR_USAGE'],
    [['work/app', '--report', 'nowhere/report.html'], 'ERR_FILE'],
    [['work/app', '--bundle', 'x'], 'ERR_FILE'],
    [['work/app', '--output-bundle', 'nowhere/x.tar.gz'], 'ERR_FILE'],
    [['work/app', '--cosign-key', 'x'], 'ERR_USAGE'],
    [['work/app', '--policy-ca-roots', 'x'], 'ERR_FILE'],
    [['work/app', '--enable-archivista'], 'ERR_USAGE'],
  ])('refuses %j by code', async (argv, code) => {
    const { code: exit, stderr } = await verify(...argv)
    expect(exit).toBe(1)
    expect(stderr).toMatch(new RegExp(`^error: ${code} `))
  })

  it('helps whoever names no artifact', async () => {
    const { stderr } = await verify()
    expect(stderr).toMatch(/^error: ERR_USAGE no artifact/)
    expect(stderr).toMatch(/sha256:[0-9a-f]{64} {2}https:\/\/aflock\.ai\/attestations\/product\/v0\.3\/tree:products/)
  })

  it('reads the mode of hardening from the environment that was handed in', async () => {
    const { stderr } = await cilock(place.dir, ['verify', '-p', 'policy.json', '-k', 'release.pub', '-a', 'build.json', 'work/app'], { env: { CILOCK_POLICY_HARDENING: 'WARN' } })
    expect(stderr).toMatch(/^warn: --policy-hardening warn: .*\npassed\n/)
  })

  it('colours the verdict on a terminal', async () => {
    let text = ''
    const terminal = { write: (chunk: string | Uint8Array) => void (text += String(chunk)), isTTY: true }
    await cilock(place.dir, ['verify', '-p', 'policy.json', '-k', 'release.pub', '-a', 'build.json', 'other'], { stderr: terminal })
    expect(text).toContain('\u001b[31mrefused: ERR_SUBJECT_MISMATCH')
  })

  it('follows a link to the artifact', async () => {
    const { symlinkSync } = await import('node:fs')
    symlinkSync('work/app', place.path('link'))
    expect((await verify('link')).code).toBe(0)
    copyFileSync(place.path('build.json'), place.path('copy.json'))
    expect((await verify('link', '-a', 'copy.json')).code).toBe(0)
    expect(readFileSync(place.path('copy.json')).length).toBeGreaterThan(0)
  })
})
