import type { CertConstraintDocument } from '@cilock/policy'
import type { CertificateOptions } from '@cilock/testing/x509'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { constrained } from './world.ts'

const refused = 'functionary ERR_FUNCTIONARY_MISMATCH'
type Row = readonly [row: string, certificate: Omit<CertificateOptions, 'issuer'>, constraint: CertConstraintDocument, verdict: string]

const dns = (...dnsNames: readonly string[]) => ({ names: { dnsNames } })
const rows: readonly Row[] = [
  ['T94: an exact list', dns('a.test', 'b.test'), { dnsnames: ['b.test', 'a.test'] }, 'passed'],
  ['T95: a name that is missing', dns('a.test'), { dnsnames: ['a.test', 'b.test'] }, refused],
  ['T96: a name that nobody asked for', dns('a.test', 'b.test'), { dnsnames: ['a.test'] }, refused],
  ['T97: anything', dns('a.test', 'b.test'), { dnsnames: ['*'] }, 'passed'],
  ['T98: anything beside a name', dns('b.test'), { dnsnames: ['a.test', '*'] }, 'passed'],
  ['T99: a name asked for twice and there once', dns('a.test'), { dnsnames: ['a.test', 'a.test'] }, refused],
  ['T100: three asked for, two there', dns('a.test', 'b.test'), { dnsnames: ['a.test', 'a.test', 'b.test'] }, refused],
  ['T101: a name there twice and asked for once', dns('a.test', 'a.test'), { dnsnames: ['a.test'] }, refused],
  ['T102: an empty text beside a name', dns('a.test'), { dnsnames: ['', 'a.test'] }, 'passed'],
  ['T103: an empty list against names', dns('a.test'), { dnsnames: [] }, refused],
  ['T103: no list against names', dns('a.test'), { dnsnames: null }, refused],
  ['T104: an empty list against none', {}, { dnsnames: [] }, refused],
  ['T105: a list of an empty text against none', {}, { dnsnames: [''] }, refused],
  ['T106: a pattern of DNS names', dns('ci.example.test'), { dnsnames: ['*.example.test'] }, 'passed'],
  ['T106: a pattern of e-mail addresses', { names: { emails: ['ci@example.test'] } }, { emails: ['*@example.test'] }, 'passed'],
  ['T106: a pattern of organizations', { subject: { commonName: 'build', organization: 'Example Ltd' } }, { organizations: ['Example *'] }, 'passed'],
  ['T107: a literal name and one below it', dns('ci.example.test'), { dnsnames: ['example.test'] }, refused],
  ['T108: a pattern folds case', dns('CI.Example.test'), { dnsnames: ['*.example.TEST'] }, 'passed'],
  ['T108: an exact name does not', dns('CI.example.test'), { dnsnames: ['ci.example.test'] }, refused],
  ['T109: a common name folds case', {}, { commonname: 'BUILD' }, 'passed'],
  ['T110: an empty common name', {}, { commonname: '' }, refused],
  ['T110: an empty common name against none', { subject: { organization: 'x' } }, { commonname: '' }, refused],
  ['T111: ** is anything', {}, { commonname: '**' }, 'passed'],
  ['T112: one character', {}, { commonname: 'b?ild' }, 'passed'],
  ['T112: a class', {}, { commonname: '[a-c]uild' }, 'passed'],
  ['T112: alternatives', {}, { commonname: '{build,test}' }, 'passed'],
  ['T113: a pattern that is none', {}, { commonname: 'bui[ld' }, refused],
  ['T113: one in a list', dns('a.test'), { dnsnames: ['[a.test'] }, refused],
  ['T114: a pattern that would take for ever', { subject: { commonName: 'a'.repeat(60) } }, { commonname: `${'*a'.repeat(60)}b` }, refused],
  ['T115: a NUL in a constraint', {}, { commonname: 'build\u0000' }, refused],
  ['T115: a control character in a list', dns('a.test'), { dnsnames: ['a.test\u0007'] }, refused],
  ['T116: a blank at the end counts', {}, { commonname: 'build ' }, refused],
  ['T117: another letter that looks the same', {}, { commonname: 'b\u0075\u0456ld' }, refused],
  ['T117: the same letter in another form', { subject: { commonName: 'cafe\u0301' } }, { commonname: 'caf\u00e9' }, refused],
  ['T119: two patterns and two names, each of which has one of its own', dns('aa.test', 'ab.test'), { dnsnames: ['aa*', 'a*'] }, 'passed'],
  ['T119: two patterns that only one name fits', dns('aa.test', 'bb.test'), { dnsnames: ['aa*', 'a*'] }, refused],
  ['T120: an extension that is not constrained', { fulcio: { Issuer: 'https://issuer.test' } }, { extensions: { Issuer: '' } }, 'passed'],
  ['T121: an extension', { fulcio: { Issuer: 'https://issuer.test' } }, { extensions: { Issuer: 'https://issuer.test' } }, 'passed'],
  ['T121: in another case', { fulcio: { Issuer: 'https://issuer.test' } }, { extensions: { Issuer: 'https://ISSUER.test' } }, refused],
  ['T122: a pattern of an extension', { fulcio: { BuildSignerURI: 'https://ci.test/release.yml@refs/tags/v1' } }, { extensions: { BuildSignerURI: '*/release.yml@*' } }, 'passed'],
  ['T122: in another case', { fulcio: { BuildSignerURI: 'https://ci.test/Release.yml@refs/tags/v1' } }, { extensions: { BuildSignerURI: '*/release.yml@*' } }, refused],
  ['T123: an extension that is not there', {}, { extensions: { Issuer: 'https://issuer.test' } }, refused],
  ['T125: a certificate policy', { certificatePolicies: { policies: ['1.2.3', '1.2.4'] } }, { requiredpolicyoids: ['1.2.3'] }, 'passed'],
  ['T125: one that is missing', { certificatePolicies: { policies: ['1.2.4'] } }, { requiredpolicyoids: ['1.2.3'] }, refused],
  ['T125: none on the certificate', {}, { requiredpolicyoids: ['1.2.3'] }, refused],
  ['T125: a part of them', { certificatePolicies: { policies: ['1.2.3'] } }, { requiredpolicyoids: ['1.2.3', '1.2.4'] }, refused],
  ['T125: what is no object identifier', { certificatePolicies: { policies: ['1.2.3'] } }, { requiredpolicyoids: ['1..3'] }, refused],
  ['T125: with blanks around it', { certificatePolicies: { policies: ['1.2.3'] } }, { requiredpolicyoids: [' 1.2.3 '] }, 'passed'],
  ['T125: an empty list', {}, { requiredpolicyoids: [] }, 'passed'],
]

describe('a constraint on certificates', () => {
  it.each(rows)('%s', async (_, certificate, constraint, verdict) => {
    expect(await constrained(certificate, constraint)).toBe(verdict)
  })

  it('T104, T105: by CI/lock’s rules an empty list fits a certificate without such names', async () => {
    expect(await constrained({}, { dnsnames: [] }, 'compat')).toBe('passed')
    expect(await constrained({}, { dnsnames: [''] }, { emptyConstraints: false })).toBe('passed')
    expect(await constrained(dns('a.test'), { dnsnames: [] }, 'compat')).toBe(refused)
  })

  it('T124: an extension that is not DER fits no constraint, and nobody minds where there is none', async () => {
    const broken = { extensions: [{ oid: '1.3.6.1.4.1.57264.1.8', value: Uint8Array.of(0x0c, 9, 65) }] }
    expect(await constrained(broken, { extensions: { Issuer: '*' } })).toBe(refused)
    expect(await constrained(broken, {})).toBe('passed')
  })

  it('never lets a name through that it does not match, in whatever order names and constraints stand', async () => {
    const names = fc.uniqueArray(fc.constantFrom('a.test', 'b.test', 'aa.test', 'ab.test', 'c.test'), { minLength: 1, maxLength: 3 })
    const patterns = fc.array(fc.constantFrom('a.test', 'b.test', 'a*', 'aa*', '?.test', '[ab].test', '{a,c}.test'), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(names, patterns, async (found, wanted) => {
        const verdict = await constrained(dns(...found), { dnsnames: wanted })
        expect(await constrained(dns(...found.toReversed()), { dnsnames: wanted.toReversed() })).toBe(verdict)
        expect(verdict === 'passed').toBe(hasAssignment(found, wanted))
      }),
      { numRuns: 40 },
    )
  })
})

const fits: Readonly<Record<string, RegExp>> = { 'a.test': /^a\.test$/, 'b.test': /^b\.test$/, 'a*': /^a/, 'aa*': /^aa/, '?.test': /^.\.test$/, '[ab].test': /^[ab]\.test$/, '{a,c}.test': /^[ac]\.test$/ }

/** Every way to give each constraint a name of its own, exact ones first. */
function hasAssignment(found: readonly string[], wanted: readonly string[]): boolean {
  if (found.length !== wanted.length) return false
  const [constraint, ...rest] = wanted
  if (constraint === undefined) return true
  const pattern = fits[constraint]
  return found.some((name, index) => pattern !== undefined && pattern.test(name) && hasAssignment(found.toSpliced(index, 1), rest))
}
