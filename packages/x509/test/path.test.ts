import { decodeHex, encodeHex, generateKey } from '@cilock/core'
import { certificateOf, type CertificateOptions, type MadeCertificate } from '@cilock/testing/x509'
import { findPath, parseCertificate, PathError, validatePath, type PathOptions } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

const at = new Date('2026-01-02T03:04:05Z')
const read = ({ der }: MadeCertificate) => parseCertificate(der)

/** How a path from `leaf` ends: by the common names from leaf to root, or by the code of the nearest chain. */
async function outcome(
  leaf: MadeCertificate,
  roots: readonly MadeCertificate[],
  intermediates: readonly MadeCertificate[] = [],
  options: Partial<PathOptions> = {},
): Promise<string> {
  const result = await findPath({ leaf: read(leaf), roots: roots.map(read), intermediates: intermediates.map(read), at, purpose: 'codeSigning', ...options })
  return result.valid ? result.path.chain.map(({ subject }) => subject.commonName).join(' < ') : result.failure.code
}

const root = await certificateOf({ seed: 'root' })
const issuing = await root.issue({ seed: 'issuing', kind: 'authority' })
const leaf = await issuing.issue({ seed: 'leaf' })

/** A leaf below an authority below the root, with what is changed about the authority. */
async function belowAuthority(options: CertificateOptions): Promise<readonly [leaf: MadeCertificate, authority: MadeCertificate]> {
  const authority = await root.issue({ seed: 'changed', kind: 'authority', ...options })
  return [await authority.issue({ seed: 'leaf' }), authority] as const
}

describe('a path', () => {
  it('goes from the leaf over intermediates to a root', async () => {
    expect(await outcome(leaf, [root], [issuing])).toBe('leaf < issuing < root')
    expect(await outcome(await root.issue({ seed: 'direct' }), [root])).toBe('direct < root')
  })

  it('does not depend on order, on duplicates or on strangers', async () => {
    const stranger = await certificateOf({ seed: 'stranger' })
    const other = await stranger.issue({ seed: 'issuing of the stranger', kind: 'authority' })
    expect(await outcome(leaf, [stranger, root, root], [other, issuing, root, issuing, leaf])).toBe('leaf < issuing < root')
  })

  it('ends as soon as it reaches something trusted, self-signed or not', async () => {
    expect(await outcome(leaf, [issuing])).toBe('leaf < issuing')
    expect(await outcome(leaf, [leaf])).toBe('leaf')
  })

  it.each(['ed25519', 'ec-p256', 'ec-p384', 'ec-p521'] as const)('is verified with keys of kind %s', async (keyKind) => {
    const authority = await certificateOf({ seed: keyKind, keyKind })
    expect(await outcome(await authority.issue({ seed: 'leaf', keyKind }), [authority])).toBe(`leaf < ${keyKind}`)
  })

  it('is verified with RSA-PSS', async () => {
    const authority = await certificateOf({ seed: 'rsa', key: await generateKey('rsa-2048') })
    expect(await outcome(await authority.issue({ seed: 'leaf' }), [authority])).toBe('leaf < rsa')
  })

  it('chooses among issuers of one name by their keys, whatever the order', async () => {
    const twins = await Promise.all(['one', 'two', 'three'].map(async (seed) => root.issue({ seed, subject: { commonName: 'twin' }, kind: 'authority', subjectKeyId: null })))
    const [first, second, third] = twins
    for (const twin of twins) {
      expect(await outcome(await twin.issue({ seed: 'leaf' }), [root], [first, second, third].filter((each) => each !== undefined))).toBe('leaf < twin < root')
    }
  })

  it('goes around a cross-signed authority whose other issuer is not trusted', async () => {
    const stranger = await certificateOf({ seed: 'stranger' })
    const crossed = await stranger.issue({ seed: 'issuing', kind: 'authority' })
    expect(crossed.key.publicKeyPem).toBe(issuing.key.publicKeyPem)
    expect(await outcome(leaf, [root], [crossed, issuing])).toBe('leaf < issuing < root')
    expect(await outcome(leaf, [stranger], [issuing, crossed])).toBe('leaf < issuing < stranger')
    expect(await outcome(leaf, [stranger], [issuing])).toBe('ERR_PATH_ISSUER_UNKNOWN')
  })

  it('goes around an authority that has expired when there is a newer one of the same key', async () => {
    const old = await root.issue({ seed: 'issuing', kind: 'authority', notAfter: new Date('2021-01-01') })
    expect(await outcome(leaf, [root], [old, issuing])).toBe('leaf < issuing < root')
    expect(await outcome(leaf, [root], [old])).toBe('ERR_PATH_EXPIRED')
  })

  it('does not go in circles', async () => {
    const one = await certificateOf({ seed: 'one' })
    const two = await certificateOf({ seed: 'two' })
    const oneByTwo = await two.issue({ seed: 'one', kind: 'authority' })
    const twoByOne = await one.issue({ seed: 'two', kind: 'authority' })
    expect(await outcome(await one.issue({ seed: 'leaf' }), [root], [oneByTwo, twoByOne])).toBe('ERR_PATH_ISSUER_UNKNOWN')
  })

  it('may not be changed by the key identifiers that a leaf claims', async () => {
    const liar = await issuing.issue({ seed: 'leaf', authorityKeyId: Uint8Array.of(1, 2, 3) })
    expect(await outcome(liar, [root], [issuing])).toBe('leaf < issuing < root')
  })
})

describe('a path is refused', () => {
  it('when nothing at hand issued the certificate', async () => {
    expect(await outcome(leaf, [root])).toBe('ERR_PATH_ISSUER_UNKNOWN')
    expect(await outcome(leaf, [])).toBe('ERR_PATH_ISSUER_UNKNOWN')
  })

  it('when the root has the right name and another key', async () => {
    const twin = await certificateOf({ seed: 'another root', subject: { commonName: 'root' } })
    expect(await outcome(leaf, [twin], [issuing])).toBe('ERR_PATH_SIGNATURE')
  })

  it('when a signed byte was changed', async () => {
    const changed = await issuing.issue({ seed: 'leaf', subject: { commonName: 'mallory' } })
    const forged = { ...changed, der: splice(changed.der, 'mallory', 'malloRy') }
    expect(await outcome(forged, [root], [issuing])).toBe('ERR_PATH_SIGNATURE')
  })

  it('at times outside of the validity of the leaf, an intermediate or the root', async () => {
    const years = { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2025-01-01T00:00:00Z') }
    const short = await issuing.issue({ seed: 'short', ...years })
    const judged = async (text: string): Promise<string> => outcome(short, [root], [issuing], { at: new Date(text) })
    expect(await judged('2023-12-31T23:59:59.999Z')).toBe('ERR_PATH_NOT_YET_VALID')
    expect(await judged('2024-01-01T00:00:00Z')).toBe('short < issuing < root')
    expect(await judged('2025-01-01T00:00:00Z')).toBe('short < issuing < root')
    expect(await judged('2025-01-01T00:00:00.001Z')).toBe('ERR_PATH_EXPIRED')

    const [below, authority] = await belowAuthority(years)
    expect(await outcome(below, [root], [authority])).toBe('ERR_PATH_EXPIRED')
    expect(await outcome(below, [root], [authority], { at: new Date('2023-06-01') })).toBe('ERR_PATH_NOT_YET_VALID')

    const oldRoot = await certificateOf({ seed: 'root', ...years })
    expect(await outcome(leaf, [oldRoot], [issuing])).toBe('ERR_PATH_EXPIRED')
    expect(await outcome(leaf, [oldRoot], [issuing], { at: new Date('2024-06-01') })).toBe('leaf < issuing < root')
  })

  it('when an issuer is no authority', async () => {
    for (const basicConstraints of [null, { ca: false }]) {
      const [below, authority] = await belowAuthority({ basicConstraints })
      expect(await outcome(below, [root], [authority])).toBe('ERR_PATH_NOT_CA')
    }
    const [below, authority] = await belowAuthority({ version: 1 })
    expect(await outcome(below, [root], [authority])).toBe('ERR_PATH_NOT_CA')
    const signer = await issuing.issue({ seed: 'signer' })
    expect(await outcome(await signer.issue({ seed: 'below a leaf' }), [root], [issuing, signer])).toBe('ERR_PATH_NOT_CA')
  })

  it('when a root of version 3 is no authority, but not when it is too old to say so', async () => {
    const plain = await certificateOf({ seed: 'plain', basicConstraints: { ca: false } })
    expect(await outcome(await plain.issue({ seed: 'leaf' }), [plain])).toBe('ERR_PATH_NOT_CA')
    const old = await certificateOf({ seed: 'old', version: 1 })
    expect(await outcome(await old.issue({ seed: 'leaf' }), [old])).toBe('leaf < old')
  })

  it('when an issuer may not sign certificates', async () => {
    const [below, authority] = await belowAuthority({ keyUsage: ['digitalSignature', 'cRLSign'] })
    expect(await outcome(below, [root], [authority])).toBe('ERR_PATH_KEY_USAGE')
    const [free, unrestricted] = await belowAuthority({ keyUsage: null })
    expect(await outcome(free, [root], [unrestricted])).toBe('leaf < changed < root')
    const [none, unusable] = await belowAuthority({ keyUsage: [] })
    expect(await outcome(none, [root], [unusable])).toBe('ERR_PATH_KEY_USAGE')
  })

  it('when the leaf may not sign, unless its key usage is not asked for', async () => {
    const encrypts = await issuing.issue({ seed: 'encrypts', keyUsage: ['keyEncipherment'] })
    expect(await outcome(encrypts, [root], [issuing])).toBe('ERR_PATH_KEY_USAGE')
    expect(await outcome(encrypts, [root], [issuing], { rules: { ignoreLeafKeyUsage: true } })).toBe('encrypts < issuing < root')
    expect(await outcome(encrypts, [root], [issuing], { purpose: 'any' })).toBe('encrypts < issuing < root')
  })

  it('when there are more authorities than one allows', async () => {
    const [, zero] = await belowAuthority({ basicConstraints: { ca: true, pathLength: 0 } })
    const below = await zero.issue({ seed: 'below', kind: 'authority' })
    expect(await outcome(await zero.issue({ seed: 'leaf' }), [root], [zero])).toBe('leaf < changed < root')
    expect(await outcome(await below.issue({ seed: 'leaf' }), [root], [below, zero])).toBe('ERR_PATH_LENGTH')
    const strict = await certificateOf({ seed: 'strict', basicConstraints: { ca: true, pathLength: 0 } })
    const under = await strict.issue({ seed: 'under', kind: 'authority' })
    expect(await outcome(await under.issue({ seed: 'leaf' }), [strict], [under])).toBe('ERR_PATH_LENGTH')
  })

  it('when a certificate does not allow the purpose', async () => {
    const web = await issuing.issue({ seed: 'web', extendedKeyUsage: ['serverAuth', 'clientAuth'] })
    expect(await outcome(web, [root], [issuing])).toBe('ERR_PATH_EXTENDED_KEY_USAGE')
    expect(await outcome(web, [root], [issuing], { purpose: 'any' })).toBe('web < issuing < root')
    for (const extendedKeyUsage of [null, ['any'], ['codeSigning', 'serverAuth']]) {
      expect(await outcome(await issuing.issue({ seed: 'leaf', extendedKeyUsage }), [root], [issuing])).toBe('leaf < issuing < root')
    }
    const [below, authority] = await belowAuthority({ extendedKeyUsage: ['serverAuth'] })
    expect(await outcome(below, [root], [authority])).toBe('ERR_PATH_EXTENDED_KEY_USAGE')
  })

  it('for timestamps unless that is the only purpose', async () => {
    const purpose = { purpose: 'timeStamping' } as const
    const tsa = await issuing.issue({ seed: 'tsa', kind: 'timestamper' })
    expect(await outcome(tsa, [root], [issuing], purpose)).toBe('tsa < issuing < root')
    for (const extendedKeyUsage of [null, ['any'], ['timeStamping', 'codeSigning'], ['codeSigning']]) {
      expect(await outcome(await issuing.issue({ seed: 'tsa', kind: 'timestamper', extendedKeyUsage }), [root], [issuing], purpose)).toBe('ERR_PATH_EXTENDED_KEY_USAGE')
    }
  })

  it('when a key has more than one parameter, which OpenSSL does not read', async () => {
    // the curve P-256 gives way to a shorter identifier and a NULL, so that all lengths stay
    const curve = '06082a8648ce3d030107'
    const alter = (tbs: Uint8Array): Uint8Array => decodeHex(encodeHex(tbs).replace(curve, '06062a8648ce3d030500'))
    const below = await (await certificateOf({ seed: 'root' })).issue({ seed: 'two parameters', alter })
    expect(() => parseCertificate(below.der)).toThrow(expect.objectContaining({ code: 'ERR_CERTIFICATE_MALFORMED', message: expect.stringContaining('the algorithm of the public key') }))
  })

  it('when a key identifier, which is a hint, is marked as critical', async () => {
    for (const [oid, value] of [
      ['2.5.29.14', Uint8Array.of(4, 1, 7)],
      ['2.5.29.35', Uint8Array.of(0x30, 3, 0x80, 1, 7)],
    ] as const) {
      const above = await certificateOf({ seed: 'hinting' })
      const below = await above.issue({ seed: 'hinted', subjectKeyId: null, authorityKeyId: null, extensions: [{ oid, critical: true, value }] })
      const result = await findPath({ leaf: parseCertificate(below.der), roots: [parseCertificate(above.der)], at: new Date('2026-01-02T03:04:05Z'), purpose: 'codeSigning' })
      expect(result).toMatchObject({ valid: false, failure: { code: 'ERR_PATH_CRITICAL_EXTENSION' } })
    }
  })

  it('when a critical extension is not understood, wherever it is', async () => {
    const extensions = [{ oid: '1.3.6.1.4.1.99999.1', critical: true, value: Uint8Array.of(5, 0) }]
    expect(await outcome(await issuing.issue({ seed: 'leaf', extensions }), [root], [issuing])).toBe('ERR_PATH_CRITICAL_EXTENSION')
    const [below, authority] = await belowAuthority({ extensions })
    expect(await outcome(below, [root], [authority])).toBe('ERR_PATH_CRITICAL_EXTENSION')
    const odd = await certificateOf({ seed: 'odd', extensions })
    expect(await outcome(await odd.issue({ seed: 'leaf' }), [odd])).toBe('ERR_PATH_CRITICAL_EXTENSION')
    const plain = extensions.map(({ oid, value }) => ({ oid, value }))
    expect(await outcome(await issuing.issue({ seed: 'leaf', extensions: plain }), [root], [issuing])).toBe('leaf < issuing < root')
  })

  it('when RSA keys are shorter than asked for', async () => {
    const authority = await certificateOf({ seed: 'rsa', key: await generateKey('rsa-2048') })
    const below = await authority.issue({ seed: 'leaf' })
    expect(await outcome(below, [authority], [], { rules: { minRsaBits: 2048 } })).toBe('leaf < rsa')
    expect(await outcome(below, [authority], [], { rules: { minRsaBits: 3072 } })).toBe('ERR_PATH_WEAK')
    const signer = await issuing.issue({ seed: 'rsa', key: authority.key })
    expect(await outcome(signer, [root], [issuing], { rules: { minRsaBits: 3072 } })).toBe('ERR_PATH_WEAK')
  })
})

describe('the search', () => {
  const twinsOf = async (count: number): Promise<readonly MadeCertificate[]> =>
    Promise.all(Array.from({ length: count }, async (_, index) => certificateOf({ seed: `twin ${index}`, subject: { commonName: 'issuing' }, kind: 'authority' })))

  it('verifies no more signatures than allowed, and says so', async () => {
    const twins = await twinsOf(12)
    const ends = await outcome(await (await certificateOf({ seed: 'gone', subject: { commonName: 'issuing' } })).issue({ seed: 'leaf' }), [root], twins, { limits: { maxSignatureChecks: 10 } })
    expect(ends).toBe('ERR_PATH_LIMIT')
    expect(await outcome(leaf, [root], [...twins, issuing], { limits: { maxSignatureChecks: 2 } })).toBe('leaf < issuing < root')
    // the same certificate again is no further candidate
    const [twin = root] = twins
    const nameless = await issuing.issue({ seed: 'leaf', authorityKeyId: null })
    expect(await outcome(nameless, [root], [...Array.from({ length: 20 }, () => twin), issuing], { limits: { maxSignatureChecks: 3 } })).toBe('leaf < issuing < root')
  })

  it('does not explode where every authority certified every other', async () => {
    const seeds = Array.from({ length: 7 }, (_, index) => `mesh ${index}`)
    const authorities = await Promise.all(seeds.map(async (seed) => certificateOf({ seed })))
    const mesh = (await Promise.all(authorities.map(async (issuer) => Promise.all(seeds.map(async (seed) => issuer.issue({ seed, kind: 'authority' })))))).flat()
    const [first] = authorities
    const result = await findPath({ leaf: read(await (first ?? root).issue({ seed: 'leaf' })), roots: [read(root)], intermediates: mesh.map(read), at, purpose: 'codeSigning' })
    expect(result.valid).toBe(false)
    expect(result.valid || result.failure.code).toBe('ERR_PATH_LIMIT')
    // it ends there
    expect(result.valid || result.failure.refusals.filter(({ code }) => code === 'ERR_PATH_LIMIT')).toHaveLength(1)
  })

  it('makes no path longer than allowed', async () => {
    const chain = [await root.issue({ seed: 'level 0', kind: 'authority' })]
    for (let level = 1; level < 5; level++) chain.push(await (chain.at(-1) ?? root).issue({ seed: `level ${level}`, kind: 'authority' }))
    const deep = await (chain.at(-1) ?? root).issue({ seed: 'deep' })
    expect(await outcome(deep, [root], chain, { limits: { maxPathLength: 7 } })).toMatch(/^deep < level 4 < .* < root$/)
    expect(await outcome(deep, [root], chain, { limits: { maxPathLength: 6 } })).toBe('ERR_PATH_LIMIT')
  })

  it('keeps why every candidate was refused, the nearest first', async () => {
    const expired = await root.issue({ seed: 'issuing', kind: 'authority', notAfter: new Date('2021-01-01'), keyUsage: ['cRLSign'] })
    const [twin] = await twinsOf(1)
    const result = await findPath({ leaf: read(leaf), roots: [read(root)], intermediates: [read(twin ?? root), read(expired)], at, purpose: 'codeSigning' })
    if (result.valid) expect.unreachable()
    const { failure } = result
    expect(failure.refusals.map(({ code }) => code).toSorted()).toEqual(['ERR_PATH_EXPIRED', 'ERR_PATH_KEY_USAGE', 'ERR_PATH_SIGNATURE'])
    expect(failure.refusals[0]?.certificate?.notAfter).toEqual(new Date('2021-01-01'))
    expect(failure.code).toBe('ERR_PATH_KEY_USAGE')
    expect(failure.nearest.map(({ subject }) => subject.commonName)).toEqual(['leaf', 'issuing'])
    expect(failure.message).toContain("'CN=issuing'")
  })

  it('throws all of it from validatePath()', async () => {
    const options = { leaf: read(leaf), roots: [read(root)], at, purpose: 'codeSigning' } as const
    const error: unknown = await validatePath(options).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(PathError)
    expect(error).toMatchObject({ code: 'ERR_CERTIFICATE_PATH', failure: { code: 'ERR_PATH_ISSUER_UNKNOWN', nearest: [{ serialNumber: read(leaf).serialNumber }] } })
    const { chain } = await validatePath({ ...options, intermediates: [read(issuing)] })
    expect(chain).toHaveLength(3)
  })

  it.each([
    { at: new Date(Number.NaN) },
    { purpose: 'serverAuth' as 'any' },
    { limits: { maxSignatureChecks: 0 } },
    { limits: { maxPathLength: 1.5 } },
    { rules: { minRsaBits: 512 } },
  ])('refuses wrong arguments: %o', async (wrong) => {
    await expect(findPath({ leaf: read(leaf), roots: [read(root)], at, purpose: 'any', ...wrong })).rejects.toThrow(TypeError)
  })
})

/** Bytes with one text replaced by another of the same length. */
function splice(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  expect(text).toContain(from)
  return new Uint8Array(Buffer.from(text.replace(from, to), 'latin1'))
}
