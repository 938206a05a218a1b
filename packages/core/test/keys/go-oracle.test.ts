import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  encodeEnvelope,
  encodeJson,
  encodeStatement,
  generateKey,
  hashBytes,
  inTotoPayloadType,
  keyKinds,
  parseEnvelope,
  signEnvelope,
  verifyEnvelope,
  witnessCollectionType,
  type Envelope,
  type GeneratedKey,
  type KeyKind,
  type Signer,
} from '@cilock/core'
import { goTools, goToolsSkipped, hasGoTools, type GoRun, type GoTool } from '@cilock/vectors'

const policyType = 'https://witness.testifysec.com/policy/v0.1'
const step = 'build'
const commandRun = 'https://witness.dev/attestations/command-run/v0.1'
const artifact = new TextEncoder().encode('the artifact\n')
const tools = ['cilock', 'witness'] as const
type Tool = (typeof tools)[number]

/** A policy of one step whose functionary is this key. */
async function policyOf(key: GeneratedKey, signers: readonly Signer[]): Promise<Envelope> {
  const { keyid } = key.signer
  const payload = encodeJson({
    expires: '2048-01-01T00:00:00Z',
    publickeys: { [keyid]: { keyid, key: btoa(key.publicKeyPem) } },
    steps: {
      [step]: {
        name: step,
        functionaries: [{ type: 'publickey', publickeyid: keyid }],
        attestations: [{ type: commandRun, regopolicies: [] }],
      },
    },
  })
  return signEnvelope({ payload, payloadType: policyType, signers })
}

async function evidenceBy(signers: readonly Signer[]): Promise<Envelope> {
  const time = '2026-06-01T12:00:00Z'
  const attestation = { type: commandRun, attestation: { cmd: ['true'], exitcode: 0 }, starttime: time, endtime: time }
  const payload = encodeStatement({
    subjects: { app: hashBytes(artifact, ['sha256']) },
    predicateType: witnessCollectionType,
    predicate: { name: step, attestations: [attestation] },
  })
  return signEnvelope({ payload, payloadType: inTotoPayloadType, signers })
}

describe.skipIf(!hasGoTools())(hasGoTools() ? 'the Go tools' : goToolsSkipped, () => {
  let work = ''
  let go: Readonly<Record<Tool, GoTool>>
  const keys = new Map<KeyKind, GeneratedKey>()
  const at = (name: string): string => join(work, name)
  const keyOf = (kind: KeyKind): GeneratedKey => {
    const key = keys.get(kind)
    if (key === undefined) throw new TypeError(`no key ${kind}`)
    return key
  }

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'cilock-go-'))
    writeFileSync(at('app'), artifact)
    go = goTools(...tools)
    for (const kind of keyKinds) keys.set(kind, await generateKey(kind))
  }, 120_000)
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  const run = async (tool: Tool, ...args: readonly string[]): Promise<GoRun> => go[tool](work, args)

  async function verdict(tool: Tool, policy: Envelope, policyKey: GeneratedKey, evidence: Envelope): Promise<boolean> {
    writeFileSync(at('policy.json'), encodeEnvelope(policy))
    writeFileSync(at('policy.pub.pem'), policyKey.publicKeyPem)
    writeFileSync(at('evidence.json'), encodeEnvelope(evidence))
    const { status, stderr } = await run(tool, 'verify', '-p', 'policy.json', '-k', 'policy.pub.pem', '-a', 'evidence.json', '-f', 'app')
    // a usage error is no verdict
    expect(stderr).toMatch(status === 0 ? /Verification succeeded/ : /verif|no passing|failed/i)
    return status === 0
  }

  const pairs = tools.flatMap((tool) => keyKinds.map((kind) => [tool, kind] as const))

  test.each(pairs)('%s passes policy and evidence that a %s key signed here', async (tool, kind) => {
    const key = keyOf(kind)
    const [policy, evidence] = [await policyOf(key, [key.signer]), await evidenceBy([key.signer])]
    expect(await verdict(tool, policy, key, evidence)).toBe(true)
  })

  test.each(tools)('%s refuses what is refused here: edited evidence, evidence and a policy by another key', async (tool) => {
    const [key, other] = [keyOf('ec-p256'), keyOf('ed25519')]
    const [policy, evidence] = [await policyOf(key, [key.signer]), await evidenceBy([key.signer])]
    const edited = new TextEncoder().encode(new TextDecoder().decode(evidence.payload).replace('"true"', '"false"'))
    expect(await verdict(tool, policy, key, { ...evidence, payload: edited })).toBe(false)
    expect(await verdict(tool, policy, key, await evidenceBy([other.signer]))).toBe(false)
    expect(await verdict(tool, await policyOf(key, [other.signer]), key, evidence)).toBe(false)
    expect(await verdict(tool, policy, key, evidence)).toBe(true)
  })

  test('cilock passes evidence with the signatures of every kind of key', async () => {
    const key = keyOf('ec-p521')
    const evidence = await evidenceBy(keyKinds.map((kind) => keyOf(kind).signer))
    expect(await verdict('cilock', await policyOf(key, [key.signer]), key, evidence)).toBe(true)
  })

  test.each(pairs)('%s signs with a %s key from here, and it verifies here', async (tool, kind) => {
    const key = keyOf(kind)
    writeFileSync(at('key.pem'), key.privateKeyPem)
    const { status, stderr } = await run(tool, 'sign', '-k', 'key.pem', '-f', 'app', '-t', 'text/plain', '-o', 'signed.json')
    expect(status, stderr).toBe(0)
    const envelope = parseEnvelope(readFileSync(at('signed.json')))
    const verified = await verifyEnvelope(envelope, [key.verifier], { payloadTypes: ['text/plain'] })
    expect(verified.payload).toEqual(artifact)
    expect(envelope.signatures.map(({ keyid }) => keyid)).toEqual([key.signer.keyid])
  })

  test('cilock gives every kind of key the id that it has here', async () => {
    for (const [kind, key] of keys) {
      writeFileSync(at('key.pub.pem'), key.publicKeyPem)
      expect((await run('cilock', 'keyid', 'show', 'key.pub.pem')).stdout.split(' ')[0], kind).toBe(key.signer.keyid)
    }
  })
})
