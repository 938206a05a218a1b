import { encodePae, signEnvelope, type Envelope } from '@cilock/core'
import { certificateOf, timestamperOf, type MadeCertificate } from '@cilock/testing/x509'
import { certificateVerifier, parseCertificate, type CertificateCheck, type CertificateVerifier } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

const time = new Date('2026-01-02T03:04:05Z')
const payloadType = 'application/vnd.in-toto+json'
const payload = new TextEncoder().encode('{}')
const read = ({ der }: MadeCertificate) => parseCertificate(der)
const pemOf = ({ pem }: MadeCertificate) => new TextEncoder().encode(pem)

const root = await certificateOf({ seed: 'root' })
const issuing = await root.issue({ seed: 'issuing', kind: 'authority' })
const leaf = await issuing.issue({ seed: 'leaf' })
const tsaRoot = await certificateOf({ seed: 'tsa root' })
const tsa = await tsaRoot.issue({ seed: 'tsa', kind: 'timestamper' })

// the names, serial numbers and key ids of the others, below a root of the same name with another key
const falseRoot = await certificateOf({ seed: 'another', subject: { commonName: 'root' } })
const falseIssuing = await falseRoot.issue({ seed: 'issuing', kind: 'authority', authorityKeyId: root.subjectKeyId ?? null })
const falseLeaf = await falseIssuing.issue({ seed: 'leaf' })
const falseTsaRoot = await certificateOf({ seed: 'another', subject: { commonName: 'tsa root' } })
const falseTsa = await falseTsaRoot.issue({ seed: 'tsa', kind: 'timestamper', authorityKeyId: tsaRoot.subjectKeyId ?? null })

const options = { bundles: [{ id: 'one', roots: [read(root)] }], timestampAuthorities: [{ id: 'tsa', roots: [read(tsaRoot)] }] }
const signed = async (by = leaf, authority = tsa): Promise<Envelope> => signEnvelope({ payload, payloadType, signers: [by.signer], timestampers: [timestamperOf(authority, () => time)] })

async function check(verifier: CertificateVerifier, { signatures: [signature] }: Envelope): Promise<CertificateCheck> {
  return signature === undefined ? expect.unreachable() : verifier.check(encodePae(payloadType, payload), signature)
}

async function codeOf(verifier: CertificateVerifier, envelope: Envelope): Promise<string> {
  const checked = await check(verifier, envelope)
  return checked.state === 'refused' ? checked.refusal.code : checked.state
}

/** The object by which a certificate is known: another one, where it was read again. */
async function certificateIn(verifier: CertificateVerifier, envelope: Envelope): Promise<unknown> {
  const checked = await check(verifier, envelope)
  return checked.state === 'verified' ? checked.identity.certificate : expect.unreachable(checked.state)
}

/** An envelope with something else beside its signature. */
function beside(envelope: Envelope, change: Partial<Envelope['signatures'][number]>): Envelope {
  return { ...envelope, signatures: envelope.signatures.map((signature) => ({ ...signature, ...change })) }
}

describe('what a verifier knows of certificates that it has read', () => {
  const genuine = signed()
  const forged: readonly (readonly [string, Promise<Envelope>, string])[] = [
    ['a chain', signed(falseLeaf), 'ERR_CERTIFICATE_PATH'],
    ['an intermediate', signed().then((envelope) => beside(envelope, { intermediates: [pemOf(falseIssuing)] })), 'ERR_CERTIFICATE_PATH'],
    ['a timestamper', signed(leaf, falseTsa), 'ERR_TIMESTAMP_UNTRUSTED'],
  ]

  it.each(forged)('makes nothing of %s with the same names, keys and ids but other bytes, in whichever order they come', async (_, forgery, code) => {
    const [good, bad] = [await genuine, await forgery]
    for (const order of [[good, bad, good, bad], [bad, good, bad]]) {
      const verifier = certificateVerifier(options)
      for (const envelope of order) expect(await codeOf(verifier, envelope)).toBe(envelope === good ? 'verified' : code)
    }
  })

  it('does not change with the bytes that it was handed', async () => {
    const verifier = certificateVerifier(options)
    const [original, mine] = [await signed(), await signed()].map((envelope) => structuredClone(envelope))
    if (original === undefined || mine === undefined) return expect.unreachable()
    const expected = await check(certificateVerifier(options), original)
    const before = structuredClone(mine)
    expect(await codeOf(verifier, mine)).toBe('verified')
    for (const { certificate, intermediates = [], timestamps = [] } of mine.signatures) for (const bytes of [certificate, ...intermediates, ...timestamps.map(({ data }) => data)]) bytes?.fill(0)
    expect(await codeOf(verifier, mine)).toBe('ERR_CERTIFICATE_MALFORMED')
    expect(await codeOf(verifier, before)).toBe('verified')
    expect(await check(verifier, original)).toEqual(expected)
  })

  it('stays while it is asked for, and is bounded: others push out what is not', async () => {
    const verifier = certificateVerifier(options)
    const envelope = await genuine
    const others = await Promise.all(Array.from({ length: 130 }, async (_, index) => pemOf(await root.issue({ seed: 'other', kind: 'authority', serialNumber: BigInt(index + 1) }))))
    const more = await Promise.all(Array.from({ length: 130 }, async (_, index) => pemOf(await root.issue({ seed: 'more', kind: 'authority', serialNumber: BigInt(index + 1) }))))
    const flood = async (intermediates: readonly Uint8Array[]) => codeOf(verifier, beside(await signed(await root.issue({ seed: 'flood' })), { intermediates }))
    const first = await certificateIn(verifier, envelope)
    for (const some of [others, more]) {
      expect(await flood(some)).toBe('verified')
      expect(await certificateIn(verifier, envelope)).toBe(first)
    }
    expect(await flood([...others, ...more])).toBe('verified')
    expect(await certificateIn(verifier, envelope)).not.toBe(first)
    expect(await certificateIn(verifier, envelope)).toEqual(first)
  })

  it('is nothing of certificates that are longer than any that exists', async () => {
    const verifier = certificateVerifier(options)
    const long = await issuing.issue({ seed: 'leaf', names: { uris: Array.from({ length: 300 }, (_, index) => `https://ci.test/a/rather/long/path/to/a/job/of/many/${index}`) } })
    const envelope = await signed(long)
    const first = await certificateIn(verifier, envelope)
    expect(await certificateIn(verifier, envelope)).not.toBe(first)
  })

  it('is shared with the verifier at another present, whose verdict is its own', async () => {
    const verifier = certificateVerifier(options)
    const envelope = await genuine
    const [before, after] = [verifier.at(new Date(time.getTime() - 3_600_000)), verifier.at(time)]
    const first = await certificateIn(verifier, envelope)
    for (let round = 0; round < 2; round++) {
      expect(await codeOf(before, envelope)).toBe('ERR_TIMESTAMP_FUTURE')
      expect(await certificateIn(after, envelope)).toBe(first)
      expect(await certificateIn(verifier, envelope)).toBe(first)
    }
  })

  it.each([new Date('x'), 0, undefined])('%s is no present', (now) => {
    expect(() => certificateVerifier(options).at(now as never)).toThrow(TypeError)
  })
})
