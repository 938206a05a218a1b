import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { encodeBase64, encodeEnvelope, encodeUtf8, generateKey, inTotoPayloadType, parseEnvelope, parseStatement, sha256Hex, signEnvelope, statementOf, verifyEnvelope } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'
import type { Ran } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
let builder: GeneratedKey
let release: GeneratedKey
const commandRun = 'https://aflock.ai/attestations/command-run/v0.1'
const app = 'the app'

async function writePolicy(name: string, spec: object): Promise<void> {
  const { keyid } = builder.signer
  const publickeys = { [keyid]: { keyid, key: encodeBase64(encodeUtf8(builder.publicKeyPem)) } }
  const policy = { expires: '2030-01-01T00:00:00Z', publickeys, ...spec }
  writeFileSync(place.path(name), encodeEnvelope(await signEnvelope({ payload: encodeUtf8(JSON.stringify(policy)), payloadType: 'https://aflock.ai/policy/v0.1', signers: [release.signer] })))
}

const module = (name: string, text: string) => ({ name, module: encodeBase64(encodeUtf8(text)) })
const step = (regopolicies: readonly object[]) => ({ steps: { build: { name: 'build', functionaries: [{ type: 'publickey', publickeyid: builder.signer.keyid }], attestations: [{ type: commandRun, regopolicies }] } } })
const exit = 'package exit\ndeny[m] { input.exitcode != 0; m := sprintf("exit code %d", [input.exitcode]) }'

async function writeEvidence(name: string, exitcode: number): Promise<void> {
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    subject: [{ name: 'app', digest: { sha256: sha256Hex(app) } }],
    predicateType: 'https://aflock.ai/attestation-collection/v0.1',
    predicate: { name: 'build', attestations: [{ type: commandRun, attestation: { cmd: ['make'], exitcode } }] },
  }
  writeFileSync(place.path(name), encodeEnvelope(await signEnvelope({ payload: encodeUtf8(JSON.stringify(statement)), payloadType: inTotoPayloadType, signers: [builder.signer] })))
}

beforeAll(async () => {
  ;[builder, release] = await Promise.all([generateKey('ec-p256'), generateKey('ed25519')])
  mkdirSync(place.path('work'))
  writeFileSync(place.path('app'), app)
  writeFileSync(place.path('key.pem'), builder.privateKeyPem)
  writeFileSync(place.path('release.pub'), release.publicKeyPem)
  await writePolicy('policy.json', step([module('exit.rego', exit)]))
  await writePolicy('same-package.json', step([module('a', exit), module('b', 'package exit\ndeny["never"] { false }')]))
  await writePolicy('unknown-key.json', { ...step([]), note: 'x' })
  await writeEvidence('good.json', 0)
  await writeEvidence('bad.json', 3)
})

const verify = async (policy: string, evidence: string, ...argv: readonly string[]): Promise<Ran> => cilock(place.dir, ['verify', '-p', policy, '-k', 'release.pub', '-a', evidence, 'app', ...argv])

describe('verify by Rego', () => {
  it('passes by the rules of the policy, or says which denied and why', async () => {
    expect((await verify('policy.json', 'good.json')).code).toBe(0)
    const { code, stderr } = await verify('policy.json', 'bad.json')
    expect(code).toBe(1)
    expect(stderr).toContain('refused: ERR_REGO_DENIED step "build": "exit.rego" denies: exit code 3 (row 2)')
  })
})

describe('--policy-hardening and --rules', () => {
  it('T219: warn switches four rules off, and says so', async () => {
    expect((await verify('same-package.json', 'good.json')).stderr).toContain('ERR_POLICY_REGO')
    expect((await verify('same-package.json', 'good.json', '--policy-hardening', 'enforce')).code).toBe(1)
    const { code, stderr } = await verify('same-package.json', 'good.json', '--policy-hardening', ' WARN ')
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warn: --policy-hardening warn: /)
  })
  it('T219: the flag beats the variable, and a word that means nothing is refused in either', async () => {
    const argv = ['verify', '-p', 'same-package.json', '-k', 'release.pub', '-a', 'good.json', 'app']
    expect((await cilock(place.dir, argv, { env: { PATH: process.env['PATH'], CILOCK_POLICY_HARDENING: 'warn' } })).code).toBe(0)
    expect((await cilock(place.dir, [...argv, '--policy-hardening', 'enforce'], { env: { PATH: process.env['PATH'], CILOCK_POLICY_HARDENING: 'warn' } })).code).toBe(1)
    expect((await cilock(place.dir, argv, { env: { PATH: process.env['PATH'], CILOCK_POLICY_HARDENING: 'loose' } })).stderr).toMatch(/^error: ERR_USAGE /)
  })
  it('compat gives the answers of the Go tool', async () => {
    expect((await verify('unknown-key.json', 'good.json')).stderr).toContain('ERR_POLICY_DOCUMENT')
    expect((await verify('unknown-key.json', 'good.json', '--rules', 'strict')).code).toBe(1)
    expect((await verify('unknown-key.json', 'good.json', '--rules', 'compat')).code).toBe(0)
    expect((await verify('same-package.json', 'good.json', '--rules', 'compat')).stderr).toContain('ERR_POLICY_REGO')
  })
})

describe('--vsa-outfile', () => {
  it('T214: writes a signed summary, on a pass and on a refusal', async () => {
    for (const [evidence, code, result] of [['good.json', 0, 'PASSED'], ['bad.json', 1, 'FAILED']] as const) {
      const ran = await verify('policy.json', evidence, '--vsa-outfile', 'vsa.json', '--signer-file-key-path', 'key.pem')
      expect(ran.code).toBe(code)
      const envelope = await verifyEnvelope(parseEnvelope(readFileSync(place.path('vsa.json'))), [builder.verifier])
      const { predicateType, predicate } = statementOf(envelope)
      expect([predicateType, (predicate as { readonly verificationResult: string }).verificationResult]).toEqual(['https://slsa.dev/verification_summary/v1', result])
    }
  })
  it('T214: without a signer writes the statement, and warns', async () => {
    const { code, stderr } = await verify('policy.json', 'good.json', '--vsa-outfile', 'bare.json')
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warn: the verification summary is not signed/)
    expect(parseStatement(readFileSync(place.path('bare.json'))).subject).toHaveLength(1)
  })
  it.skipIf(process.platform === 'win32')('is for its owner alone, and ends where the JSON does, as the Go tool writes it; a file that is there keeps its mode', async () => {
    for (const signer of [[], ['--signer-file-key-path', 'key.pem']]) {
      rmSync(place.path('private.json'), { force: true })
      await verify('policy.json', 'good.json', '--vsa-outfile', 'private.json', ...signer)
      expect(statSync(place.path('private.json')).mode & 0o777).toBe(0o600)
      expect(readFileSync(place.path('private.json'), 'utf8').at(-1)).toBe('}')
    }
    chmodSync(place.path('private.json'), 0o644)
    await verify('policy.json', 'good.json', '--vsa-outfile', 'private.json')
    expect(statSync(place.path('private.json')).mode & 0o777).toBe(0o644)
  })
})
