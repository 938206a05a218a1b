import { encodeJson, memorySource, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { evaluate, firstCause, policyPayloadType } from '@cilock/policy'
import { certificateOf } from '@cilock/testing/x509'
import { describe, expect, it } from 'vitest'
import { app, collection, leaf, now, otherRoot, policyOf, release, signedAt, timestamps, tsaRoot } from './world.ts'

const policy = await signEnvelope({ payload: encodeJson(policyOf()), payloadType: policyPayloadType, signers: [release.signer] })

async function judged(evidence: readonly Envelope[], signatureChecks: number): Promise<string> {
  const report = await evaluate({ policy, policyVerifiers: [release.verifier], subjects: [app], source: memorySource(evidence), types: [], now, limits: { signatureChecks } })
  const found = firstCause(report)
  return found === undefined ? report.verdict : `${found.check.code} ${found.code}`
}

/** The fewest checks that are enough for evidence not to be cut off. */
async function needed(evidence: readonly Envelope[]): Promise<number> {
  for (let most = 1; most < 1000; most++) if ((await judged(evidence, most)) !== spent) return most
  throw new TypeError('1,000 are not enough')
}

const spent = 'limit ERR_LIMIT_EXCEEDED'
const { signer } = await leaf()

describe('checks of signatures (limits.signatureChecks)', () => {
  it('are counted of the envelope, of its timestamp and of each certificate up to a root', async () => {
    // the envelope by its certificate; the token and the authority's certificate; the leaf's and the intermediate's
    const evidence = [await collection({ signers: [signer] })]
    expect(await needed(evidence)).toBe(5)
    expect(await judged(evidence, 5)).toBe('passed')
    expect(await judged(evidence, 4)).toBe(spent)
  })

  it('are counted of each timestamp, and of the path at its time', async () => {
    const later = new Date(signedAt.getTime() + 1000)
    expect(await needed([await collection({ signers: [signer], timestampers: [timestamps(), timestamps(later)] })])).toBe(9)
    const second = await tsaRoot.issue({ seed: 'second', kind: 'timestamper' })
    expect(await needed([await collection({ signers: [signer], timestampers: [timestamps(), timestamps(signedAt, second)] })])).toBe(7)
  })

  it('are counted anew for each envelope, though the certificates are known', async () => {
    const evidence = await Promise.all([1, 2, 3].map(async (seconds) => collection({ signers: [signer], timestampers: [timestamps(new Date(signedAt.getTime() + 1000 * seconds))] })))
    expect(await needed(evidence)).toBe(15)
    expect(await judged(evidence.toReversed(), 14)).toBe(spent)
  })

  it('of certificates that lead nowhere end it too, in whatever number somebody puts them beside a signature', async () => {
    const namesakes = await Promise.all(Array.from({ length: 8 }, async (_, index) => otherRoot.issue({ seed: `namesake ${index}`, subject: { commonName: 'gone' }, kind: 'authority' })))
    const gone = await certificateOf({ seed: 'gone' })
    const lost = await gone.issue({ seed: 'leaf' })
    const evidence = [await collection({ signers: [{ ...lost.signer, intermediates: namesakes.map(({ pem }) => pem) }] })]
    // each of the eight is tried once, beside the envelope, its token and the authority's certificate
    expect(await needed(evidence)).toBe(1 + 2 + 8)
    expect(await judged(evidence, 11)).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
  })

  it('are none where no certificate stands beside a signature', async () => {
    expect(await needed([await collection({ signers: [release.signer], timestampers: [] })])).toBe(1)
  })
})
