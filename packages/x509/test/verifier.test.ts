import { generateKey, signEnvelope, verifyEnvelope, checkSignatures, type Envelope, type Timestamper } from '@cilock/core'
import { certificateOf, timestamperOf, type MadeCertificate } from '@cilock/testing/x509'
import { certificateVerifier, parseCertificate, type CertificateCheck, type CertificateVerifier, type CertificateVerifierOptions } from '@cilock/x509'
import { encodePae } from '@cilock/core'
import { describe, expect, it } from 'vitest'

const time = new Date('2026-01-02T03:04:05Z')
const payloadType = 'application/vnd.in-toto+json'
const payload = new TextEncoder().encode('{}')
const read = ({ der }: MadeCertificate) => parseCertificate(der)

const root = await certificateOf({ seed: 'root' })
const issuing = await root.issue({ seed: 'issuing', kind: 'authority' })
const leaf = await issuing.issue({ seed: 'leaf', names: { uris: ['https://ci.test'] }, fulcio: { Issuer: 'https://issuer.test' } })
const tsaRoot = await certificateOf({ seed: 'tsa root' })
const tsa = await tsaRoot.issue({ seed: 'tsa', kind: 'timestamper' })
const stranger = await certificateOf({ seed: 'stranger' })

const bundles = [{ id: 'one', roots: [read(root)] }]
const timestampAuthorities = [{ id: 'tsa', roots: [read(tsaRoot)] }]
const stamper = timestamperOf(tsa, () => time)

const signed = async (by = leaf, timestampers: readonly Timestamper[] = [stamper]): Promise<Envelope> => signEnvelope({ payload, payloadType, signers: [by.signer], timestampers })

async function checked(envelope: Envelope, options: Partial<CertificateVerifierOptions> = {}): Promise<CertificateCheck> {
  const [signature] = envelope.signatures
  if (signature === undefined) return expect.unreachable()
  return certificateVerifier({ bundles, timestampAuthorities, ...options }).check(encodePae(envelope.payloadType, envelope.payload), signature)
}

async function outcome(envelope: Envelope, options: Partial<CertificateVerifierOptions> = {}): Promise<string> {
  const check = await checked(envelope, options)
  return check.state === 'refused' ? check.refusal.code : check.state
}

/** An envelope with something else beside its signature. */
function beside(envelope: Envelope, change: Partial<Envelope['signatures'][number]>): Envelope {
  return { ...envelope, signatures: envelope.signatures.map((signature) => ({ ...signature, ...change })) }
}

describe('a signature with a certificate', () => {
  it('is vouched for with who signed, over which path, and since when that is known', async () => {
    const check = await checked(await signed())
    expect(check).toMatchObject({
      state: 'verified',
      identity: {
        keyid: leaf.key.verifier.keyid,
        certificate: { names: { uris: ['https://ci.test'] }, fulcio: { values: { Issuer: 'https://issuer.test' } } },
        paths: [{ bundle: 'one', root: { subject: { commonName: 'root' } } }],
        time: { kind: 'timestamp', time, timestamps: [{ authority: 'tsa', time }] },
      },
      timestamps: [],
    })
    const chain = check.state === 'verified' ? check.identity.paths[0]?.chain.map(({ subject }) => subject.commonName) : []
    expect(chain).toEqual(['leaf', 'issuing', 'root'])
  })

  it("fits core's verification of envelopes, and counts with raw keys by the key itself", async () => {
    const verifier = certificateVerifier({ bundles, timestampAuthorities })
    const envelope = await signed()
    const { signers } = await verifyEnvelope(envelope, [leaf.key.verifier, verifier])
    expect(signers).toHaveLength(1)
    await expect(verifyEnvelope(envelope, [leaf.key.verifier, verifier], { threshold: 2 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
    const [check] = await checkSignatures(beside(envelope, { certificate: new TextEncoder().encode(stranger.pem) }), [verifier])
    expect(check).toEqual({ signature: 0, verifier: 0 })
  })

  it.each(['ed25519', 'ec-p384', 'ec-p521'] as const)('may be made by a key of kind %s', async (keyKind) => {
    expect(await outcome(await signed(await issuing.issue({ seed: 'leaf', keyKind })))).toBe('verified')
  })

  it('may be made by RSA', async () => {
    expect(await outcome(await signed(await issuing.issue({ seed: 'leaf', key: await generateKey('rsa-2048') })))).toBe('verified')
  })

  it('names every bundle that it leads to', async () => {
    const crossed = await stranger.issue({ seed: 'issuing', kind: 'authority' })
    const check = await checked(await signed(), {
      bundles: [{ id: 'one', roots: [read(root)] }, { id: 'two', roots: [read(stranger)], intermediates: [read(crossed)] }, { id: 'three', roots: [read(tsaRoot)] }],
    })
    expect(check.state === 'verified' && check.identity.paths.map(({ bundle, chain }) => [bundle, chain.length])).toEqual([['one', 3], ['two', 3]])
  })

  it('finds intermediates beside it, with a bundle or in the options, and not at all when told so', async () => {
    const bare = beside(await signed(), { intermediates: [] })
    expect(await outcome(bare)).toBe('ERR_CERTIFICATE_PATH')
    expect(await outcome(bare, { intermediates: [read(issuing)] })).toBe('verified')
    expect(await outcome(bare, { bundles: [{ id: 'one', roots: [read(root)], intermediates: [read(issuing)] }] })).toBe('verified')
    expect(await outcome(await signed(), { useEmbeddedIntermediates: false })).toBe('ERR_CERTIFICATE_PATH')
    const junk = [new TextEncoder().encode('junk'), new TextEncoder().encode(issuing.pem)]
    expect(await outcome(beside(bare, { intermediates: junk }))).toBe('verified')
  })

  it('trusts nothing that stands beside it', async () => {
    const evil = await stranger.issue({ seed: 'leaf' })
    expect(await outcome(beside(await signed(evil), { intermediates: [new TextEncoder().encode(stranger.pem)] }))).toBe('ERR_CERTIFICATE_PATH')
  })
})

describe('a signature is refused', () => {
  it('when there is no certificate: that is for raw keys', async () => {
    const envelope = await signEnvelope({ payload, payloadType, signers: [leaf.key.signer] })
    expect(await outcome(envelope)).toBe('absent')
    expect(await outcome(beside(envelope, { certificate: new Uint8Array() }))).toBe('absent')
  })

  it('when the certificate cannot be read, or is not PEM', async () => {
    expect(await outcome(beside(await signed(), { certificate: new TextEncoder().encode('junk') }))).toBe('ERR_CERTIFICATE_MALFORMED')
    expect(await outcome(beside(await signed(), { certificate: leaf.der }))).toBe('ERR_CERTIFICATE_MALFORMED')
  })

  it("when another key made it, or another message was signed", async () => {
    const other = await issuing.issue({ seed: 'other' })
    expect(await outcome(beside(await signed(), { certificate: new TextEncoder().encode(other.pem) }))).toBe('ERR_CERTIFICATE_SIGNATURE')
    expect(await outcome({ ...(await signed()), payload: new Uint8Array(3) })).toBe('ERR_CERTIFICATE_SIGNATURE')
  })

  it('when the certificate was not valid at the time, and says for whom and when', async () => {
    const expired = await issuing.issue({ seed: 'expired', notAfter: new Date('2025-01-01') })
    const check = await checked(await signed(expired))
    expect(check).toMatchObject({ state: 'refused', refusal: { code: 'ERR_CERTIFICATE_PATH', certificate: { subject: { commonName: 'expired' } }, failures: [{ bundle: 'one', at: time, failure: { code: 'ERR_PATH_EXPIRED' } }] } })
  })

  it('when it is for another purpose, unless any will do', async () => {
    const web = await issuing.issue({ seed: 'web', extendedKeyUsage: ['serverAuth'] })
    expect(await outcome(await signed(web))).toBe('ERR_CERTIFICATE_PATH')
    expect(await outcome(await signed(web), { purpose: 'any' })).toBe('verified')
  })

  it('when there is no timestamp, or none that is trusted', async () => {
    expect(await outcome(await signed(leaf, []))).toBe('ERR_TIMESTAMP_MISSING')
    const untrusted = await stranger.issue({ seed: 'tsa', kind: 'timestamper' })
    expect(await outcome(await signed(leaf, [timestamperOf(untrusted, () => time)]))).toBe('ERR_TIMESTAMP_UNTRUSTED')
    expect(await outcome(await signed(leaf, [timestamperOf(untrusted, () => time), stamper]))).toBe('verified')
    // a timestamp of another signature
    expect(await outcome(await signed(leaf, [{ timestamp: async () => stamper.timestamp(new Uint8Array(8)) }]))).toBe('ERR_TIMESTAMP_IMPRINT')
  })

  it('when no bundles are trusted', async () => {
    expect(await outcome(await signed(), { bundles: [] })).toBe('ERR_CERTIFICATE_PATH')
  })
})

describe('time', () => {
  const shortLived = issuing.issue({ seed: 'short', notBefore: new Date('2026-01-02T03:00:00Z'), notAfter: new Date('2026-01-02T03:10:00Z') })

  it('is the earliest timestamp at which the certificate leads to a root', async () => {
    const early = timestamperOf(tsa, () => new Date('2026-01-01T00:00:00Z'))
    const late = timestamperOf(tsa, () => new Date('2026-01-02T03:09:00Z'))
    const check = await checked(await signed(await shortLived, [early, late, stamper]))
    expect(check).toMatchObject({ state: 'verified', identity: { time: { time, timestamps: [{ index: 2 }] } } })
    expect(await outcome(await signed(await shortLived, [early]))).toBe('ERR_CERTIFICATE_PATH')
  })

  it('may be asked of several authorities, and one counts once', async () => {
    const secondRoot = await certificateOf({ seed: 'second root' })
    const second = timestamperOf(await secondRoot.issue({ seed: 'second', kind: 'timestamper' }), () => time)
    const options = { timestampAuthorities: [...timestampAuthorities, { id: 'second', roots: [read(secondRoot)] }], requiredTimestamps: 2 }
    const again = timestamperOf(tsa, () => new Date('2026-01-03'))
    expect(await outcome(await signed(leaf, [stamper, again, stamper]), options)).toBe('ERR_TIMESTAMP_THRESHOLD')
    expect(await outcome(await signed(leaf, [stamper, second]), options)).toBe('verified')
    const twice = { timestampAuthorities: [...timestampAuthorities, { id: 'twin', roots: [read(tsaRoot)] }], requiredTimestamps: 2 }
    expect(await outcome(await signed(leaf, [stamper, again]), twice)).toBe('ERR_TIMESTAMP_THRESHOLD')
  })

  it('is nothing without authorities, unless a time is given for that', async () => {
    const without = { timestampAuthorities: [] }
    expect(await outcome(await signed(), without)).toBe('ERR_TIMESTAMP_MISSING')
    const check = await checked(await signed(leaf, []), { ...without, fallbackTime: time })
    expect(check).toMatchObject({ state: 'verified', identity: { time: { kind: 'fallback', time } } })
    expect(await outcome(await signed(await shortLived, []), { ...without, fallbackTime: new Date('2026-06-01') })).toBe('ERR_CERTIFICATE_PATH')
    // with authorities, nothing replaces their word
    expect(await outcome(await signed(leaf, []), { fallbackTime: time })).toBe('ERR_TIMESTAMP_MISSING')
  })

  it('is not believed from the future where a clock is given', async () => {
    expect(await outcome(await signed(), { timestampRules: { now: new Date('2025-12-01') } })).toBe('ERR_TIMESTAMP_FUTURE')
    expect(await outcome(await signed(), { timestampRules: { now: new Date('2026-12-01') } })).toBe('verified')
  })
})

it('gives the same answer again, and for others in between', async () => {
  const verifier = certificateVerifier({ bundles, timestampAuthorities })
  const [good, bad] = [await signed(), await signed(await stranger.issue({ seed: 'leaf' }))]
  const judge = async (envelope: Envelope): Promise<string[]> => {
    const checks = await Promise.all(envelope.signatures.map(async (signature) => verifier.check(encodePae(envelope.payloadType, envelope.payload), signature)))
    return checks.map(({ state }) => state)
  }
  for (let round = 0; round < 5; round++) {
    expect(await judge(good)).toEqual(['verified'])
    expect(await judge(bad)).toEqual(['refused'])
  }
})

describe('signatures that are about to be verified', () => {
  /** How many were told of before the judgement ended, by itself or after `most`. */
  async function told(verifier: CertificateVerifier, envelope: Envelope, most = Infinity): Promise<readonly [count: number, end: string]> {
    const [signature] = envelope.signatures
    if (signature === undefined) return expect.unreachable()
    let count = 0
    const onSignatureCheck = (): void => {
      if (count === most) throw new RangeError('enough')
      count += 1
    }
    const end = await verifier.check(encodePae(envelope.payloadType, envelope.payload), signature, { onSignatureCheck }).then(
      (check) => check.state,
      (error: unknown) => (error instanceof RangeError ? error.message : expect.unreachable()),
    )
    return [count, end]
  }

  it('are told of as often as the certificates ask for, whether they are known or not', async () => {
    const verifier = certificateVerifier({ bundles, timestampAuthorities })
    const envelope = await signed()
    // the token and its authority's certificate; the leaf's and its issuer's
    for (let again = 0; again < 3; again++) expect(await told(verifier, envelope)).toEqual([4, 'verified'])
    expect(await told(certificateVerifier({ bundles: [...bundles, { id: 'two', roots: [read(stranger)] }], timestampAuthorities }), envelope)).toEqual([5, 'verified'])
    expect(await told(verifier, beside(envelope, { timestamps: [] }))).toEqual([0, 'refused'])
  })

  it('end the judgement where somebody has enough, in a token as in a path', async () => {
    const verifier = certificateVerifier({ bundles, timestampAuthorities })
    const envelope = await signed()
    for (let most = 0; most < 4; most++) expect(await told(verifier, envelope, most)).toEqual([most, 'enough'])
    expect(await told(verifier, envelope, 4)).toEqual([4, 'verified'])
  })
})

it.each<Partial<CertificateVerifierOptions>>([
  { bundles: [{ id: 'a', roots: [] }] },
  { bundles: [...bundles, ...bundles] },
  { timestampAuthorities: [...timestampAuthorities, ...timestampAuthorities] },
  { requiredTimestamps: 0 },
  { fallbackTime: new Date(Number.NaN) },
  { purpose: 'timeStamping' as 'any' },
  { limits: { maxSignatureChecks: -1 } },
  { rules: { minRsaBits: 1 } },
  { timestampRules: { minRsaBits: 1 } },
])('refuses wrong options: %#', (wrong) => {
  expect(() => certificateVerifier({ bundles, timestampAuthorities, ...wrong })).toThrow(TypeError)
})
