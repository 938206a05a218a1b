import { certificateOf, timestampOf, timestampResponse, type MadeCertificate, type TimestampOptions } from '@cilock/testing/x509'
import { distinctTimestamps, parseCertificate, parseTimestampResponse, parseTimestampToken, verifyTimestamps, type TimestampRules, type VerifyTimestampsOptions } from '@cilock/x509'
import { contextTag, der, derInteger, derNull, derOctets, derOid, derSequence, derText } from '@cilock/der'
import { decodeHex, generateKey, sha256Hex } from '@cilock/core'
import { describe, expect, it } from 'vitest'

const time = new Date('2026-01-02T03:04:05.678Z')
const message = new TextEncoder().encode('the bytes of a signature')
const read = ({ der }: MadeCertificate) => parseCertificate(der)

const root = await certificateOf({ seed: 'tsa root' })
const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper' })
const other = await certificateOf({ seed: 'other root' })
const authority = { id: 'tsa', roots: [read(root)] }

async function judged(token: Uint8Array | readonly Uint8Array[], options: Partial<VerifyTimestampsOptions> = {}): Promise<readonly string[]> {
  const data = token instanceof Uint8Array ? [token] : token
  const { trusted, refused } = await verifyTimestamps(data.map((each) => ({ type: 'tsp', data: each })), { message, authorities: [authority], ...options })
  return [...trusted.map((each) => `${each.authority} ${each.time.toISOString()}`), ...refused.map(({ code }) => code)]
}

const made = async (options: Partial<TimestampOptions> = {}, by = tsa): Promise<Uint8Array> => timestampOf(message, by, { time, ...options })
const trusted = ['tsa 2026-01-02T03:04:05.678Z']

describe('a timestamp', () => {
  it('says when, by whom and over which path', async () => {
    const token = await made({ serialNumber: 77n, nonce: 0x0102n })
    const result = await verifyTimestamps([{ type: 'tsp', data: token }], { message, authorities: [authority] })
    expect(result).toMatchObject({ trusted: [{ time, authority: 'tsa', serialNumber: '4d', policy: '1.3.6.1.4.1.57264.2', index: 0 }], refused: [] })
    expect(result.trusted[0]?.chain.map(({ subject }) => subject.commonName)).toEqual(['tsa', 'tsa root'])
    expect(parseTimestampToken(token)).toMatchObject({ time, nonce: '0102', imprint: { hash: 'sha256' }, certificates: [{ subject: { commonName: 'tsa' } }] })
  })

  it.each(['sha256', 'sha384', 'sha512'] as const)('may be made over %s', async (hash) => {
    expect(await judged(await made({ hash }))).toEqual(trusted)
  })

  it.each(['ed25519', 'ec-p384', 'ec-p521'] as const)('may be signed by a key of kind %s', async (keyKind) => {
    expect(await judged(await made({}, await root.issue({ seed: 'tsa', kind: 'timestamper', keyKind })))).toEqual(trusted)
  })

  it('may be signed by RSA', async () => {
    expect(await judged(await made({}, await root.issue({ seed: 'tsa', kind: 'timestamper', key: await generateKey('rsa-2048') })))).toEqual(trusted)
  })

  it('may come from below an intermediate, in the token or known', async () => {
    const middle = await root.issue({ seed: 'middle', kind: 'authority' })
    const below = await middle.issue({ seed: 'below', kind: 'timestamper' })
    expect(await judged(await made({}, below))).toEqual(trusted)
    const alone = await made({ certificates: [below] }, below)
    expect(await judged(alone)).toEqual(['ERR_TIMESTAMP_UNTRUSTED'])
    expect(await judged(alone, { authorities: [{ ...authority, intermediates: [read(middle)] }] })).toEqual(trusted)
    expect(await judged(alone, { authorities: [{ id: 'tsa', roots: [read(middle)] }] })).toEqual(trusted)
  })

  it('may come without its certificate where the authority has it', async () => {
    const bare = await made({ certificates: [] })
    expect(await judged(bare)).toEqual(['ERR_TIMESTAMP_SIGNER'])
    expect(await judged(bare, { authorities: [{ ...authority, intermediates: [read(tsa)] }] })).toEqual(trusted)
    expect(await judged(bare, { authorities: [{ id: 'tsa', roots: [read(tsa)] }] })).toEqual(trusted)
  })

  it('is judged at its own time, whatever its signing time attribute says', async () => {
    const expired = await root.issue({ seed: 'tsa', kind: 'timestamper', notAfter: new Date('2025-01-01') })
    expect(await judged(await made({ signingTime: new Date('2024-06-01') }, expired))).toEqual(['ERR_TIMESTAMP_UNTRUSTED'])
    expect(await judged(await made({ time: new Date('2024-06-01'), signingTime: new Date('2026-06-01') }, expired))).toEqual(['tsa 2024-06-01T00:00:00.000Z'])
    expect(await judged(await made({ time: new Date('2024-06-01') }, expired))).toEqual(['tsa 2024-06-01T00:00:00.000Z'])
  })

  it('may not mark its usage as critical, unless that is asked for', async () => {
    const plain = await root.issue({ seed: 'tsa', kind: 'timestamper', extendedKeyUsageCritical: false })
    const rules: TimestampRules = { requireCriticalUsage: true }
    expect(await judged(await made({}, plain))).toEqual(trusted)
    expect(await judged(await made({}, plain), { rules })).toEqual(['ERR_TIMESTAMP_UNTRUSTED'])
    expect(await judged(await made(), { rules })).toEqual(trusted)
  })

  it('names its certificate in the older or the newer form', async () => {
    expect(await judged(await made({ signingCertificate: 'v1' }))).toEqual(trusted)
    const none = await made({ signingCertificate: 'none' })
    expect(await judged(none)).toEqual(['ERR_TIMESTAMP_SIGNING_CERTIFICATE'])
    expect(await judged(none, { rules: { requireSigningCertificate: false } })).toEqual(trusted)
  })
})

describe('a timestamp is refused', () => {
  it('when it is of another type', async () => {
    const { refused } = await verifyTimestamps([{ type: 'rfc3161', data: await made() }], { message, authorities: [authority] })
    expect(refused).toMatchObject([{ code: 'ERR_TIMESTAMP_TYPE', index: 0 }])
  })

  it('when it was made over other bytes', async () => {
    expect(await judged(await timestampOf(new TextEncoder().encode('others'), tsa, { time }))).toEqual(['ERR_TIMESTAMP_IMPRINT'])
  })

  it('when the imprint is by SHA-1', async () => {
    expect(await judged(await made({ hash: 'sha1' }))).toEqual(['ERR_TIMESTAMP_WEAK'])
  })

  it('when nobody who is trusted certified its signer', async () => {
    const token = await made({}, await other.issue({ seed: 'tsa', kind: 'timestamper' }))
    expect(await judged(token)).toEqual(['ERR_TIMESTAMP_UNTRUSTED'])
    const { refused } = await verifyTimestamps([{ type: 'tsp', data: token }], { message, authorities: [authority] })
    expect(refused).toMatchObject([{ claimedTime: time, signer: { subject: { commonName: 'tsa' } }, failures: [{ authority: 'tsa', failure: { code: 'ERR_PATH_ISSUER_UNKNOWN' } }] }])
    expect(await judged(await made(), { authorities: [] })).toEqual(['ERR_TIMESTAMP_UNTRUSTED'])
  })

  it('when its signer may do other things too, or is no timestamp authority', async () => {
    for (const extendedKeyUsage of [null, ['codeSigning'], ['timeStamping', 'codeSigning'], ['any']]) {
      expect(await judged(await made({}, await root.issue({ seed: 'tsa', kind: 'timestamper', extendedKeyUsage })))).toEqual(['ERR_TIMESTAMP_UNTRUSTED'])
    }
  })

  it('when it names another certificate', async () => {
    const sibling = await root.issue({ seed: 'sibling', kind: 'timestamper' })
    for (const signingCertificate of ['v1', 'v2'] as const) {
      expect(await judged(await made({ signingCertificate, namedCertificate: sibling }))).toEqual(['ERR_TIMESTAMP_SIGNING_CERTIFICATE'])
    }
  })

  it('when it names its certificate with more than one issuer and one serial number', async () => {
    const [directory, serial] = [der(contextTag(4, true), root.subject), derInteger(tsa.serialNumber)]
    const naming = (...issuerSerial: readonly Uint8Array[]): Promise<Uint8Array> => {
      const id = derSequence(derOctets(decodeHex(sha256Hex(tsa.der))), derSequence(...issuerSerial))
      return made({ attributes: { '1.2.840.113549.1.9.16.2.47': derSequence(derSequence(id)) } })
    }
    expect(await judged(await naming(derSequence(directory), serial))).toEqual(trusted)
    for (const issuerSerial of [
      [derSequence(directory, der(contextTag(4, true), other.subject)), serial],
      [derSequence(der(contextTag(4, true), root.subject, derNull)), serial],
      [derSequence(directory), serial, derNull],
    ]) {
      expect(await judged(await naming(...issuerSerial))).toEqual(['ERR_TIMESTAMP_MALFORMED'])
    }
  })

  it('when its attributes are missing or speak of other content', async () => {
    const [contentType, digest] = ['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4']
    for (const attributes of [
      { [contentType]: null },
      { [contentType]: derOid('1.2.840.113549.1.7.1') },
      { [contentType]: derText('1.2.840.113549.1.9.16.1.4') },
      { [digest]: null },
      { [digest]: derOctets(new Uint8Array(32)) },
      { [digest]: derOctets() },
    ]) {
      expect(await judged(await made({ attributes }))).toEqual(['ERR_TIMESTAMP_ATTRIBUTES'])
    }
  })

  it('when it has no signer, or several', async () => {
    expect(await judged(await made({ signers: 0 }))).toEqual(['ERR_TIMESTAMP_SIGNER'])
    expect(await judged(await made({ signers: 2 }))).toEqual(['ERR_TIMESTAMP_SIGNER'])
  })

  it('when it holds something else than a time', async () => {
    expect(await judged(await made({ contentType: '1.2.840.113549.1.7.1' }))).toEqual(['ERR_TIMESTAMP_MALFORMED'])
  })

  it('when it is a response, or followed by something, or nothing at all', async () => {
    const token = await made()
    for (const wrong of [timestampResponse(token), Uint8Array.from([...token, 0]), new Uint8Array(), new TextEncoder().encode('2026-01-02T03:04:05Z')]) {
      expect(await judged(wrong)).toEqual(['ERR_TIMESTAMP_MALFORMED'])
    }
  })

  it('when the signature is another one', async () => {
    const token = new Uint8Array(await made())
    // the signature stands at the end
    token[token.length - 1] = (token.at(-1) ?? 0) ^ 1
    expect(await judged(token)).toEqual(['ERR_TIMESTAMP_SIGNATURE'])
  })

  it('when it is from after now, with some tolerance', async () => {
    const token = await made()
    const rules = (now: string, clockTolerance?: number): Partial<VerifyTimestampsOptions> => ({ rules: { now: new Date(now), ...(clockTolerance !== undefined && { clockTolerance }) } })
    expect(await judged(token, rules('2026-01-02T03:00:00Z'))).toEqual(trusted)
    expect(await judged(token, rules('2026-01-02T02:59:00Z'))).toEqual(['ERR_TIMESTAMP_FUTURE'])
    expect(await judged(token, rules('2026-01-02T03:04:00Z', 0))).toEqual(['ERR_TIMESTAMP_FUTURE'])
  })
})

describe('several timestamps', () => {
  it('are each trusted or refused, and counted by authority', async () => {
    const second = await certificateOf({ seed: 'second root' })
    const secondTsa = await second.issue({ seed: 'second', kind: 'timestamper' })
    const authorities = [authority, { id: 'second', roots: [read(second)] }]
    const later = await made({ time: new Date('2026-02-01T00:00:00Z') })
    const tokens = [later, await made(), await made({}, secondTsa), await made({ hash: 'sha1' }), later]
    expect(await judged(tokens, { authorities })).toEqual(['tsa 2026-01-02T03:04:05.678Z', 'second 2026-01-02T03:04:05.678Z', 'tsa 2026-02-01T00:00:00.000Z', 'ERR_TIMESTAMP_WEAK'])
    const result = await verifyTimestamps(tokens.map((data) => ({ type: 'tsp', data })), { message, authorities })
    expect(distinctTimestamps(result.trusted).map(({ authority: id, index }) => [id, index])).toEqual([['tsa', 1], ['second', 2]])
  })

  it('of one authority under two names count once', async () => {
    const result = await verifyTimestamps([{ type: 'tsp', data: await made() }], { message, authorities: [authority, { ...authority, id: 'twin' }] })
    expect(result.trusted.map((each) => each.authority)).toEqual(['tsa', 'twin'])
    expect(distinctTimestamps(result.trusted)).toHaveLength(1)
  })
})

describe('a response', () => {
  it('gives its token when the authority granted it', async () => {
    const token = await made()
    expect(parseTimestampResponse(timestampResponse(token)).der).toEqual(token)
    expect(parseTimestampResponse(timestampResponse(token, 1)).time).toEqual(time)
  })

  it('is refused with its status, without a token, or when it is none', async () => {
    const token = await made()
    expect(() => parseTimestampResponse(timestampResponse(undefined, 2))).toThrow(expect.objectContaining({ code: 'ERR_TIMESTAMP_REJECTED' }))
    expect(() => parseTimestampResponse(timestampResponse(token, 3))).toThrow(expect.objectContaining({ code: 'ERR_TIMESTAMP_REJECTED' }))
    expect(() => parseTimestampResponse(timestampResponse(undefined))).toThrow(expect.objectContaining({ code: 'ERR_TIMESTAMP_MALFORMED' }))
    expect(() => parseTimestampResponse(token)).toThrow(expect.objectContaining({ code: 'ERR_TIMESTAMP_MALFORMED' }))
  })

  it('and a token may not be of any size', () => {
    expect(() => parseTimestampToken(new Uint8Array(1024 * 1024 + 1))).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED' }))
    expect(() => parseTimestampResponse(new Uint8Array(1024 * 1024 + 1))).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED' }))
  })
})

it.each([
  { message: 'text' as unknown as Uint8Array },
  { rules: { now: new Date(Number.NaN) } },
  { rules: { clockTolerance: -1 } },
  { limits: { maxPathLength: 0 } },
])('wrong arguments are a TypeError: %o', async (wrong) => {
  await expect(verifyTimestamps([], { message, authorities: [authority], ...wrong })).rejects.toThrow(TypeError)
})
