import { encodeJson, generateKey, memorySource, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { evaluate, policyPayloadType, verify } from '@cilock/policy'
import type { VerifyOptions } from '@cilock/policy'
import { editPolicy, explain, proposeChange } from '@cilock/policy/explain'
import type { Change } from '@cilock/policy/explain'
import { describe, expect, it } from 'vitest'
import { app, collection, constraint, leaf, now, policyOf, release, signedAt, timestamps } from '../certificates/world.ts'
import type { PolicySpec } from '../certificates/world.ts'

async function question(spec: PolicySpec, evidence: readonly Envelope[]): Promise<VerifyOptions> {
  const policy = await signEnvelope({ payload: encodeJson(policyOf(spec)), payloadType: policyPayloadType, signers: [release.signer] })
  return { policy, policyVerifiers: [release.verifier], subjects: [app], source: memorySource(evidence), types: [], now }
}

/** What somebody who signs policies makes of it. */
async function followed(options: VerifyOptions, { edits }: Change): Promise<string> {
  let { policy } = options
  for (const edit of edits) {
    if (edit.kind === 'provide-evidence' || edit.kind === 'hand-in' || edit.kind === 'withdraw-subject' || edit.kind === 'drop-input') throw new TypeError(`expected an edit of the policy, found ${edit.kind}`)
    policy = editPolicy(policy, edit, { keys: [] }) ?? policy
  }
  return (await verify({ ...options, policy: await signEnvelope({ ...policy, signers: [release.signer] }) })).verdict
}

async function signedBy(commonName: string, more: Parameters<typeof leaf>[0] = {}): Promise<Envelope> {
  const { signer } = await leaf({ subject: { commonName }, ...more })
  return collection({ signers: [signer] })
}

describe('changes for certificates', () => {
  it.each([
    ['a name', 'build', {}],
    ['names of every kind', 'build', { names: { dnsNames: ['a.example.test'], emails: ['a@example.test'], uris: ['https://example.test/w'] } }],
    ['names that look like patterns', 'bu*ld', { names: { uris: ['https://example.test/?w=[1]'] } }],
  ])('let exactly this certificate sign: %s', async (_, commonName, more) => {
    const options = await question({ certConstraint: constraint({ commonname: 'somebody else' }) }, [await signedBy(commonName, more)])
    const report = await evaluate(options)
    expect(explain(report).first).toMatchObject({ code: 'ERR_FUNCTIONARY_MISMATCH', step: 'build' })
    const changes = await proposeChange(options, { report })
    expect(changes.map(({ edits }) => edits.map(({ kind }) => kind))).toEqual([['add-certificate']])
    for (const change of changes) {
      expect(change.sentence).toContain('only if whoever has it is meant to sign it')
      expect(await followed(options, change)).toBe('passed')
    }
    // and nobody else
    const [{ edits: [edit] }] = changes as [Change]
    if (edit?.kind !== 'add-certificate') throw new TypeError('expected a certificate')
    const other = await question({ certConstraint: edit.certConstraint }, [await signedBy(`${commonName}x`, more)])
    expect((await evaluate(other)).verdict).toBe('failed')
  })

  it.each([
    ['notBefore', { notBefore: '2026-06-01T11:30:00Z' }, signedAt.toISOString()],
    ['notAfter', { notAfter: '2026-06-01T10:30:00Z' }, signedAt.toISOString()],
    ['maxAge', { maxAge: '30m' }, '3600000ms'],
  ])('widen the time: %s', async (member, timestampConstraint, to) => {
    const options = await question({ timestampConstraint }, [await signedBy('build')])
    const changes = await proposeChange(options)
    expect(changes.map(({ edits, tried }) => ({ edits, tried }))).toEqual([{ edits: [{ kind: 'widen-timestamp', step: 'build', member, to }], tried: true }])
    for (const change of changes) expect(await followed(options, change)).toBe('passed')
  })

  it('do not widen a time that lies ahead', async () => {
    const { signer } = await leaf()
    const ahead = await collection({ signers: [signer], timestampers: [timestamps(new Date(now.getTime() + 3_600_000))] })
    const changes = await proposeChange(await question({ timestampConstraint: { maxAge: '24h' } }, [ahead]))
    expect(changes.flatMap(({ edits }) => edits.map(({ kind }) => kind))).not.toContain('widen-timestamp')
  })

  it('tell who signed, and what was wanted', async () => {
    const stranger = await generateKey('ed25519')
    const report = await evaluate(await question({ certConstraint: constraint({ commonname: 'test' }) }, [await signedBy('build')]))
    expect(explain(report).first?.sentence).toMatch(/^step "build": 1 envelope found; signed by cn=build; expected the common name "test", found "build"$/)
    expect(explain(await evaluate(await question({}, [await collection({ signers: [stranger.signer] })]))).first).toMatchObject({ code: 'ERR_EVIDENCE_SIGNATURE', edits: [{ kind: 'add-key', keyid: stranger.signer.keyid, step: 'build' }, { kind: 'provide-evidence' }] })
  })
})
