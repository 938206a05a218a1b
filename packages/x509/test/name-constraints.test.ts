import { certificateOf, type CertificateOptions, type NameConstraintOptions } from '@cilock/testing/x509'
import { findPath, parseCertificate } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

const at = new Date('2026-01-02T03:04:05Z')

/** Whether a leaf may stand below an authority with these constraints. */
async function allowed(nameConstraints: NameConstraintOptions, leaf: Omit<CertificateOptions, 'issuer'>, limits = {}): Promise<boolean | string> {
  const root = await certificateOf({ seed: 'root', nameConstraints })
  const result = await findPath({
    leaf: parseCertificate((await root.issue({ subject: [], ...leaf })).der),
    roots: [parseCertificate(root.der)],
    at,
    purpose: 'codeSigning',
    limits,
  })
  if (!result.valid && result.failure.code !== 'ERR_PATH_NAME_CONSTRAINTS') return result.failure.code
  return result.valid
}

const v4 = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)
const v6 = (...bytes: number[]): Uint8Array => Uint8Array.from({ length: 16 }, (_, index) => bytes[index] ?? 0)

describe('DNS names', () => {
  it.each([
    ['example.com', 'example.com', true],
    ['example.com', 'a.b.example.com', true],
    ['example.com', 'EXAMPLE.com', true],
    ['example.com', 'example.com.', true],
    ['example.com', 'badexample.com', false],
    ['example.com', 'example.org', false],
    ['.example.com', 'a.example.com', true],
    ['.example.com', 'example.com', false],
    ['', 'anything.test', true],
    ['example.com', '*.example.com', true],
    ['a.example.com', '*.example.com', false],
    ['not a name', 'a.test', false],
  ])('permitting %j: %j is %s', async (constraint, name, expected) => {
    expect(await allowed({ permitted: { dnsNames: [constraint] } }, { names: { dnsNames: [name] } })).toBe(expected)
  })

  it.each([
    ['example.com', 'example.com', false],
    ['example.com', 'a.example.com', false],
    ['example.com', 'badexample.com', true],
    ['a.example.com', '*.example.com', false],
    ['a.example.com', '*.a.example.com', false],
    ['a.example.com', '*.b.example.com', true],
    ['not a name', 'a.test', false],
    ['a.test', 'b a.test', false],
  ])('excluding %j: %j is %s', async (constraint, name, expected) => {
    expect(await allowed({ excluded: { dnsNames: [constraint] } }, { names: { dnsNames: [name] } })).toBe(expected)
  })
})

describe('e-mail addresses', () => {
  it.each([
    ['example.com', 'a@example.com', true],
    ['example.com', 'a@EXAMPLE.com', true],
    ['example.com', 'a@mail.example.com', false],
    ['.example.com', 'a@mail.example.com', true],
    ['.example.com', 'a@example.com', false],
    ['a@example.com', 'a@example.com', true],
    ['a@example.com', 'A@example.com', false],
    ['a@example.com', 'b@example.com', false],
    ['example.com', '"a"@example.com', false],
    ['example.com', 'no address', false],
    ['example.com', 'a@evil.test@example.com', false],
  ])('permitting %j: %j is %s', async (constraint, name, expected) => {
    expect(await allowed({ permitted: { emails: [constraint] } }, { names: { emails: [name] } })).toBe(expected)
  })

  it.each([
    ['example.com', 'a@example.com', false],
    ['example.com', 'a@mail.example.com', true],
    ['example.com', '"a b"@example.com', false],
    ['@', 'a@example.com', false],
  ])('excluding %j: %j is %s', async (constraint, name, expected) => {
    expect(await allowed({ excluded: { emails: [constraint] } }, { names: { emails: [name] } })).toBe(expected)
  })

  it('count in the subject when there are no alternative names', async () => {
    const constraints = { permitted: { emails: ['example.com'] } }
    expect(await allowed(constraints, { subject: { email: 'a@example.com' } })).toBe(true)
    expect(await allowed(constraints, { subject: { email: 'a@example.org' } })).toBe(false)
    expect(await allowed(constraints, { subject: { email: 'a@example.org' }, names: { emails: ['a@example.com'] } })).toBe(true)
  })
})

describe('URIs', () => {
  it.each([
    ['example.com', 'https://example.com/a', true],
    ['example.com', 'https://user:secret@EXAMPLE.com:8443/a?b#c', true],
    ['example.com', 'https://a.example.com/', false],
    ['.example.com', 'https://a.example.com/', true],
    ['.example.com', 'https://example.com/', false],
    ['example.com', 'https://example.com@evil.test/', false],
    ['example.com', 'https://evil.test/example.com', false],
    ['example.com', 'https://evil.test\\@example.com/', false],
    ['example.com', 'urn:example:com', false],
    ['example.com', 'https://192.0.2.1/', false],
    ['example.com', 'https://[2001:db8::1]/', false],
    ['example.com', 'spiffe://example.com/workload', true],
  ])('permitting %j: %j is %s', async (constraint, name, expected) => {
    expect(await allowed({ permitted: { uris: [constraint] } }, { names: { uris: [name] } })).toBe(expected)
  })

  it.each([
    ['example.com', 'https://example.com/', false],
    ['example.com', 'https://example.org/', true],
    ['example.com', 'urn:example:com', false],
  ])('excluding %j: %j is %s', async (constraint, name, expected) => {
    expect(await allowed({ excluded: { uris: [constraint] } }, { names: { uris: [name] } })).toBe(expected)
  })
})

describe('IP addresses', () => {
  it.each([
    ['inside', v4(192, 0, 2, 0, 255, 255, 255, 0), v4(192, 0, 2, 77), true],
    ['outside', v4(192, 0, 2, 0, 255, 255, 255, 0), v4(192, 0, 3, 77), false],
    ['of the other family', v4(0, 0, 0, 0, 0, 0, 0, 0), v6(0x20, 1), false],
    ['of all', v4(0, 0, 0, 0, 0, 0, 0, 0), v4(1, 2, 3, 4), true],
    ['inside IPv6', Uint8Array.from([...v6(0x20, 0x01, 0x0d, 0xb8), ...v6(255, 255, 255, 255)]), v6(0x20, 0x01, 0x0d, 0xb8, 9), true],
  ])('%s', async (_, range, address, expected) => {
    expect(await allowed({ permitted: { ips: [range] } }, { names: { ips: [address] } })).toBe(expected)
    expect(await allowed({ excluded: { ips: [range] } }, { names: { ips: [address] } })).toBe(!expected)
  })
})

describe('names of other kinds', () => {
  it('are held against directory names by their first parts', async () => {
    const acme = { country: 'XX', organization: 'Acme' }
    const constraints = { permitted: { directoryNames: [acme] } }
    expect(await allowed(constraints, { subject: { ...acme, commonName: 'leaf' } })).toBe(true)
    expect(await allowed(constraints, { subject: { country: 'XX', organization: ' ACME ', commonName: 'leaf' } })).toBe(true)
    expect(await allowed(constraints, { subject: { country: 'XX', organization: 'Acme Inc', commonName: 'leaf' } })).toBe(false)
    expect(await allowed(constraints, { subject: { organization: 'Acme' } })).toBe(false)
    expect(await allowed(constraints, { subject: { ...acme }, names: { directoryNames: [{ organization: 'Evil' }] } })).toBe(false)
    expect(await allowed({ excluded: { directoryNames: [acme] } }, { subject: { ...acme, commonName: 'leaf' } })).toBe(false)
  })

  it('are refused below a constraint that is not understood, and fine elsewhere', async () => {
    const otherNames = [{ oid: '1.3.6.1.4.1.57264.1.7', value: 'octo' }]
    expect(await allowed({ excluded: { otherNames } }, { names: { otherNames } })).toBe(false)
    expect(await allowed({ excluded: { otherNames } }, { names: { dnsNames: ['a.test'] } })).toBe(true)
    expect(await allowed({ excluded: { registeredIds: ['1.2.3'] } }, { names: { registeredIds: ['1.2.4'] } })).toBe(false)
    expect(await allowed({ excluded: { dnsNames: ['a.test'] } }, { names: { otherNames } })).toBe(true)
  })

  it('that are not constrained are free', async () => {
    expect(await allowed({ permitted: { dnsNames: ['a.test'] } }, { names: { emails: ['a@b.test'], uris: ['urn:x'] } })).toBe(true)
  })
})

describe('constraints', () => {
  it('of every authority above hold, also for authorities', async () => {
    const root = await certificateOf({ seed: 'root', nameConstraints: { permitted: { dnsNames: ['a.test'] } } })
    const below = await root.issue({ seed: 'below', kind: 'authority', nameConstraints: { permitted: { dnsNames: ['test'] } } })
    const judged = async (name: string): Promise<boolean> => {
      const leaf = parseCertificate((await below.issue({ seed: 'leaf', names: { dnsNames: [name] } })).der)
      return (await findPath({ leaf, intermediates: [parseCertificate(below.der)], roots: [parseCertificate(root.der)], at, purpose: 'any' })).valid
    }
    expect(await judged('x.a.test')).toBe(true)
    expect(await judged('x.b.test')).toBe(false)
    const wrong = await root.issue({ seed: 'wrong', kind: 'authority', names: { dnsNames: ['b.test'] } })
    const leaf = parseCertificate((await wrong.issue({ seed: 'leaf' })).der)
    const result = await findPath({ leaf, intermediates: [parseCertificate(wrong.der)], roots: [parseCertificate(root.der)], at, purpose: 'any' })
    expect(result.valid || result.failure.code).toBe('ERR_PATH_NAME_CONSTRAINTS')
  })

  it('and names may be many, but not too many', async () => {
    const dnsNames = Array.from({ length: 60 }, (_, index) => `n${index}.test`)
    expect(await allowed({ permitted: { dnsNames } }, { names: { dnsNames } })).toBe(true)
    expect(await allowed({ permitted: { dnsNames } }, { names: { dnsNames } }, { maxNameComparisons: 3000 })).toBe('ERR_PATH_LIMIT')
  })
})
