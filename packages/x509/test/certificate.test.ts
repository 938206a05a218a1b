import { keyIdOf } from '@cilock/core'
import { contextTag, der, derBits, derBoolean, derInteger, derNamedBits, derNull, derOctets, derOid, derSequence, derText, Tag } from '@cilock/der'
import { certificateOf, type CertificateOptions } from '@cilock/testing/x509'
import { fulcioExtensionNames, parseCertificate, parseCertificates, type Certificate } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

const parsed = async (options: CertificateOptions): Promise<Certificate> => parseCertificate((await certificateOf(options)).der)
const malformed = expect.objectContaining({ code: 'ERR_CERTIFICATE_MALFORMED' })

describe('a certificate', () => {
  it('is read with everything that constraints speak about', async () => {
    const root = await certificateOf({ seed: 'root', subject: { organization: 'Acme', commonName: 'Root' } })
    const leaf = await root.issue({
      seed: 'leaf',
      subject: [['2.5.4.6', 'XX'], ['2.5.4.10', 'Acme'], ['2.5.4.10', 'Widgets, Inc.'], ['2.5.4.11', 'CI'], ['2.5.4.3', 'first'], ['2.5.4.3', 'last']],
      names: {
        dnsNames: ['a.test', '*.b.test'],
        emails: ['ci@acme.test'],
        uris: ['https://ci.test/x?y=1#z'],
        ips: [Uint8Array.of(192, 0, 2, 1), Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)],
        otherNames: [{ oid: '1.3.6.1.4.1.57264.1.7', value: 'octo' }],
        directoryNames: [{ commonName: 'inner' }],
        registeredIds: ['1.2.3.4'],
      },
      notBefore: new Date('1999-12-31T23:59:59Z'),
      notAfter: new Date('2051-01-01T00:00:00Z'),
      serialNumber: 0x80n,
      certificatePolicies: { policies: ['1.2.3', '1.2.4'] },
      fulcio: { Issuer: 'https://issuer.test', GithubWorkflowRef: 'refs/heads/main', SourceRepositoryURI: 'https://github.test/a' },
    })
    const certificate = parseCertificate(leaf.pem)
    expect(certificate).toMatchObject({
      version: 3,
      serialNumber: '80',
      issuer: { commonName: 'Root', text: 'CN=Root,O=Acme' },
      subject: {
        commonName: 'last',
        organizations: ['Acme', 'Widgets, Inc.'],
        organizationalUnits: ['CI'],
        countries: ['XX'],
        text: 'CN=last,CN=first,OU=CI,O=Widgets\\, Inc.,O=Acme,C=XX',
      },
      notBefore: new Date('1999-12-31T23:59:59Z'),
      notAfter: new Date('2051-01-01T00:00:00Z'),
      names: {
        dnsNames: ['a.test', '*.b.test'],
        emails: ['ci@acme.test'],
        uris: ['https://ci.test/x?y=1#z'],
        ips: ['192.0.2.1', '2001:db8::1'],
        otherNames: [{ oid: '1.3.6.1.4.1.57264.1.7', value: 'octo' }],
        directoryNames: [{ commonName: 'inner' }],
        registeredIds: ['1.2.3.4'],
        unsupported: [],
      },
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.3'],
      basicConstraints: { ca: false },
      policies: ['1.2.3', '1.2.4'],
      selfIssued: false,
      fulcio: { values: { Issuer: 'https://issuer.test', GithubWorkflowRef: 'refs/heads/main', SourceRepositoryURI: 'https://github.test/a' }, malformed: [], conflicting: [] },
      publicKey: { kind: 'ecdsa', curve: 'P-256', keyid: keyIdOf(leaf.key.publicKeyPem), pem: leaf.key.publicKeyPem },
    })
    expect(certificate.authorityKeyId).toBe(parseCertificate(root.der).subjectKeyId)
    expect(certificate.der).toEqual(leaf.der)
  })

  it('says what is absent by leaving it out', async () => {
    const certificate = await parsed({ seed: 'bare', keyUsage: null, basicConstraints: null, subjectKeyId: null })
    for (const key of ['keyUsage', 'extendedKeyUsage', 'basicConstraints', 'nameConstraints', 'subjectKeyId', 'authorityKeyId', 'policies']) {
      expect(Object.hasOwn(certificate, key)).toBe(false)
    }
    expect(certificate).toMatchObject({ selfIssued: true, extensions: [], names: { dnsNames: [] }, policyRules: { mappings: [] } })
    expect(await parsed({ version: 1 })).toMatchObject({ version: 1, extensions: [] })
    expect(await parsed({ version: 2 })).toMatchObject({ version: 2, extensions: [] })
  })

  it('is read from PEM with text around it, CRLF and several blocks; parseCertificates() gives all', async () => {
    const [one, two] = [await certificateOf({ seed: 'one' }), await certificateOf({ seed: 'two' })]
    const text = `Subject: one\r\n${one.pem.replaceAll('\n', '\r\n')}and then\n${two.pem}`
    expect(parseCertificate(text).subject.commonName).toBe('one')
    expect(parseCertificate(new TextEncoder().encode(text)).subject.commonName).toBe('one')
    expect(parseCertificates(text).map(({ subject }) => subject.commonName)).toEqual(['one', 'two'])
  })

  it('has names that are equal by meaning, not by bytes', async () => {
    const keyOf = async (value: string): Promise<string> => (await parsed({ subject: { commonName: value } })).subject.key
    expect(await keyOf('  Acme   CA ')).toBe(await keyOf('acme ca'))
    expect(await keyOf('ÉCOLE')).toBe(await keyOf('e\u0301cole'))
    expect(await keyOf('acme')).not.toBe(await keyOf('acmé'))
    const [joined, apart] = [await parsed({ subject: [['2.5.4.3', 'a,O=b']] }), await parsed({ subject: [['2.5.4.10', 'b'], ['2.5.4.3', 'a']] })]
    expect(joined.subject.key).not.toBe(apart.subject.key)
    expect(joined.subject.text).not.toBe(apart.subject.text)
  })
})

describe("Fulcio's extensions", () => {
  const arc = (number: number): string => `1.3.6.1.4.1.57264.1.${number}`
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

  it('are raw text up to .6 and DER from .8 on', async () => {
    const { fulcio } = await parsed({ extensions: [2, 3, 4, 5, 6].map((number) => ({ oid: arc(number), value: utf8(`raw ${number}`) })) })
    expect(fulcio.values).toEqual({ GithubWorkflowTrigger: 'raw 2', GithubWorkflowSHA: 'raw 3', GithubWorkflowName: 'raw 4', GithubWorkflowRepository: 'raw 5', GithubWorkflowRef: 'raw 6' })
    const numbers = Array.from({ length: 17 }, (_, index) => index + 8)
    const later = await parsed({ extensions: numbers.map((number) => ({ oid: arc(number), value: derText(`der ${number}`) })) })
    expect(Object.keys(later.fulcio.values)).toHaveLength(17)
    expect(later.fulcio.values).toMatchObject({ Issuer: 'der 8', BuildSignerURI: 'der 9', SourceRepositoryVisibilityAtSigning: 'der 22', DeploymentEnvironment: 'der 23', Subject: 'der 24' })
    expect(Object.keys(later.fulcio.values).every((name) => fulcioExtensionNames.includes(name as 'Issuer'))).toBe(true)
  })

  it('in two forms: the later one counts, and a difference is told', async () => {
    const [raw, wrapped] = [{ oid: arc(1), value: utf8('one') }, { oid: arc(8), value: derText('eight') }]
    expect((await parsed({ extensions: [raw, wrapped] })).fulcio).toMatchObject({ values: { Issuer: 'eight' }, conflicting: ['Issuer'] })
    expect((await parsed({ extensions: [wrapped, raw] })).fulcio).toMatchObject({ values: { Issuer: 'one' }, conflicting: ['Issuer'] })
    expect((await parsed({ extensions: [raw, { oid: arc(8), value: derText('one') }] })).fulcio).toMatchObject({ values: { Issuer: 'one' }, conflicting: [] })
  })

  it.each([
    ['raw text where DER belongs', 9, utf8('raw')],
    ['bytes after the end', 9, Uint8Array.from([...derText('a'), 0])],
    ['a number', 9, derInteger(1)],
    ['no UTF-8', 9, der(Tag.utf8String, Uint8Array.of(0xff))],
    ['no UTF-8, raw', 2, Uint8Array.of(0xff)],
  ])('with %s are listed and have no value', async (_, number, value) => {
    const { fulcio } = await parsed({ extensions: [{ oid: arc(number), value }, { oid: arc(10), value: derText('fine') }] })
    expect(fulcio.malformed).toEqual([number === 9 ? 'BuildSignerURI' : 'GithubWorkflowTrigger'])
    expect(fulcio.values).toEqual({ BuildSignerDigest: 'fine' })
  })

  it('that nobody knows are no names', async () => {
    const { fulcio } = await parsed({ extensions: [{ oid: arc(99), value: utf8('x') }, { oid: arc(7), value: utf8('x') }, { oid: `${arc(9)}.1`, value: utf8('x') }] })
    expect(fulcio).toEqual({ values: {}, malformed: [], conflicting: [] })
  })
})

describe('a certificate is refused', () => {
  it.each<readonly [string, CertificateOptions]>([
    ['a negative serial number', { serialNumber: -1n }],
    ['a serial number of 21 bytes', { serialNumber: 1n << 160n }],
    ['version 4', { version: 4 }],
    ['a repeated extension', { extensions: [{ oid: '2.5.29.19', value: derSequence() }] }],
    ['an extension that is no DER', { keyUsage: null, extensions: [{ oid: '2.5.29.15', value: Uint8Array.of(1, 2, 3) }] }],
    ['a path length without an authority', { basicConstraints: { ca: false, pathLength: 1 } }],
    ['a negative path length', { basicConstraints: null, extensions: [{ oid: '2.5.29.19', value: derSequence(derBoolean(true), derInteger(-1)) }] }],
    ['a boolean that is neither', { basicConstraints: null, extensions: [{ oid: '2.5.29.19', value: derSequence(der(Tag.boolean, Uint8Array.of(1))) }] }],
    ['bytes after an extension', { basicConstraints: null, extensions: [{ oid: '2.5.29.19', value: Uint8Array.from([...derSequence(), 5, 0]) }] }],
    ['an empty extended key usage', { extendedKeyUsage: [] }],
    ['unused bits that are set', { keyUsage: null, extensions: [{ oid: '2.5.29.15', value: der(Tag.bitString, Uint8Array.of(7, 0xff)) }] }],
    ['empty alternative names', { extensions: [{ oid: '2.5.29.17', value: derSequence() }] }],
    ['an alternative name of no kind', { extensions: [{ oid: '2.5.29.17', value: derSequence(der(contextTag(9), Uint8Array.of())) }] }],
    ['a NUL in a DNS name', { names: { dnsNames: ['a.test\0.evil.test'] } }],
    ['a line break in an e-mail address', { names: { emails: ['a@b.test\n'] } }],
    ['a DNS name that is no ASCII', { names: { dnsNames: ['exämple.test'] } }],
    ['a URI that is no ASCII', { names: { uris: ['https://exämple.test'] } }],
    ['an IP address of five bytes', { names: { ips: [new Uint8Array(5)] } }],
    ['name constraints without subtrees', { nameConstraints: {} }],
    ['name constraints with an empty list', { nameConstraints: { permitted: {} } }],
    ['a mask with holes', { nameConstraints: { permitted: { ips: [Uint8Array.of(10, 0, 0, 0, 255, 0, 255, 0)] } } }],
    ['a network of five bytes', { nameConstraints: { permitted: { ips: [new Uint8Array(5)] } } }],
    ['a subtree with a minimum', { extensions: [{ oid: '2.5.29.30', value: derSequence(der(contextTag(0, true), derSequence(derText('a', contextTag(2)), der(contextTag(0), Uint8Array.of(1))))) }] }],
    ['a policy twice', { certificatePolicies: { policies: ['1.2.3', '1.2.3'] } }],
    ['more policies than anyone has', { certificatePolicies: { policies: Array.from({ length: 1001 }, (_, index) => `1.2.${index}`) } }],
    ['policy constraints that say nothing', { extensions: [{ oid: '2.5.29.36', value: derSequence() }] }],
    ['a negative count', { certificatePolicies: { inhibitAnyPolicy: -1 } }],
    ['a subject key identifier that is a number', { subjectKeyId: null, extensions: [{ oid: '2.5.29.14', value: derInteger(1) }] }],
    ['an authority key identifier with a text', { extensions: [{ oid: '2.5.29.35', value: derSequence(derText('a')) }] }],
    ['a name with an object identifier that is cut off', { alter: (tbs) => spliced(tbs, [0x06, 0x03, 0x55, 0x04, 0x03], [0x06, 0x03, 0x55, 0x04, 0x83]) }],
    ['a UTF-8 text that is none', { subject: { commonName: 'aaaa' }, alter: (tbs) => spliced(tbs, [0x61, 0x61, 0x61, 0x61], [0x61, 0xff, 0x61, 0x61]) }],
    ['a month that is not in the calendar', { notBefore: new Date('2020-12-01'), alter: (tbs) => spliced(tbs, [...Buffer.from('201201')], [...Buffer.from('201301')]) }],
    ['a day that is not in the calendar', { notBefore: new Date('2021-02-28'), alter: (tbs) => spliced(tbs, [...Buffer.from('210228')], [...Buffer.from('210229')]) }],
    ['another algorithm inside than outside', { alter: (tbs) => spliced(tbs, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02], [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]) }],
  ])('with %s', async (_, options) => {
    const { der: bytes } = await certificateOf({ seed: 'wrong', ...options })
    expect(() => parseCertificate(bytes)).toThrow(malformed)
  })

  it('with bytes after the end, or cut off anywhere', async () => {
    const { der: bytes } = await certificateOf({ seed: 'whole' })
    expect(() => parseCertificate(Uint8Array.from([...bytes, 0]))).toThrow(malformed)
    for (let length = 0; length < bytes.length; length += 1) expect(() => parseCertificate(bytes.subarray(0, length))).toThrow(malformed)
  })

  it('in BER: indefinite or overlong lengths', async () => {
    const { der: bytes } = await certificateOf({ seed: 'ber' })
    const content = bytes.subarray(4)
    expect(() => parseCertificate(Uint8Array.from([0x30, 0x80, ...content, 0, 0]))).toThrow(malformed)
    expect(() => parseCertificate(Uint8Array.from([0x30, 0x83, 0, bytes[2] ?? 0, bytes[3] ?? 0, ...content]))).toThrow(malformed)
    expect(parseCertificate(Uint8Array.from([0x30, 0x82, bytes[2] ?? 0, bytes[3] ?? 0, ...content])).subject.commonName).toBe('ber')
  })

  it('with an RSA key that is none, or a key without whole bytes', async () => {
    const { der: bytes } = await certificateOf({ seed: 'keys' })
    const spki = (algorithm: Uint8Array, bits: Uint8Array): Uint8Array => derSequence(derSequence(algorithm, derNull), bits)
    const rsa = derOid('1.2.840.113549.1.1.1')
    for (const wrong of [spki(rsa, derBits(derSequence(derInteger(-5), derInteger(3)))), spki(rsa, derBits(derNull)), spki(rsa, derNamedBits([0])), spki(derNull, derBits(derNull))]) {
      expect(() => parseCertificate(withKey(bytes, wrong))).toThrow(malformed)
    }
    expect(parseCertificate(withKey(bytes, spki(derOid('1.2.3'), derBits(derNull)))).publicKey).toMatchObject({ kind: 'other' })
    expect(parseCertificate(withKey(bytes, spki(derOid('1.2.3'), derBits(derNull)))).publicKey.keyid).toBeUndefined()
  })

  it('when PEM holds something else, nothing, or no base64', async () => {
    const { key, pem } = await certificateOf({ seed: 'pem' })
    for (const text of [key.publicKeyPem, '', 'no PEM', pem.replace('END', 'AND'), pem.replace('\nM', '\n!'), pem.slice(0, -40), pem.replace('-----END CERTIFICATE', '-----END SOMETHING')]) {
      expect(() => parseCertificate(text)).toThrow(malformed)
      expect(() => parseCertificates(text)).toThrow(malformed)
    }
    expect(() => parseCertificates(pem + key.publicKeyPem)).toThrow(malformed)
  })

  it('when it is larger than any certificate', () => {
    const huge = derSequence(derOctets(new Uint8Array(256 * 1024)))
    expect(() => parseCertificate(huge)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED' }))
    expect(() => parseCertificate(`${'x'.repeat(4 * 1024 * 1024)}y`)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED' }))
  })

  it('as a wrong argument when it is neither text nor bytes', () => {
    expect(() => parseCertificate(undefined as unknown as string)).toThrow(TypeError)
  })
})

/** Bytes with one sequence replaced by another of the same length. */
function spliced(bytes: Uint8Array, from: readonly number[], to: readonly number[]): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  const found = Buffer.from(from).toString('latin1')
  expect(text).toContain(found)
  expect(to).toHaveLength(from.length)
  return new Uint8Array(Buffer.from(text.replace(found, Buffer.from(to).toString('latin1')), 'latin1'))
}

/** A certificate with another SubjectPublicKeyInfo; nobody signed it. */
function withKey(bytes: Uint8Array, spki: Uint8Array): Uint8Array {
  const { publicKey, signature } = parseCertificate(bytes)
  const at = Buffer.from(signature.signed).indexOf(Buffer.from(publicKey.spki))
  const content = [...signature.signed.subarray(4, at), ...spki, ...signature.signed.subarray(at + publicKey.spki.length)]
  return derSequence(derSequence(Uint8Array.from(content)), derSequence(derOid('1.2.840.10045.4.3.2')), derBits(signature.bytes))
}
