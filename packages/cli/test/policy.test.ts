import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { generateKey } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import type { PolicyDocument } from '@cilock/policy'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
const run = async (...argv: readonly string[]) => cilock(place.dir, argv)
let [builder, packer, release]: GeneratedKey[] = []

beforeAll(async () => {
  for (const name of ['builder', 'packer', 'release', 'stranger']) {
    const key = await generateKey('ed25519')
    writeFileSync(place.path(`${name}.pem`), key.privateKeyPem)
    writeFileSync(place.path(`${name}.pub`), key.publicKeyPem)
    if (name === 'builder') builder = key
    if (name === 'packer') packer = key
    if (name === 'release') release = key
  }
  // a folder of its own, so that the files that pack finds are the ones that build left
  mkdirSync(place.path('work'))
  const only = ['-d', 'work']
  expect(await run('run', '-s', 'build', '-a', 'environment', '-k', 'builder.pem', '-o', 'build.json', ...only, '--', 'sh', '-c', 'printf app > app')).toMatchObject({ code: 0 })
  expect(await run('run', '-s', 'pack', '-a', 'environment', '-k', 'packer.pem', '-o', 'pack.json', ...only, '--', 'sh', '-c', 'cp app app.tar; printf ! >> app.tar')).toMatchObject({ code: 0 })
  expect(await run('policy', 'init', '-k', 'builder.pub', '-k', 'packer.pub', '-o', 'policy.json', 'build.json', 'pack.json')).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(await run('sign', '-k', 'release.pem', '-f', 'policy.json', '-o', 'policy.signed.json', '-t', 'https://aflock.ai/policy/v0.1')).toMatchObject({ code: 0 })
})

const draft = (): PolicyDocument => JSON.parse(readFileSync(place.path('policy.json'), 'utf8')) as PolicyDocument

describe('cilock policy init', () => {
  it('drafts a policy that the evidence satisfies', async () => {
    expect(draft()).toMatchObject({
      expires: '2027-03-01T12:00:00Z',
      steps: {
        build: { functionaries: [{ type: 'publickey', publickeyid: builder?.signer.keyid }] },
        pack: { functionaries: [{ type: 'publickey', publickeyid: packer?.signer.keyid }], artifactsFrom: ['build'] },
      },
    })
    expect(draft().steps['build']).not.toHaveProperty('artifactsFrom')
    expect(draft().steps['pack']?.attestations.map(({ type }) => type)).toEqual([
      'https://aflock.ai/attestations/environment/v0.1',
      'https://aflock.ai/attestations/material/v0.3',
      'https://aflock.ai/attestations/command-run/v0.2',
      'https://aflock.ai/attestations/product/v0.3',
    ])
    expect(await run('verify', '-p', 'policy.signed.json', '-k', 'release.pub', '-a', 'build.json,pack.json', 'work/app.tar')).toMatchObject({ code: 0 })
  })

  it('and that other evidence does not', async () => {
    writeFileSync(place.path('other.tar'), 'other')
    expect((await run('verify', '-p', 'policy.signed.json', '-k', 'release.pub', '-a', 'build.json,pack.json', 'other.tar')).code).toBe(1)
  })

  it('prints it where no file is named, also by the name that Go has for it', async () => {
    const { stdout } = await run('policy', 'from-bundles', '-k', 'builder.pub', '--expires', '1h30m', 'build.json')
    expect(JSON.parse(stdout)).toMatchObject({ expires: '2026-03-01T13:30:00Z', steps: { build: { name: 'build' } } })
  })

  it.each([
    [['init'], 'ERR_USAGE'],
    [['init', 'build.json'], 'ERR_USAGE'],
    [['init', '-k', 'builder.pub', 'absent.json'], 'ERR_FILE'],
    [['init', '-k', 'builder.pub', 'builder.pub'], 'ERR_MALFORMED'],
    [['init', '-k', 'stranger.pub', 'build.json'], 'ERR_SIGNATURE_INVALID'],
    [['init', '-k', 'builder.pub', '--expires', 'soon', 'build.json'], 'ERR_USAGE'],
    [['init', '-k', 'builder.pub', '--expires', '9999999h', 'build.json'], 'ERR_USAGE'],
    [['init', '-k', 'builder.pub', '--strict', 'build.json'], 'ERR_USAGE'],
    [['init', '-k', 'builder.pub', '--step-prefix', 'x', 'build.json'], 'ERR_NOT_SUPPORTED'],
  ])('refuses %j by code', async (argv, code) => {
    const { code: exit, stderr } = await run('policy', ...argv)
    expect([exit, stderr.slice(0, `error: ${code} `.length)]).toEqual([1, `error: ${code} `])
  })
})

describe('cilock policy lint', () => {
  const write = (name: string, change: Record<string, unknown>): void => writeFileSync(place.path(name), JSON.stringify({ ...draft(), ...change }))

  it('finds nothing in a drafted and signed policy', async () => {
    expect(await run('policy', 'lint', '-k', 'release.pub', 'policy.signed.json')).toEqual({ code: 0, stdout: 'policy.signed.json: nothing found\n', stderr: '' })
  })

  it('tells each finding with its place and what to do', async () => {
    write('bad.json', { expires: '2020-01-01T00:00:00Z', extra: 1 })
    const { code, stdout } = await run('policy', 'lint', 'bad.json')
    expect(code).toBe(1)
    expect(stdout.split('\n').filter((line) => line.startsWith('bad.json'))).toEqual([
      'bad.json (envelope): note envelope-plain: the policy is a plain document; a verifier takes a signed envelope',
      'bad.json#/expires: error expired: the policy expired at 2020-01-01T00:00:00.000Z',
      expect.stringMatching(/^bad\.json#\/extra: error policy-unknown-key: /),
      'bad.json: 2 errors, 1 note',
    ])
  })

  it('fails for warnings with --strict, and for a signature by somebody else', async () => {
    write('soon.json', { expires: '2026-03-20T00:00:00Z' })
    expect((await run('policy', 'lint', 'soon.json')).code).toBe(0)
    expect((await run('policy', 'lint', '--strict', 'soon.json')).code).toBe(1)
    expect(await run('policy', 'lint', '-k', 'stranger.pub', 'policy.signed.json')).toMatchObject({ code: 1, stdout: expect.stringContaining('envelope-signature') })
    expect(release?.signer.keyid).not.toBe('')
  })

  it('writes JSON for programs', async () => {
    const { stdout } = await run('policy', 'lint', '--format', 'json', 'policy.json')
    expect(JSON.parse(stdout)).toMatchObject({ policy: 'policy.json', findings: [{ code: 'envelope-plain', severity: 'note' }] })
  })

  it('shows no control characters of a hostile policy', async () => {
    write('hostile.json', { '\u001b[31mx\nerror: y': 1 })
    const { stdout } = await run('policy', 'lint', 'hostile.json')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toMatch(/^error: y/m)
  })

  it('says what is no policy', async () => {
    writeFileSync(place.path('text.json'), 'nothing of the kind')
    expect(await run('policy', 'lint', 'text.json')).toMatchObject({ code: 1, stdout: expect.stringContaining('policy-json') })
  })

  it.each([
    [['lint'], 'ERR_USAGE'],
    [['lint', 'absent.json'], 'ERR_FILE'],
    [['lint', '--format', 'xml', 'policy.json'], 'ERR_USAGE'],
    [['lint', '--expires', '1h', 'policy.json'], 'ERR_USAGE'],
    [['mend', 'policy.json'], 'ERR_USAGE'],
    [[], 'ERR_USAGE'],
    [['push', '-p', 'policy.json'], 'ERR_NOT_SUPPORTED'],
  ])('refuses %j by code', async (argv, code) => {
    const { code: exit, stderr } = await run('policy', ...argv)
    expect([exit, stderr.slice(0, `error: ${code} `.length)]).toEqual([1, `error: ${code} `])
  })
})

describe('cilock policy validate', () => {
  it('answers as Go has it', async () => {
    expect(await run('policy', 'validate', '-p', 'policy.signed.json', '-k', 'release.pub')).toMatchObject({ code: 0, stdout: 'the policy is valid\n' })
    expect(JSON.parse((await run('policy', 'validate', '-p', 'policy.signed.json', '-o', 'json')).stdout)).toEqual({ valid: true })
    expect(JSON.parse((await run('policy', 'validate', '-p', 'policy.json', '-o', 'json')).stdout)).toMatchObject({ valid: true, warnings: [expect.any(String)] })
    const refused = await run('policy', 'validate', '-p', 'policy.signed.json', '-k', 'stranger.pub', '-o', 'json')
    expect([refused.code, JSON.parse(refused.stdout)]).toEqual([1, { valid: false, errors: [expect.stringContaining('no signature verifies')] }])
  })

  it('takes one policy', async () => {
    expect((await run('policy', 'validate', 'policy.json', 'policy.signed.json')).stderr).toMatch(/^error: ERR_USAGE /)
    expect((await run('policy', 'validate', 'policy.json', '-o', 'yaml')).stderr).toMatch(/^error: ERR_USAGE /)
  })
})

describe('cilock policy show', () => {
  it('says what the policy asks for', async () => {
    const policy = draft()
    const build = policy.steps['build']
    const rego = 'package p\ndeny[m] {\n  input.exitcode != 0\n  m := "x"\n}\n'
    writeFileSync(
      place.path('rules.json'),
      JSON.stringify({
        ...policy,
        steps: { ...policy.steps, build: { ...build, attestations: [{ type: 'https://aflock.ai/attestations/command-run/v0.1', regopolicies: [{ name: 'exit.rego', module: btoa(rego) }] }], timestampConstraint: { maxAge: '24h' } } },
        externalAttestations: { slsa: { name: 'slsa', predicateType: 'https://slsa.dev/provenance/v1', functionaries: [{ type: 'root', certConstraint: { commonname: '*', uris: ['https://example.com'], roots: ['*'], emails: ['*'], dnsnames: ['*'], organizations: ['*'] } }], required: false } },
      }),
    )
    const { stdout } = await run('policy', 'show', 'rules.json')
    expect(stdout).toBe(`rules.json not signed, holds until 2027-03-01T12:00:00Z
├─ step build
│  ├─ signed by
│  │  └─ key ${builder?.signer.keyid}
│  ├─ its collection holds
│  │  └─ https://aflock.ai/attestations/command-run/v0.1
│  │     └─ denied by exit.rego
│  │        ├─ package p
│  │        ├─ deny[m] {
│  │        ├─   input.exitcode != 0
│  │        ├─   m := "x"
│  │        └─ }
│  └─ signed at most 24h ago
├─ step pack
│  ├─ signed by
│  │  └─ key ${packer?.signer.keyid}
│  ├─ its collection holds
│  │  ├─ https://aflock.ai/attestations/environment/v0.1
│  │  ├─ https://aflock.ai/attestations/material/v0.3
│  │  ├─ https://aflock.ai/attestations/command-run/v0.2
│  │  └─ https://aflock.ai/attestations/product/v0.3
│  └─ its files come from build
└─ external attestation slsa may be missing
   ├─ signed by
   │  └─ a certificate
   │     └─ uris https://example.com
   └─ predicate type https://slsa.dev/provenance/v1
`)
  })

  it('shows what is signed as JSON, and refuses what is no policy', async () => {
    expect(JSON.parse((await run('policy', 'show', '--format', 'json', 'policy.signed.json')).stdout)).toEqual(draft())
    expect((await run('policy', 'show', 'build.json')).stderr).toMatch(/^error: ERR_MALFORMED build\.json: /)
  })
})
