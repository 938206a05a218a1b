import { encodeJson, generateKey, signEnvelope } from '@cilock/core'
import type { Verifier } from '@cilock/core'
import { policyPayloadType, policySigner } from '@cilock/policy'
import { certificateOf } from '@cilock/testing/x509'
import type { MadeCertificate } from '@cilock/testing/x509'
import { describe, expect, it } from 'vitest'
import { cause, collection, leaf, policyOf, release, timestamps, tsaRoot } from './world.ts'

describe('several signers of a policy', () => {
  it('T62: each of the verifiers that are handed in counts, and each knows its own roots only', async () => {
    const [first, second] = await Promise.all([certificateOf({ seed: 'first of two' }), certificateOf({ seed: 'second of two' })])
    const { signer } = await leaf({ subject: { commonName: 'release' } }, second)
    const trust = (root: MadeCertificate, commonName: string): Verifier =>
      policySigner({ roots: root.pem, timestampAuthorities: [tsaRoot.pem], signer: { commonName, dnsNames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'] } })
    const policyEnvelope = await signEnvelope({ payload: encodeJson(policyOf()), payloadType: policyPayloadType, signers: [signer], timestampers: [timestamps()] })
    const evidence = [await collection({ signers: [(await leaf()).signer] })]
    const said = async (...policyVerifiers: readonly Verifier[]): Promise<string> => cause({ policyEnvelope, policyVerifiers, evidence })

    expect(await said(trust(first, 'release'), trust(second, 'release'))).toBe('passed')
    expect(await said((await generateKey('ed25519')).verifier, trust(second, 'release'))).toBe('passed')
    expect(await said(trust(first, 'release'))).toBe('policy-signature ERR_POLICY_SIGNATURE')
    // what one of them trusts widens no other
    expect(await said(trust(first, 'release'), trust(second, 'somebody'))).toBe('policy-signature ERR_POLICY_SIGNATURE')
    expect(await said(release.verifier, trust(second, 'somebody'))).toBe('policy-signature ERR_POLICY_SIGNATURE')
  })
})
