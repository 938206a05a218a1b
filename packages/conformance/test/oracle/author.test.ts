import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEnvelope, importVerifier, parseEnvelope } from '@cilock/core'
import { definePolicy, draftPolicy, signPolicy, witnessPolicyPayloadType } from '@cilock/policy'
import type { PolicyDocument } from '@cilock/policy'
import { goTools } from '@cilock/vectors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import { canRun, goVerdict, ourVerdict, patience, suiteName } from './judge.ts'
import { recordedKey } from './keys.ts'

const expires = new Date('2047-01-31T00:00:00Z')
const witnessTypes = ['environment/v0.1', 'material/v0.1', 'command-run/v0.1', 'product/v0.1'].map((name) => `https://witness.dev/attestations/${name}`)
const rule = (type: string, exitcode: number) => ({ type, rego: `package build.exit\ndeny[m] { not input.exitcode == ${exitcode}; m := "the exit code is another" }` })

describe.skipIf(!canRun)(suiteName('policies that were written here'), patience, () => {
  const counter = createCounter()
  const dir = join(counter.dir, 'work')
  const app = join(dir, 'app')
  afterAll(counter.remove)

  let tools: ReturnType<typeof goTools<'cilock' | 'witness'>>
  let keys: Awaited<ReturnType<typeof recordedKey>>[]

  beforeAll(async () => {
    tools = goTools('cilock', 'witness')
    keys = [await recordedKey('ec-p256'), await recordedKey('ed25519')]
    mkdirSync(dir)
    writeFileSync(join(counter.dir, 'another'), 'not built\n')
    const argv = ['run', '-s', 'build', '-k', keys[0]?.privateKeyPath ?? '', '-a', 'environment', '-o', '../evidence.json', '--', 'sh', '-c', 'echo built > app']
    const { status, stderr } = await tools.witness(dir, argv)
    expect(status, stderr).toBe(0)
    writeFileSync(join(counter.dir, 'release.pub'), keys[1]?.publicKeyPem ?? '')
  })

  const verdicts = async (name: string, policy: PolicyDocument, artifact: string): Promise<readonly string[]> => {
    const signed = await signPolicy({ policy, signers: [keys[1]?.signer].filter((signer) => signer !== undefined), payloadType: witnessPolicyPayloadType })
    writeFileSync(join(counter.dir, `${name}.json`), encodeEnvelope(signed))
    const argv = ['-p', `${name}.json`, '-k', 'release.pub', '-a', 'evidence.json', '-f', artifact]
    const [witness, cilock] = await Promise.all([goVerdict(tools.witness, counter.dir, argv), goVerdict(tools.cilock, counter.dir, [...argv, '--platform-url', ''])])
    return [witness.verdict, cilock.verdict, await ourVerdict(counter.dir, argv)]
  }
  const builder = async () => importVerifier(keys[0]?.publicKeyPem ?? '')
  const define = async (attestations: Parameters<typeof definePolicy>[0]['steps'][string]['attestations']): Promise<PolicyDocument> =>
    definePolicy({ expires, steps: { build: { functionaries: [await builder()], attestations } } })

  it('let through what they describe, in witness, in cilock and here', async () => {
    expect(await verdicts('types', await define(witnessTypes), app)).toEqual(['passed', 'passed', 'passed'])
    expect(await verdicts('other', await define(witnessTypes), join(counter.dir, 'another'))).toEqual(['refused', 'refused', 'ERR_SUBJECT_MISMATCH'])
  })

  it('judge by the rules in them', async () => {
    const type = 'https://witness.dev/attestations/command-run/v0.1'
    expect(await verdicts('rule', await define([rule(type, 0)]), app)).toEqual(['passed', 'passed', 'passed'])
    const [witness, cilock, ours] = await verdicts('denied', await define([rule(type, 3)]), app)
    expect([witness, cilock]).toEqual(['refused', 'refused'])
    expect(ours).toMatch(/^ERR_/)
  })

  it('are also drafted from the evidence itself', async () => {
    const draft = await draftPolicy({ envelopes: [parseEnvelope(readFileSync(join(counter.dir, 'evidence.json')))], keys: [await builder()], expires })
    expect(draft.steps['build']?.attestations.map(({ type }) => type)).toEqual(witnessTypes)
    expect(await verdicts('draft', draft, app)).toEqual(['passed', 'passed', 'passed'])
  })
})
