import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeStatement, keyKinds, parseEnvelope, sha256Hex, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { policyPayloadType } from '@cilock/policy'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import { canRun, createJudge, ours, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import { recordedKey } from './keys.ts'
import type { RecordedKey } from './keys.ts'

const inToto = 'application/vnd.in-toto+json'
const artifact = sha256Hex(new TextEncoder().encode('the artifact\n'))

/** Signs bytes with a key file: the real tool, or ours. */
type SignAs = (payload: Uint8Array, payloadType: string, key: RecordedKey) => Promise<Envelope>

describe.skipIf(!canRun)(suiteName('every kind of key'), patience, () => {
  const counter = createCounter()
  let judge: Judge
  let count = 0
  beforeAll(() => {
    judge = createJudge()
  })
  afterAll(counter.remove)

  /** Both command lines are the same. */
  async function signWith(tool: 'go' | 'ours', payload: Uint8Array, payloadType: string, { privateKeyPath }: RecordedKey): Promise<Envelope> {
    count += 1
    const [infile, outfile] = [`${count}.in`, `${count}.json`]
    writeFileSync(join(counter.dir, infile), payload)
    const argv = ['sign', '-k', privateKeyPath, '-f', infile, '-t', payloadType, '-o', outfile]
    const { status, stderr } = tool === 'go' ? await judge.cilock(counter.dir, argv) : await ours(counter.dir, argv)
    expect(status, stderr).toBe(0)
    return parseEnvelope(readFileSync(join(counter.dir, outfile)))
  }
  const byGo: SignAs = async (...what) => signWith('go', ...what)
  const byUs: SignAs = async (...what) => signWith('ours', ...what)

  const rows = keyKinds.flatMap((kind) => [
    { kind, policy: 'ours', evidence: 'Go’s', signPolicy: byUs, signEvidence: byGo },
    { kind, policy: 'Go’s', evidence: 'ours', signPolicy: byGo, signEvidence: byUs },
  ])

  it.concurrent.each(rows)('$kind: the policy’s signature is $policy, that of the evidence $evidence', async ({ kind, signPolicy, signEvidence }) => {
    const key = await recordedKey(kind)
    const policy = await signPolicy(policyOf(key), policyPayloadType, key)
    const evidence = await signEvidence(statement(), inToto, key)
    const place = counter.put({ policy, policyKeyPem: key.publicKeyPem, evidence: { build: evidence }, subject: ['-s', `sha256:${artifact}`] })
    expect(await judge.both(...place)).toMatchObject({ go: 'passed', ours: 'passed' })
  })

  it.concurrent.each(keyKinds)('%s: a signature over other bytes is refused, of policy and evidence', async (kind) => {
    const key = await recordedKey(kind)
    const policy = await signEnvelope({ payload: policyOf(key), payloadType: policyPayloadType, signers: [key.signer] })
    const evidence = await signEnvelope({ payload: statement(), payloadType: inToto, signers: [key.signer] })
    const subject = ['-s', `sha256:${artifact}`]
    const swapped = { ...evidence, signatures: policy.signatures }
    const otherPolicy = { ...policy, signatures: evidence.signatures }
    const evidenceVerdicts = await judge.both(...counter.put({ policy, policyKeyPem: key.publicKeyPem, evidence: { build: swapped }, subject }))
    const policyVerdicts = await judge.both(...counter.put({ policy: otherPolicy, policyKeyPem: key.publicKeyPem, evidence: { build: evidence }, subject }))
    expect(evidenceVerdicts).toMatchObject({ go: 'refused', ours: 'ERR_EVIDENCE_SIGNATURE' })
    expect(policyVerdicts).toMatchObject({ go: 'refused', ours: 'ERR_POLICY_SIGNATURE' })
  })
})

const commandRun = 'https://aflock.ai/attestations/command-run/v0.2'

function policyOf({ signer: { keyid }, publicKeyPem }: RecordedKey): Uint8Array {
  const policy = {
    expires: '2048-01-01T00:00:00Z',
    publickeys: { [keyid]: { keyid, key: btoa(publicKeyPem) } },
    steps: { build: { name: 'build', functionaries: [{ type: 'publickey', publickeyid: keyid }], attestations: [{ type: commandRun }] } },
  }
  return new TextEncoder().encode(JSON.stringify(policy))
}

function statement(): Uint8Array {
  const time = '2026-06-01T12:00:00Z'
  const attestation = { type: commandRun, attestation: { cmd: ['true'], _meta: { recordedTypes: [] } }, starttime: time, endtime: time }
  return encodeStatement({
    subjects: { app: { sha256: artifact } },
    predicateType: 'https://aflock.ai/attestation-collection/v0.1',
    predicate: { name: 'build', attestations: [attestation] },
  })
}
