import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnvelope } from '@cilock/core'
import { goTools } from '@cilock/vectors'
import type { GoTool } from '@cilock/vectors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import type { Brought } from './brought.ts'
import { resigned, signPolicy } from './chain.ts'
import { canRun, createJudge, goVerdict, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import { recordedKey } from './keys.ts'
import type { RecordedKey } from './keys.ts'
import { edited } from './tampers.ts'

const policyType = 'https://witness.testifysec.com/policy/v0.1'
const required = ['environment/v0.1', 'material/v0.1', 'command-run/v0.1', 'product/v0.1'].map((name) => `https://witness.dev/attestations/${name}`)

/** What is brought, what witness says, what cilock says, and what we say. */
const rows: Readonly<Record<string, readonly [witness: string, cilock: string, ours: string]>> = {
  'what it ran': ['passed', 'passed', 'passed'],
  'another artifact': ['refused', 'refused', 'ERR_SUBJECT_MISMATCH'],
  'a payload that was edited': ['refused', 'refused', 'ERR_EVIDENCE_SIGNATURE'],
  'evidence of somebody else': ['refused', 'refused', 'ERR_FUNCTIONARY_MISMATCH'],
  'one attestation more in the policy': ['refused', 'refused', 'ERR_ATTESTATION_MISSING'],
  'a policy by somebody else': ['refused', 'refused', 'ERR_POLICY_SIGNATURE'],
  'a policy that has expired': ['refused', 'refused', 'ERR_POLICY_EXPIRED'],
}

describe.skipIf(!canRun)(suiteName('evidence of witness run under a policy that was signed here'), patience, () => {
  const counter = createCounter()
  const artifact = join(counter.dir, 'work', 'app')
  const brought = new Map<string, Brought>()
  let judge: Judge
  let witness: GoTool

  beforeAll(async () => {
    judge = createJudge()
    witness = goTools('witness').witness
    const [builder, other, release] = [await recordedKey('ec-p256'), await recordedKey('ec-p384'), await recordedKey('ed25519')]
    mkdirSync(join(counter.dir, 'work'))
    const argv = ['run', '-s', 'build', '-k', builder.privateKeyPath, '-a', 'environment', '-o', '../evidence.json', '--', 'sh', '-c', 'echo built > app']
    const { status, stderr } = await witness(join(counter.dir, 'work'), argv)
    expect(status, stderr).toBe(0)
    writeFileSync(join(counter.dir, 'another'), 'not built\n')
    const build = parseEnvelope(readFileSync(join(counter.dir, 'evidence.json')))
    const right: Brought = {
      policy: await signPolicy(policyOf(builder, other), release.signer, policyType),
      policyKeyPem: release.publicKeyPem,
      evidence: { build },
      subject: ['-f', artifact],
    }
    const bring = (what: string, changed: Partial<Brought> = {}): unknown => brought.set(what, { ...right, ...changed })
    bring('what it ran')
    bring('another artifact', { subject: ['-f', join(counter.dir, 'another')] })
    bring('a payload that was edited', { evidence: { build: edited(build, (json) => json.replace('echo built', 'echo bu1lt')) } })
    bring('evidence of somebody else', { evidence: { build: await resigned(build, other.signer, (json) => `${json}\n`) } })
    bring('one attestation more in the policy', { policy: await signPolicy(policyOf(builder, other, ['https://witness.dev/attestations/git/v0.1']), release.signer, policyType) })
    bring('a policy by somebody else', { policy: await signPolicy(policyOf(builder, other), other.signer, policyType) })
    bring('a policy that has expired', { policy: await signPolicy({ ...policyOf(builder, other), expires: '2020-01-01T00:00:00Z' }, release.signer, policyType) })
  }, 120_000)
  afterAll(counter.remove)

  it.concurrent.each(Object.entries(rows).map(([what, verdicts]) => [what, ...verdicts] as const))('%s: witness %s, cilock %s, here %s', async (what, byWitness, cilock, ours) => {
    const place = counter.put(brought.get(what) ?? expect.unreachable())
    const [found, both] = await Promise.all([goVerdict(witness, ...place), judge.both(...place)])
    expect({ witness: found.verdict, cilock: both.go, ours: both.ours }).toEqual({ witness: byWitness, cilock, ours })
  })
})

function policyOf(builder: RecordedKey, other: RecordedKey, more: readonly string[] = []): object {
  return {
    expires: '2048-01-01T00:00:00Z',
    publickeys: Object.fromEntries([builder, other].map(({ signer: { keyid }, publicKeyPem }) => [keyid, { keyid, key: btoa(publicKeyPem) }])),
    steps: {
      build: {
        name: 'build',
        functionaries: [{ type: 'publickey', publickeyid: builder.signer.keyid }],
        attestations: [...required, ...more].map((type) => ({ type, regopolicies: [] })),
      },
    },
  }
}
