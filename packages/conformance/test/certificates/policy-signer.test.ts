import { encodeJson, generateKey, signEnvelope } from '@cilock/core'
import type { Envelope, Signer, Timestamper } from '@cilock/core'
import { lintPolicy } from '@cilock/policy/lint'
import { renderText } from '@cilock/policy/render'
import { firstCause, policyPayloadType, policySigner } from '@cilock/policy'
import type { PolicySignerOptions, SignerConstraint } from '@cilock/policy'
import type { CertificateOptions, MadeCertificate } from '@cilock/testing/x509'
import { describe, expect, it } from 'vitest'
import { cause, collection, inter, judge, leaf, otherRoot, policyOf, publicKeys, release, root, timestamps, tsaRoot } from './world.ts'

const refused = 'policy-signature ERR_POLICY_SIGNATURE'
const builder = await generateKey('ed25519')
const document = policyOf({ publickeys: publicKeys(builder), functionaries: [{ type: 'publickey', publickeyid: builder.signer.keyid }], roots: {}, timestampauthorities: {} })
const evidence = [await collection({ signers: [builder.signer], timestampers: [] })]
const identity = { subject: { commonName: 'release', organization: 'Example' }, names: { emails: ['release@example.test'] }, fulcio: { Issuer: 'https://issuer.test' } }

async function signedBy(signers: readonly Signer[], timestampers: readonly Timestamper[] = [timestamps()]): Promise<Envelope> {
  return signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers, timestampers })
}

const verifierOf = (signer: SignerConstraint, more: Partial<PolicySignerOptions> = {}) => policySigner({ roots: root.pem, timestampAuthorities: [tsaRoot.pem], signer, ...more })

/** What comes of a policy that such a certificate signed, where such a signer is wanted. */
async function trusted(signer: SignerConstraint, certificate: Omit<CertificateOptions, 'issuer'> = identity, more: Partial<PolicySignerOptions> = {}, issuer: MadeCertificate = inter): Promise<string> {
  const made = await leaf(certificate, issuer)
  return cause({ policyEnvelope: await signedBy([made.signer]), policyVerifiers: [verifierOf(signer, more)], evidence })
}

const exact = { commonName: 'release', emails: ['release@example.test'], organizations: ['Example'] }

describe('a policy that was signed with a certificate', () => {
  it('T44: nobody but the authority said is a wrong argument', () => {
    expect(() => verifierOf({})).toThrow(TypeError)
  })
  it('T45: an issuer that may be anyone says nobody', () => {
    expect(() => verifierOf({ extensions: { Issuer: '*' } })).toThrow(TypeError)
    expect(() => verifierOf({ extensions: { Issuer: '' } })).toThrow(TypeError)
  })
  it('T46: an issuer is enough', async () => {
    expect(await trusted({ extensions: { Issuer: 'https://issuer.test' } })).toBe('passed')
    expect(await trusted({ extensions: { Issuer: 'https://other.test' } })).toBe(refused)
  })
  it('T47: wildcards that were written are taken', async () => {
    expect(await trusted({ commonName: '*', dnsNames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'] })).toBe('passed')
  })
  it('T47: and told, by the report and by the linter', async () => {
    const open = verifierOf({ commonName: '*', dnsNames: ['*'], emails: ['*'], organizations: ['*'], uris: ['x', '*'] })
    const policyEnvelope = await signedBy([(await leaf(identity)).signer])
    const told = expect.stringContaining('all that is said of the signer are wildcards')
    for (const [verifier, notes] of [[open, [told]], [verifierOf(exact), undefined]] as const) {
      const { policy } = await judge({ policyEnvelope, policyVerifiers: [verifier], evidence })
      expect(policy.checks[0]?.found).toEqual(notes === undefined ? policy.signers : { signers: policy.signers, notes })
      expect((await lintPolicy(policyEnvelope, { verifiers: [verifier] })).filter(({ code }) => code === 'signer-wildcard').map(({ message, severity, place }) => [message, severity, place.pointer])).toEqual(notes === undefined ? [] : [[told, 'warning', '/signatures']])
    }
    expect(renderText(await judge({ policyEnvelope, policyVerifiers: [verifierOf({ commonName: '*', dnsNames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'] })], evidence }))).toMatch(/^passed[^]*└─ note: whoever has any certificate/)
  })
  it('an extension that there is none of is a wrong argument, and more stars are no more than one', () => {
    expect(() => verifierOf({ ...exact, extensions: { issuer: 'https://issuer.test' } })).toThrow(/^policySigner: `signer.extensions` has no extension "issuer"; there are Issuer, /)
    expect(() => verifierOf({ extensions: { Issuer: '**' } })).toThrow(TypeError)
  })
  it('T48: the common name', async () => {
    expect(await trusted(exact)).toBe('passed')
    expect(await trusted({ ...exact, commonName: 'other' })).toBe(refused)
  })
  it('T49: the organization', async () => {
    expect(await trusted({ ...exact, organizations: ['Other'] })).toBe(refused)
  })
  it('T50: another authority', async () => {
    const foreign = await otherRoot.issue({ seed: 'foreign inter', kind: 'authority' })
    expect(await trusted(exact, identity, {}, foreign)).toBe(refused)
  })
  it('T51: a forged signature beside a good one of somebody else', async () => {
    const low = await leaf({ seed: 'low', subject: { commonName: 'low' } })
    const high = await leaf(identity)
    const forged = { ...high.signer, sign: async () => (await low.key.signer.sign(new Uint8Array([1]))) }
    expect(await cause({ policyEnvelope: await signedBy([low.signer, forged]), policyVerifiers: [verifierOf(exact)], evidence })).toBe(refused)
  })
  it('T52: without a timestamp', async () => {
    const made = await leaf(identity)
    expect(await cause({ policyEnvelope: await signedBy([made.signer], []), policyVerifiers: [verifierOf(exact)], evidence })).toBe(refused)
  })
  it('T53: with one, the time of which counts', async () => {
    expect(await trusted(exact, { ...identity, notAfter: new Date('2026-06-01T11:30:00Z') })).toBe('passed')
    expect(await trusted(exact, { ...identity, notAfter: new Date('2026-06-01T10:30:00Z') })).toBe(refused)
    expect(await trusted(exact, identity, { timestampAuthorities: [] })).toBe(refused)
    expect(await trusted(exact, identity, { now: new Date('2026-06-01T10:00:00Z') })).toBe(refused)
  })
  it('T54, T55: an e-mail address or a URI stands for the common name', async () => {
    expect(await trusted({ emails: ['release@example.test'], organizations: ['Example'] })).toBe('passed')
    const uri = { names: { uris: ['https://ci.test/release.yml'] } }
    expect(await trusted({ uris: ['https://ci.test/*'] }, uri)).toBe('passed')
  })
  it('T56: nothing does where nothing is said', async () => {
    expect(await trusted({ organizations: ['Example'], emails: ['*'] })).toBe(refused)
  })
  it('T57, T58: a list with a wildcard or an empty text says nobody', async () => {
    expect(await trusted({ emails: ['*', 'release@example.test'], organizations: ['Example'] })).toBe(refused)
    expect(await trusted({ emails: ['', 'release@example.test'], organizations: ['Example'] })).toBe(refused)
  })
  it('T59: lists that are not said fit a certificate without such names', async () => {
    expect(await trusted({ emails: ['release@example.test'] }, { names: { emails: ['release@example.test'] } })).toBe('passed')
  })
  it('T60: and none that has them', async () => {
    expect(await trusted({ emails: ['release@example.test'] }, { names: { emails: ['release@example.test'], uris: ['https://x.test'] } })).toBe(refused)
  })
  it('T61: a raw key needs no certificate', async () => {
    expect(await cause({ policyEnvelope: await signedBy([release.signer], []), policyVerifiers: [release.verifier, verifierOf(exact)], evidence })).toBe('passed')
  })
  it('T63: another root, whatever is said', async () => {
    const foreign = await leaf(identity, otherRoot)
    const anybody = { commonName: '*', dnsNames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'] }
    expect(await cause({ policyEnvelope: await signedBy([foreign.signer]), policyVerifiers: [verifierOf(anybody)], evidence })).toBe(refused)
  })

  it('says who signed, and what of it is not as it should be', async () => {
    const made = await leaf(identity)
    const report = await judge({ policyEnvelope: await signedBy([made.signer]), policyVerifiers: [verifierOf({ ...exact, commonName: 'other' })], evidence })
    expect(firstCause(report)?.message).toContain('it is signed by email=release@example.test, cn=release, issuer=https://issuer.test, and expected the common name "other", found "release"')
  })

  it('T221: among the roots, a certificate that another issued is an intermediate', async () => {
    const made = await leaf(identity)
    const bare = { ...made.signer, intermediates: [] }
    const policyEnvelope = await signedBy([bare])
    expect(await cause({ policyEnvelope, policyVerifiers: [verifierOf(exact)], evidence })).toBe(refused)
    expect(await cause({ policyEnvelope, policyVerifiers: [verifierOf(exact, { roots: root.pem + inter.pem })], evidence })).toBe('passed')
    expect(await cause({ policyEnvelope, policyVerifiers: [verifierOf(exact, { intermediates: inter.pem })], evidence })).toBe('passed')
    expect(() => verifierOf(exact, { roots: inter.pem })).toThrow(expect.objectContaining({ code: 'ERR_CERTIFICATE_PATH' }))
    expect(() => verifierOf(exact, { roots: 'nothing' })).toThrow(expect.objectContaining({ code: 'ERR_CERTIFICATE_MALFORMED' }))
  })
})
