import { encodePae } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, bob, cause, judge, keyid, mallory, policyOf, root, signPolicy } from './support/world.ts'

const refused = 'policy-signature ERR_POLICY_SIGNATURE'

async function changed(change: (envelope: Envelope) => Envelope): Promise<string> {
  return cause(await judge({ policyEnvelope: change(await signPolicy(policyOf())) }))
}

function withSig(change: (sig: Uint8Array) => Uint8Array): (envelope: Envelope) => Envelope {
  return (envelope) => ({ ...envelope, signatures: envelope.signatures.map((signature) => ({ ...signature, sig: change(signature.sig) })) })
}

describe('the signature of the policy', () => {
  it('T36: the right key passes, whatever key id is written beside it', async () => {
    expect(await changed((envelope) => envelope)).toBe('passed')
    expect(await changed((envelope) => ({ ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, keyid: 'nobody' })) }))).toBe('passed')
  })
  it('T37: another key is refused, also under the right key id', async () => {
    const envelope = await signPolicy(policyOf(), { signers: [mallory] })
    expect(cause(await judge({ policyEnvelope: envelope }))).toBe(refused)
    const forged = { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, keyid: keyid(root) })) }
    expect(cause(await judge({ policyEnvelope: forged }))).toBe(refused)
  })
  it('T38: no signatures are refused', async () => {
    expect(await changed((envelope) => ({ ...envelope, signatures: [] }))).toBe(refused)
  })
  it('T39: without verifiers or subjects nothing can be asked', async () => {
    await expect(judge({ policyVerifiers: [] })).rejects.toThrow(TypeError)
    await expect(judge({ subjects: [] })).rejects.toThrow(TypeError)
  })
  it('T40: of several verifiers one that matches is enough, none is not', async () => {
    expect(cause(await judge({ policyVerifiers: [alice.verifier, root.verifier] }))).toBe('passed')
    expect(cause(await judge({ policyVerifiers: [alice.verifier, bob.verifier] }))).toBe(refused)
  })
  it('T41: a payload changed by a bit is refused, and not read', async () => {
    const flip = (envelope: Envelope): Envelope => ({ ...envelope, payload: envelope.payload.map((byte, index) => (index === 5 ? byte ^ 1 : byte)) })
    const report = await judge({ policyEnvelope: flip(await signPolicy(policyOf())) })
    expect(cause(report)).toBe(refused)
    expect(report.policy.checks.filter(({ code }) => !['policy-signature', 'policy-payload-type'].includes(code)).map(({ state }) => state)).toEqual(Array(5).fill('not-evaluated'))
    expect(report.steps).toEqual([])
  })
  it('T42: a changed payload type is refused', async () => {
    expect(await changed((envelope) => ({ ...envelope, payloadType: 'https://witness.testifysec.com/policy/v0.1' }))).toBe(refused)
  })
  it.each([
    ['truncated', (sig: Uint8Array) => sig.subarray(0, -1)],
    ['extended', (sig: Uint8Array) => Uint8Array.of(...sig, 0)],
    ['corrupted', (sig: Uint8Array) => sig.map((byte, index) => (index === 0 ? byte ^ 1 : byte))],
    ['empty', () => new Uint8Array()],
  ])('T43: a signature that is %s is refused', async (_, change) => {
    expect(await changed(withSig(change))).toBe(refused)
  })
  it('T64: an empty payload is refused without a crash', async () => {
    expect(await changed((envelope) => ({ ...envelope, payload: new Uint8Array() }))).toBe(refused)
  })
  it('T80: a junk certificate beside a good signature does not stand in the way', async () => {
    expect(await changed((envelope) => ({ ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, certificate: Uint8Array.of(1, 2, 3) })) }))).toBe('passed')
  })
  it('T89: a boundary shifted between type and payload is refused', async () => {
    const envelope = await signPolicy(policyOf())
    const text = new TextDecoder().decode(encodePae(envelope.payloadType, envelope.payload))
    const moved = { ...envelope, payloadType: `${envelope.payloadType} ${envelope.payload.length} {`, payload: envelope.payload.subarray(1) }
    expect(new TextDecoder().decode(encodePae(moved.payloadType, moved.payload))).not.toBe(text)
    expect(cause(await judge({ policyEnvelope: moved }))).toBe(refused)
  })
  it('T92: more signatures than the limit are refused before they are tried', async () => {
    const many = (envelope: Envelope): Envelope => ({ ...envelope, signatures: Array.from({ length: 101 }, () => envelope.signatures).flat() })
    expect(await changed(many)).toBe(refused)
  })
})
