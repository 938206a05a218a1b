import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCli } from '@cilock/cli'
import { collectionOf, parseEnvelope, parseStatement } from '@cilock/core'
import { goTools } from '@cilock/vectors'
import type { GoTool } from '@cilock/vectors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import type { Brought } from './brought.ts'
import { signPolicy } from './chain.ts'
import { canRun, createJudge, goVerdict, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import { recordedKey } from './keys.ts'
import { edited } from './tampers.ts'

const policyType = 'https://witness.testifysec.com/policy/v0.1'
const types = ['environment/v0.1', 'material/v0.1', 'command-run/v0.1', 'product/v0.1', 'docker/v0.1', 'oci/v0.1'].map((name) => `https://witness.dev/attestations/${name}`)

/** What is brought, what witness says, what cilock says, and what we say. */
const rows: Readonly<Record<string, readonly [witness: string, cilock: string, ours: string]>> = {
  'what we ran': ['passed', 'passed', 'passed'],
  'another artifact': ['refused', 'refused', 'ERR_SUBJECT_MISMATCH'],
  'a payload that was edited': ['refused', 'refused', 'ERR_EVIDENCE_SIGNATURE'],
  // A collection with types that go-witness does not know: it cannot read any of it.
  'the same in the spelling of CI/lock': ['refused', 'refused', 'ERR_ATTESTATION_MISSING'],
}

describe.skipIf(!canRun)(suiteName("our evidence in witness's dialect"), patience, () => {
  const counter = createCounter()
  const work = join(counter.dir, 'work')
  const brought = new Map<string, Brought>()
  let judge: Judge
  let witness: GoTool

  beforeAll(async () => {
    judge = createJudge()
    witness = goTools('witness').witness
    const [builder, release] = [await recordedKey('ec-p256'), await recordedKey('ed25519')]
    mkdirSync(work)
    const metadata = { 'containerimage.digest': `sha256:${'1'.repeat(64)}`, 'image.name': 'example.test/app:1' }
    const image = { Config: 'c.json', RepoTags: ['example.test/app:1'], Layers: [] }
    writeFileSync(join(counter.dir, 'metadata'), JSON.stringify(metadata))
    writeFileSync(join(counter.dir, 'manifest.json'), JSON.stringify([image]))
    writeFileSync(join(counter.dir, 'c.json'), '{"rootfs":{"type":"layers","diff_ids":[]}}')
    const command = 'echo built > app; cp ../metadata metadata.json; tar cf image.tar -C .. manifest.json c.json'
    const run = async (dialect: string, out: string): Promise<number> =>
      runCli(['run', '--dialect', dialect, '-s', 'build', '-k', builder.privateKeyPath, '-a', 'environment,docker,oci', '-o', `../${out}`, '--', 'sh', '-c', command], {
        workingDir: work,
        env: { PATH: process.env['PATH'] },
        clock: () => new Date('2026-03-01T12:00:00Z'),
        host: { os: 'linux', name: 'builder', user: 'dev' },
        stdout: { write: () => {}, isTTY: false },
        stderr: { write: () => {}, isTTY: false },
        signal: new AbortController().signal,
      })
    expect([await run('witness', 'evidence.json'), await run('cilock', 'cilock.json')]).toEqual([0, 0])
    writeFileSync(join(counter.dir, 'another'), 'not built\n')
    const envelope = (name: string) => parseEnvelope(readFileSync(join(counter.dir, name)))
    const build = envelope('evidence.json')
    expect(collectionOf(parseStatement(build.payload)).attestations.map(({ type }) => type).toSorted()).toEqual(types.toSorted())
    const document = {
      expires: '2048-01-01T00:00:00Z',
      publickeys: { [builder.signer.keyid]: { keyid: builder.signer.keyid, key: btoa(builder.publicKeyPem) } },
      steps: {
        build: {
          name: 'build',
          functionaries: [{ type: 'publickey', publickeyid: builder.signer.keyid }],
          attestations: types.map((type) => ({ type, regopolicies: [] })),
        },
      },
    }
    const right: Brought = { policy: await signPolicy(document, release.signer, policyType), policyKeyPem: release.publicKeyPem, evidence: { build }, subject: ['-f', join(work, 'app')] }
    const bring = (what: string, changed: Partial<Brought> = {}): unknown => brought.set(what, { ...right, ...changed })
    bring('what we ran')
    bring('another artifact', { subject: ['-f', join(counter.dir, 'another')] })
    bring('a payload that was edited', { evidence: { build: edited(build, (json) => json.replace('echo built', 'echo bu1lt')) } })
    bring('the same in the spelling of CI/lock', { evidence: { build: envelope('cilock.json') } })
  }, 120_000)
  afterAll(counter.remove)

  it.each(Object.entries(rows).map(([what, verdicts]) => [what, ...verdicts] as const))('%s: witness %s, cilock %s, here %s', async (what, byWitness, cilock, ours) => {
    const place = counter.put(brought.get(what) ?? expect.unreachable())
    const [found, both] = await Promise.all([goVerdict(witness, ...place), judge.both(...place)])
    expect({ witness: found.verdict, cilock: both.go, ours: both.ours }, found.reason).toEqual({ witness: byWitness, cilock, ours })
  })
})
