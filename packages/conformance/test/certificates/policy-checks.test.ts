import { encodeJson, generateKey, memorySource, signEnvelope } from '@cilock/core'
import type { Envelope, Signer, Verifier } from '@cilock/core'
import { createVerifier, evaluate, firstCause, policyPayloadType, policySigner } from '@cilock/policy'
import type { Report } from '@cilock/policy'
import { certificateOf } from '@cilock/testing/x509'
import { describe, expect, it } from 'vitest'
import { app, collection, inter, leaf, now, otherRoot, policyOf, publicKeys, release, root, timestamps, tsaRoot } from './world.ts'

const builder = await generateKey('ed25519')
const document = policyOf({ publickeys: publicKeys(builder), functionaries: [{ type: 'publickey', publickeyid: builder.signer.keyid }], roots: {}, timestampauthorities: {} })
const source = memorySource([await collection({ signers: [builder.signer], timestampers: [] })])
const certified = policySigner({ roots: root.pem, intermediates: inter.pem, timestampAuthorities: [tsaRoot.pem], signer: { commonName: 'release' } })
const { signer } = await leaf({ subject: { commonName: 'release' } })

const signed = async (signers: readonly Signer[], timestampers = [timestamps()]): Promise<Envelope> => signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers, timestampers })

async function report(policy: Envelope, signatureChecks: number, policyVerifiers: readonly Verifier[] = [certified]): Promise<Report> {
  return evaluate({ policy, policyVerifiers, subjects: [app], source, types: [], now, limits: { signatureChecks } })
}

async function judged(...asked: Parameters<typeof report>): Promise<string> {
  const judgement = await report(...asked)
  const found = firstCause(judgement)
  return found === undefined ? judgement.verdict : `${found.check.code} ${found.code}`
}

const spent = 'limit ERR_LIMIT_EXCEEDED'
const refused = 'policy-signature ERR_POLICY_SIGNATURE'

/** The fewest checks that are enough for a policy not to be cut off. */
async function needed(policy: Envelope, verifiers?: readonly Verifier[]): Promise<number> {
  for (let most = 1; most < 200; most++) if ((await judged(policy, most, verifiers)) !== spent) return most
  throw new TypeError('200 are not enough')
}

/** A certificate that leads nowhere, beside eight that could each have issued it: what anybody can put beside a policy. */
async function busy(): Promise<Signer> {
  const namesakes = await Promise.all(Array.from({ length: 8 }, async (_, index) => otherRoot.issue({ seed: `namesake ${index}`, subject: { commonName: 'gone' }, kind: 'authority' })))
  const lost = await (await certificateOf({ seed: 'gone' })).issue({ seed: 'leaf', subject: { commonName: 'release' } })
  return { ...lost.signer, intermediates: namesakes.map(({ pem }) => pem) }
}

describe('checks of the signatures of a policy (limits.signatureChecks)', () => {
  it('are counted of the envelope, of its timestamp and of each certificate up to a root', async () => {
    const policy = await signed([signer])
    // the envelope by its certificate; the token and the authority's certificate; the leaf's and the intermediate's
    expect(await needed(policy)).toBe(5)
    expect(await judged(policy, 5)).toBe('passed')
    expect(await judged(policy, 4)).toBe(spent)
  })

  it('end it where a policy takes more, and nothing of it is read', async () => {
    const { policy, verdict, steps } = await report(await signed([signer]), 4)
    expect(verdict).toBe('failed')
    expect(policy.signers).toEqual([])
    expect(steps).toEqual([])
    expect(policy.checks.find(({ code }) => code === 'limit')).toMatchObject({
      state: 'failed',
      expected: 4,
      found: 'signatureChecks',
      message: 'the policy takes more than 4 checks of signatures (limits.signatureChecks), so none of it was judged',
      place: { document: 'envelope', pointer: '/signatures' },
    })
    expect(policy.checks.filter(({ code }) => !['limit', 'policy-payload-type'].includes(code)).every(({ state }) => state !== 'passed')).toBe(true)
  })

  it('that others made busy end it too, though somebody who may has signed: in whatever order they stand', async () => {
    const lost = await busy()
    for (const signers of [[lost, signer], [signer, lost]]) {
      const policy = await signed(signers)
      expect(await needed(policy)).toBe(5 + 1 + 2 + 8)
      expect(await judged(policy, 16)).toBe('passed')
    }
  })

  it('are counted of the second look too, which says why nobody vouches', async () => {
    const policy = await signed([await busy()])
    expect(await needed(policy)).toBe(1 + 2 * (2 + 8))
    expect(await judged(policy, 21)).toBe(refused)
    // more signatures than there may be are not looked at, and not counted
    const many = { ...policy, signatures: Array.from({ length: 101 }, () => policy.signatures).flat() }
    expect(await judged(many, 100)).toBe(refused)
  })

  it('are counted of each verifier, and once where no certificate is there', async () => {
    const plain = await signed([release.signer], [])
    expect(await needed(plain, [release.verifier])).toBe(1)
    expect(await needed(plain, [certified, builder.verifier, release.verifier])).toBe(3)
    const other = policySigner({ roots: root.pem, intermediates: inter.pem, timestampAuthorities: [tsaRoot.pem], signer: { commonName: 'somebody else' } })
    expect(await needed(await signed([signer]), [other, certified])).toBe(2 + 2 * 4)
  })

  it('are counted apart from those of evidence, once for all verifications', async () => {
    const verifier = await createVerifier({ policy: await signed([signer]), policyVerifiers: [certified], types: [], limits: { signatureChecks: 5 } })
    for (const { verdict } of await verifier.verifyMany([{ subjects: [app], source, now }, { subjects: [app], source, now }])) expect(verdict).toBe('passed')
  })
})
