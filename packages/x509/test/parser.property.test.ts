import { CilockError } from '@cilock/core'
import { certificateOf, timestampOf } from '@cilock/testing/x509'
import { findPath, parseCertificate, parseTimestampResponse, parseTimestampToken, verifyTimestamps } from '@cilock/x509'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const message = new TextEncoder().encode('message')
const time = new Date('2026-01-02T03:04:05Z')
const root = await certificateOf({
  seed: 'root',
  nameConstraints: { permitted: { dnsNames: ['test'], emails: ['a.test'] }, excluded: { ips: [new Uint8Array(8)] } },
  certificatePolicies: { policies: ['1.2.3'], mappings: [['1.2.3', '1.2.4']], requireExplicitPolicy: 3, inhibitAnyPolicy: 1 },
})
const leaf = await root.issue({
  seed: 'leaf',
  names: { dnsNames: ['a.test'], emails: ['a@a.test'], uris: ['https://a.test'], otherNames: [{ oid: '1.2.3', value: 'x' }], directoryNames: [{ commonName: 'x' }] },
  fulcio: { Issuer: 'https://issuer.test', BuildTrigger: 'push' },
  certificatePolicies: { policies: ['1.2.3'] },
})
const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper' })
const token = await timestampOf(message, tsa, { time, nonce: 5n, signingTime: time })

/** Changes of bytes: some replaced, some left out, some put in. */
const changes = fc.array(fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), kind: fc.constantFrom('replace', 'remove', 'insert') }), { minLength: 1, maxLength: 6 })

function changed(bytes: Uint8Array, list: readonly { readonly at: number; readonly byte: number; readonly kind: string }[]): Uint8Array {
  const out = [...bytes]
  for (const { at, byte, kind } of list) out.splice(at % out.length, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]))
  return Uint8Array.from(out)
}

/** What a reader makes of bytes: a value, or an error that has a code. Anything else is a failure of the test. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!CilockError.is(error)) throw error
    expect(['ERR_CERTIFICATE_MALFORMED', 'ERR_TIMESTAMP_MALFORMED', 'ERR_TIMESTAMP_REJECTED', 'ERR_LIMIT_EXCEEDED']).toContain(error.code)
    return undefined
  }
}

it.each([['root', root], ['leaf', leaf], ['timestamp authority', tsa]] as const)('a changed certificate is read or refused by code, and never believed (%s)', async (_, { der }) => {
  const roots = [parseCertificate(root.der)]
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const bytes = changed(der, list)
      const certificate = attempt(() => parseCertificate(bytes))
      if (certificate === undefined || Buffer.from(bytes).equals(Buffer.from(der))) return
      const result = await findPath({ leaf: certificate, roots, at: time, purpose: 'any' })
      expect(result.valid).toBe(false)
    }),
    { numRuns: 400, seed: 1 },
  )
}, 60_000)

it('a changed timestamp is read or refused by code, and never believed for another time', async () => {
  const authorities = [{ id: 'tsa', roots: [parseCertificate(root.der)] }]
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const bytes = changed(token, list)
      attempt(() => parseTimestampToken(bytes))
      attempt(() => parseTimestampResponse(bytes))
      const { trusted, refused } = await verifyTimestamps([{ type: 'tsp', data: bytes }], { message, authorities })
      expect(trusted.length + refused.length).toBe(1)
      // what nobody signed (where certificates stand, attributes that are not signed) may change, the time may not
      for (const each of trusted) expect(each.time).toEqual(time)
    }),
    { numRuns: 600, seed: 2 },
  )
}, 60_000)

it('bytes of any kind are refused by code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(attempt(() => parseCertificate(bytes))).toBeUndefined()
      expect(attempt(() => parseTimestampToken(bytes))).toBeUndefined()
      expect(attempt(() => parseCertificate(Uint8Array.from([0x30, 0x82, 0, bytes.length, ...bytes])))).toBeUndefined()
    }),
    { numRuns: 1000, seed: 3 },
  )
})
