import { certificateOf, type CertificateOptions, type MadeCertificate } from '@cilock/testing/x509'
import { findPath, parseCertificate, type PathOptions, type PathResult } from '@cilock/x509'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const at = new Date('2026-01-02T03:04:05Z')
const read = ({ der }: MadeCertificate) => parseCertificate(der)

async function search(leaf: MadeCertificate, roots: readonly MadeCertificate[], between: readonly MadeCertificate[] = [], options: Partial<PathOptions> = {}): Promise<PathResult> {
  return findPath({ leaf: read(leaf), roots: roots.map(read), intermediates: between.map(read), at, purpose: 'codeSigning', ...options })
}

/** By the names from leaf to root, or by the code of the nearest chain; the same in whatever order certificates are at hand. */
async function outcome(leaf: MadeCertificate, roots: readonly MadeCertificate[], between: readonly MadeCertificate[] = [], options: Partial<PathOptions> = {}): Promise<string> {
  const [one, other] = [await search(leaf, roots, between, options), await search(leaf, roots.toReversed(), between.toReversed(), options)]
  const text = (result: PathResult): string => (result.valid ? result.path.chain.map(({ subject }) => subject.commonName).join(' < ') : result.failure.code)
  expect(text(other)).toBe(text(one))
  return text(one)
}

const root = await certificateOf({ seed: 'root' })
const other = await certificateOf({ seed: 'other' })
/** An authority with the name and the key of `seed`, by whoever issues it. */
const crossed = async (by: MadeCertificate, seed: string, options: CertificateOptions = {}): Promise<MadeCertificate> => by.issue({ seed, kind: 'authority', ...options })
const years = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') }

describe('certificates that certify each other', () => {
  it('in a circle lead nowhere, and through it to a root beside it', async () => {
    const seeds = ['a', 'b', 'c']
    const own = await Promise.all(seeds.map(async (seed) => certificateOf({ seed })))
    const circle = await Promise.all(own.map(async (by, index) => crossed(by, seeds[(index + 1) % 3] ?? '')))
    const leaf = await (own[0] ?? root).issue({ seed: 'leaf' })
    expect(await outcome(leaf, [root], circle)).toBe('ERR_PATH_ISSUER_UNKNOWN')
    // their own self-signed ones, among the intermediates alone, are no roots
    expect(await outcome(leaf, [root], [...circle, ...own])).toBe('ERR_PATH_ISSUER_UNKNOWN')
    expect(await outcome(leaf, [root], [...circle, await crossed(root, 'b')])).toBe('leaf < a < c < b < root')
  })

  it('are not taken for roots by being self-signed', async () => {
    const leaf = await other.issue({ seed: 'leaf' })
    expect(await outcome(leaf, [root], [other])).toBe('ERR_PATH_ISSUER_UNKNOWN')
    expect(await outcome(leaf, [other], [other])).toBe('leaf < other')
  })

  it('lead to a root that is at hand among the intermediates too', async () => {
    const between = await crossed(root, 'between')
    expect(await outcome(await between.issue({ seed: 'leaf' }), [root], [root, between, root])).toBe('leaf < between < root')
  })

  it('keep a path where the root of old has expired and another one certified its key', async () => {
    const old = await certificateOf({ seed: 'old', ...years })
    const leaf = await old.issue({ seed: 'leaf' })
    expect(await outcome(leaf, [old])).toBe('ERR_PATH_EXPIRED')
    expect(await outcome(leaf, [old, root], [await crossed(root, 'old')])).toBe('leaf < old < root')
    expect(await outcome(leaf, [old, root], [await crossed(root, 'old', years)])).toBe('ERR_PATH_EXPIRED')
    expect(await outcome(leaf, [root], [await crossed(root, 'old', { notBefore: new Date('2027-01-01') })])).toBe('ERR_PATH_NOT_YET_VALID')
  })

  it('hold each branch to its own path length', async () => {
    const [narrow, wide] = [await certificateOf({ seed: 'narrow', basicConstraints: { ca: true, pathLength: 0 } }), await certificateOf({ seed: 'wide', basicConstraints: { ca: true, pathLength: 1 } })]
    const [byNarrow, byWide] = [await crossed(narrow, 'between'), await crossed(wide, 'between')]
    const leaf = await byNarrow.issue({ seed: 'leaf' })
    expect(await outcome(leaf, [narrow, wide], [byNarrow])).toBe('ERR_PATH_LENGTH')
    expect(await outcome(leaf, [narrow, wide], [byNarrow, byWide])).toBe('leaf < between < wide')
    // and a limit that the crossed certificate itself has, not its twin
    const tight = await crossed(wide, 'between', { basicConstraints: { ca: true, pathLength: 0 } })
    const below = await crossed(byWide, 'below')
    const deep = await below.issue({ seed: 'deep' })
    expect(await outcome(deep, [wide], [tight, below])).toBe('ERR_PATH_LENGTH')
    const open = await certificateOf({ seed: 'open' })
    expect(await outcome(deep, [wide, open], [tight, below, await crossed(open, 'between')])).toBe('deep < below < between < open')
  })

  it('hold each branch to its own constraints on names', async () => {
    const strict = await certificateOf({ seed: 'strict', nameConstraints: { permitted: { dnsNames: ['a.test'] } } })
    const [byStrict, byRoot] = [await crossed(strict, 'between'), await crossed(root, 'between')]
    const leaf = await byStrict.issue({ seed: 'leaf', names: { dnsNames: ['b.test'] } })
    expect(await outcome(leaf, [strict, root], [byStrict])).toBe('ERR_PATH_NAME_CONSTRAINTS')
    expect(await outcome(leaf, [strict, root], [byStrict, byRoot])).toBe('leaf < between < root')
    expect(await outcome(leaf, [strict], [byStrict, byRoot])).toBe('ERR_PATH_NAME_CONSTRAINTS')
    // constraints on the crossed certificate alone
    const constrained = await crossed(root, 'between', { nameConstraints: { excluded: { dnsNames: ['b.test'] } } })
    expect(await outcome(leaf, [root], [constrained])).toBe('ERR_PATH_NAME_CONSTRAINTS')
    expect(await outcome(leaf, [root, other], [constrained, await crossed(other, 'between')])).toBe('leaf < between < other')
  })

  it('hold each branch to its own purposes', async () => {
    const web = await crossed(root, 'between', { extendedKeyUsage: ['serverAuth'] })
    const leaf = await web.issue({ seed: 'leaf' })
    expect(await outcome(leaf, [root, other], [web])).toBe('ERR_PATH_EXTENDED_KEY_USAGE')
    expect(await outcome(leaf, [root, other], [web, await crossed(other, 'between')])).toBe('leaf < between < other')
  })
})

describe('a leaf', () => {
  it('that signed itself is trusted as a root alone', async () => {
    const self = await certificateOf({ seed: 'self', kind: 'signer' })
    expect(await outcome(self, [root])).toBe('ERR_PATH_ISSUER_UNKNOWN')
    expect(await outcome(self, [root], [self])).toBe('ERR_PATH_ISSUER_UNKNOWN')
    expect(await outcome(self, [self])).toBe('self')
    const twin = await certificateOf({ seed: 'self', kind: 'signer', key: (await certificateOf({ seed: 'evil' })).key })
    expect(await outcome(twin, [self])).toBe('ERR_PATH_SIGNATURE')
  })

  it('that is a root has to be good for what it signs', async () => {
    expect(await outcome(root, [root])).toBe('ERR_PATH_KEY_USAGE')
    expect(await outcome(root, [root], [], { rules: { ignoreLeafKeyUsage: true } })).toBe('root')
    const signing = await certificateOf({ seed: 'signing', keyUsage: ['keyCertSign', 'digitalSignature'] })
    expect(await outcome(signing, [signing])).toBe('signing')
    expect(await outcome(signing, [signing], [], { purpose: 'timeStamping' })).toBe('ERR_PATH_EXTENDED_KEY_USAGE')
    expect(await outcome(await certificateOf({ seed: 'gone', kind: 'signer', ...years }), [await certificateOf({ seed: 'gone', kind: 'signer', ...years })])).toBe('ERR_PATH_EXPIRED')
  })

  it('that is at hand as an intermediate too is no issuer of itself', async () => {
    const between = await crossed(root, 'between', { keyUsage: ['keyCertSign', 'digitalSignature'] })
    expect(await outcome(between, [root], [between])).toBe('between < root')
    expect(await outcome(between, [other], [between])).toBe('ERR_PATH_ISSUER_UNKNOWN')
    const leaf = await root.issue({ seed: 'leaf' })
    expect(await outcome(await leaf.issue({ seed: 'below' }), [root], [leaf])).toBe('ERR_PATH_NOT_CA')
  })

  it('with the key of its issuer, or of another leaf, is judged by its own certificate', async () => {
    const between = await crossed(root, 'between')
    const samekey = await between.issue({ seed: 'same key', key: between.key })
    expect(await outcome(samekey, [root], [between])).toBe('same key < between < root')
    // the same name and the same key: issuer and leaf are not told apart but by their bytes
    const same = await between.issue({ seed: 'between' })
    expect(await outcome(same, [root], [between])).toBe('ERR_PATH_ISSUER_UNKNOWN')
    const [good, bad] = [await between.issue({ seed: 'one', key: between.key }), await between.issue({ seed: 'two', key: between.key, ...years })]
    expect(await outcome(good, [root], [between, bad])).toBe('one < between < root')
    expect(await outcome(bad, [root], [between, good])).toBe('ERR_PATH_EXPIRED')
  })

  it('below the name of a root with another key is not below that root', async () => {
    const evil = await certificateOf({ seed: 'root', key: other.key })
    expect(await outcome(await evil.issue({ seed: 'leaf' }), [root])).toBe('ERR_PATH_SIGNATURE')
    expect(await outcome(await evil.issue({ seed: 'leaf' }), [root], [evil])).toBe('ERR_PATH_SIGNATURE')
  })
})

describe('a search that somebody else pays for', () => {
  it('ends after as many signatures as allowed among a thousand issuers of one name, and in the same way each time', async () => {
    const namesakes = await Promise.all(Array.from({ length: 1000 }, async (_, index) => crossed(other, `namesake ${index}`, { subject: { commonName: 'between' }, subjectKeyId: null })))
    const between = await crossed(root, 'between')
    const leaf = await between.issue({ seed: 'leaf' })
    const result = await search(leaf, [root], namesakes)
    if (result.valid) expect.unreachable()
    expect(result.failure.code).toBe('ERR_PATH_LIMIT')
    expect(result.failure.refusals).toHaveLength(101)
    expect(await search(leaf, [root], namesakes)).toEqual(result)
    // the key identifier finds the right one among them
    expect(await outcome(leaf, [root], [...namesakes, between])).toBe('leaf < between < root')
    // and where a thousand claim it, the limit is all that there is
    const claiming = await Promise.all(Array.from({ length: 1000 }, async (_, index) => crossed(other, `claiming ${index}`, { subject: { commonName: 'between' }, ...(between.subjectKeyId !== undefined && { subjectKeyId: between.subjectKeyId }) })))
    expect((await search(leaf, [root], [...claiming, between])).valid).toBe(false)
    expect((await search(leaf, [root], [between, ...claiming])).valid).toBe(true)
  }, 60_000)

  it('never finds what was not signed, whatever is crossed with whatever', async () => {
    const seeds = ['a', 'b', 'c', 'd']
    const own = new Map(await Promise.all(seeds.map(async (seed) => [seed, await certificateOf({ seed })] as const)))
    const edges = fc.uniqueArray(fc.tuple(fc.constantFrom(...seeds), fc.constantFrom('root', ...seeds)), { maxLength: 8, selector: (edge) => edge.join() })
    await fc.assert(
      fc.asyncProperty(edges, async (list) => {
        const between = await Promise.all(list.map(async ([subject, issuer]) => crossed(own.get(issuer) ?? root, subject)))
        const leaf = await (own.get('a') ?? root).issue({ seed: 'leaf' })
        const result = await search(leaf, [root], between)
        expect(result.valid).toBe(reaches(list))
        if (result.valid) expect(new Set(result.path.chain.map(({ subject }) => subject.key)).size).toBe(result.path.chain.length)
      }),
      { numRuns: 60, seed: 7 },
    )
  }, 60_000)
})

/** Whether issuers lead from `a` to `root`. */
function reaches(edges: readonly (readonly [subject: string, issuer: string])[]): boolean {
  const seen = new Set(['a'])
  for (const name of seen) for (const [subject, issuer] of edges) if (subject === name) seen.add(issuer)
  return seen.has('root')
}
