import { firstCause } from '@cilock/policy'
import type { Report } from '@cilock/policy'
import { generateKey, signEnvelope } from '@cilock/core'
import { certificateOf, policyCertificate, timestampOf } from '@cilock/testing/x509'
import { describe, expect, it } from 'vitest'
import { cause, collection, constraint, inter, judge, leaf, now, otherRoot, policyOf, publicKeys, root, signedAt, timestamps, tsa, tsaRoot } from './world.ts'

const signed = async (options: Parameters<typeof leaf>[0] = {}, timestampers = [timestamps()]) => collection({ signers: [(await leaf(options)).signer], timestampers })
const unsigned = 'evidence-signature ERR_EVIDENCE_SIGNATURE'
const mismatch = 'functionary ERR_FUNCTIONARY_MISMATCH'

describe('evidence that was signed with a certificate', () => {
  it('passes when the certificate leads to a root that a functionary names, at the time of a trusted timestamp', async () => {
    const report = await judge({ evidence: [await signed({ fulcio: { Issuer: 'https://issuer.test' }, names: { uris: ['https://ci.test/job'] } })] })
    expect(report.verdict).toBe('passed')
    expect(report.steps[0]?.candidates[0]?.checks.find(({ code }) => code === 'functionary')).toMatchObject({
      message: 'signed by a functionary: uri=https://ci.test/job, cn=build, issuer=https://issuer.test',
      found: { commonname: 'build', uris: ['https://ci.test/job'], roots: ['root'], extensions: { Issuer: 'https://issuer.test' } },
    })
  })

  it('T68: beside a key id that matches, a constraint has to hold too, unless that rule is off', async () => {
    const { signer } = await leaf()
    const functionary = (commonname: string) => [{ type: 'publickey', publickeyid: signer.keyid, certConstraint: constraint({ commonname }) }]
    const evidence = [await collection({ signers: [signer] })]
    expect(await cause({ policy: policyOf({ functionaries: functionary('build') }), evidence })).toBe('passed')
    expect(await cause({ policy: policyOf({ functionaries: functionary('other') }), evidence })).toBe(mismatch)
    expect(await cause({ policy: policyOf({ functionaries: functionary('other') }), evidence, rules: 'compat' })).toBe('passed')
  })

  it('T69: a raw key meets no constraint', async () => {
    const key = await generateKey('ed25519')
    const policy = policyOf({ publickeys: publicKeys(key), functionaries: [{ type: 'publickey', publickeyid: key.signer.keyid, certConstraint: constraint() }] })
    const evidence = [await collection({ signers: [key.signer], timestampers: [] })]
    expect(await cause({ policy, evidence })).toBe(mismatch)
    expect(await cause({ policy, evidence, rules: 'compat' })).toBe('passed')
  })

  it('T70: a constraint without roots lets nobody through', async () => {
    const policy = policyOf({ functionaries: [{ type: 'root', certConstraint: constraint({ roots: [] }) }] })
    expect(await cause({ policy, evidence: [await signed()] })).toBe('policy-functionary-type ERR_POLICY_DOCUMENT')
    expect(await cause({ policy, evidence: [await signed()], rules: 'compat' })).toBe(mismatch)
  })

  it('T71: a root that the policy does not have lets nobody through', async () => {
    expect(await cause({ policy: policyOf({ certConstraint: constraint({ roots: ['nope'] }) }), evidence: [await signed()] })).toBe(mismatch)
  })

  it('T72, T73: any root, but only those that the policy has', async () => {
    for (const roots of [['*'], ['other', '*']]) {
      const certConstraint = constraint({ roots })
      expect(await cause({ policy: policyOf({ certConstraint }), evidence: [await signed()] })).toBe('passed')
      expect(await cause({ policy: policyOf({ certConstraint, roots: {} }), evidence: [await signed()] })).toBe(unsigned)
    }
  })

  it('T80: a certificate that cannot be read does not stand in the way of a raw key', async () => {
    const key = await generateKey('ed25519')
    const policy = policyOf({ publickeys: publicKeys(key), functionaries: [{ type: 'publickey', publickeyid: key.signer.keyid }] })
    expect(await cause({ policy, evidence: [await collection({ signers: [{ ...key.signer, certificate: 'no certificate' }] })] })).toBe('passed')
  })

  it('T81: intermediates of the sender lead to no root of theirs', async () => {
    const foreign = await otherRoot.issue({ seed: 'foreign inter', kind: 'authority' })
    const { signer } = await leaf({}, foreign)
    expect(await cause({ evidence: [await collection({ signers: [signer] })] })).toBe(unsigned)
  })

  it('T82: what counts is the time of the timestamp', async () => {
    const expired = { notBefore: new Date('2026-05-01T00:00:00Z'), notAfter: new Date('2026-06-01T11:30:00Z') }
    expect(await cause({ evidence: [await signed(expired)] })).toBe('passed')
    expect(await cause({ evidence: [await signed({ ...expired, notAfter: new Date('2026-06-01T10:00:00Z') })] })).toBe(unsigned)
  })

  it('T83: a certificate for servers signs nothing', async () => {
    expect(await cause({ evidence: [await signed({ extendedKeyUsage: ['serverAuth'] })] })).toBe(unsigned)
    expect(await cause({ evidence: [await signed({ extendedKeyUsage: null })] })).toBe('passed')
  })

  it('T84: a token over other bytes', async () => {
    const data = await timestampOf(new TextEncoder().encode('other bytes'), tsa, { time: signedAt })
    expect(await cause({ evidence: [await signed({}, [{ timestamp: async () => ({ type: 'tsp', data }) }])] })).toBe(unsigned)
  })

  it('T85: an authority whose certificate is for more than timestamps, or for nothing', async () => {
    for (const extendedKeyUsage of [['timeStamping', 'codeSigning'], null] as const) {
      const authority = await tsaRoot.issue({ seed: 'odd tsa', kind: 'timestamper', extendedKeyUsage })
      expect(await cause({ evidence: [await signed({}, [timestamps(signedAt, authority)])] })).toBe(unsigned)
    }
  })

  it('T86: one of two authorities is enough', async () => {
    const foreign = await otherRoot.issue({ seed: 'foreign tsa', kind: 'timestamper' })
    expect(await cause({ evidence: [await signed({}, [timestamps(signedAt, foreign), timestamps()])] })).toBe('passed')
    expect(await cause({ evidence: [await signed({}, [timestamps(signedAt, foreign)])] })).toBe(unsigned)
  })

  it('T87: without an authority in the policy, or without a token, nobody vouches for the time', async () => {
    expect(await cause({ policy: policyOf({ timestampauthorities: {} }), evidence: [await signed()] })).toBe(unsigned)
    expect(await cause({ evidence: [await signed({}, [])] })).toBe(unsigned)
  })

  it('T90: a root of the same name with another key vouches for nothing', async () => {
    const twin = await leaf({}, await certificateOf({ seed: 'twin', subject: { commonName: 'root' } }))
    const report = await judge({ evidence: [await collection({ signers: [twin.signer] })] })
    expect(firstCause(report)?.code).toBe('ERR_EVIDENCE_SIGNATURE')
    expect(firstCause(report)?.message).toContain('ERR_CERTIFICATE_PATH')
  })

  it('T118: tells the first field that is another, and no more', async () => {
    const report = await judge({ policy: policyOf({ certConstraint: constraint({ commonname: 'test', emails: ['a@b.test'] }) }), evidence: [await signed()] })
    expect(firstCause(report)?.message).toBe('step "build": signed by cn=build; expected the common name "test", found "build"')
    expect(firstCause(report)?.check.found).toMatchObject({ mismatches: [{ functionary: 0, field: 'commonname', expected: 'test', found: 'build' }] })
  })

  it('T23: a root that is no certificate makes the whole policy unusable', async () => {
    const policy = policyOf({ roots: { root: { certificate: policyCertificate(root) }, bad: { certificate: btoa('no certificate') } } })
    expect(await cause({ policy, evidence: [await signed()] })).toBe('policy-root ERR_POLICY_ROOT')
    const der = policyOf({ roots: { root: { certificate: btoa(String.fromCharCode(...root.der)) } } })
    expect(await cause({ policy: der, evidence: [await signed()] })).toBe('policy-root ERR_POLICY_ROOT')
  })

  it('T24: a root with the intermediate in the policy', async () => {
    const { signer } = await leaf()
    const evidence = [await collection({ signers: [{ ...signer, intermediates: [] }] })]
    expect(await cause({ evidence })).toBe('passed')
    expect(await cause({ policy: policyOf({ roots: { root: { certificate: policyCertificate(root) } } }), evidence })).toBe(unsigned)
    expect(inter.issuer).toBe(root)
  })

  it('gives the same report in whatever order envelopes and signatures come', async () => {
    const one = await leaf({ seed: 'one', subject: { commonName: 'one' } })
    const two = await leaf({ seed: 'two', subject: { commonName: 'two' } })
    const { signatures, ...rest } = await collection({ signers: [one.signer, two.signer] })
    const other = await collection({ signers: [one.signer] })
    const first = await judge({ evidence: [{ ...rest, signatures }, other] })
    const second = await judge({ evidence: [other, other, { ...rest, signatures: signatures.toReversed() }] })
    // copies with other signatures are other files, whose references are named by their bytes
    const told = (report: Report): string => JSON.stringify(report, (key, value: unknown) => (key === 'references' ? undefined : value))
    expect(told(second)).toBe(told(first))
  })
})

describe('T213: when evidence was signed', () => {
  const policy = (timestampConstraint: unknown) => policyOf({ timestampConstraint })
  const late = 'timestamp ERR_TIMESTAMP'

  it.each([
    ['fresh', { maxAge: '24h' }, signedAt, 'passed'],
    ['stale', { maxAge: '30m' }, signedAt, late],
    ['after the beginning', { notBefore: '2026-06-01T11:00:00Z' }, signedAt, 'passed'],
    ['before the beginning', { notBefore: '2026-06-01T11:00:01Z' }, signedAt, late],
    ['before the end', { notAfter: '2026-06-01T11:00:00Z' }, signedAt, 'passed'],
    ['after the end', { notAfter: '2026-06-01T10:59:59Z' }, signedAt, late],
    ['a little ahead of the clock', { maxAge: '24h' }, new Date(now.getTime() + 60_000), 'passed'],
  ])('%s', async (_, window, time, verdict) => {
    expect(await cause({ policy: policy(window), evidence: [await signed({}, [timestamps(time)])] })).toBe(verdict)
  })

  it('from the future is not believed at all', async () => {
    expect(await cause({ evidence: [await signed({}, [timestamps(new Date(now.getTime() + 6 * 60_000))])] })).toBe(unsigned)
  })

  it('by a raw key, for which nobody vouches, also with a token beside it', async () => {
    const key = await generateKey('ed25519')
    const functionaries = [{ type: 'publickey', publickeyid: key.signer.keyid }]
    const raw = policyOf({ publickeys: publicKeys(key), functionaries, timestampConstraint: { maxAge: '24h' } })
    expect(await cause({ policy: raw, evidence: [await collection({ signers: [key.signer] })] })).toBe(late)
  })

  it('a fresh token on the signature of somebody else changes nothing', async () => {
    const stale = await collection({ signers: [(await leaf()).signer], timestampers: [timestamps(new Date('2026-05-01T00:00:00Z'))] })
    const stranger = await leaf({ seed: 'stranger', subject: { commonName: 'stranger' } })
    const fresh = await signEnvelope({ payload: stale.payload, payloadType: stale.payloadType, signers: [stranger.signer], timestampers: [timestamps()] })
    const both = { ...stale, signatures: [...stale.signatures, ...fresh.signatures] }
    const onlyBuild = policyOf({ certConstraint: constraint({ commonname: 'build' }), timestampConstraint: { maxAge: '24h' } })
    expect(await cause({ policy: onlyBuild, evidence: [both] })).toBe(late)
  })

  it('the older of two tokens governs', async () => {
    const other = await tsaRoot.issue({ seed: 'second tsa', kind: 'timestamper' })
    const evidence = [await signed({}, [timestamps(signedAt), timestamps(new Date('2026-05-01T00:00:00Z'), other)])]
    expect(await cause({ policy: policy({ maxAge: '24h' }), evidence })).toBe(late)
  })
})
