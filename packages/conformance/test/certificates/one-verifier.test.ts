import { encodeJson, memorySource, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { createVerifier, evaluate, firstCause, policyPayloadType } from '@cilock/policy'
import type { EvidenceOptions } from '@cilock/policy'
import { certificateOf } from '@cilock/testing/x509'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { app, collection, inter, leaf, now, policyOf, release, signedAt, timestamps } from './world.ts'

// the names, serial numbers and key ids of those whom the policy trusts, under another root
const falseRoot = await certificateOf({ seed: 'another', subject: { commonName: 'root' } })
const falseInter = await falseRoot.issue({ seed: 'another inter', subject: { commonName: 'inter' }, kind: 'authority', subjectKeyId: inter.subjectKeyId ?? null })
const falseTsaRoot = await certificateOf({ seed: 'another', subject: { commonName: 'tsa root' } })
const falseTsa = await falseTsaRoot.issue({ seed: 'tsa', kind: 'timestamper' })

const { signer } = await leaf()
const good = await collection({ signers: [signer] })

function changed(part: 'sig' | 'certificate'): Envelope {
  const copy = structuredClone(good)
  for (const signature of copy.signatures) {
    const bytes = signature[part]
    if (bytes !== undefined) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  }
  return copy
}

const worlds: readonly (readonly [string, Envelope, string])[] = [
  ['good', good, 'passed'],
  ['the same key and names, certified by a namesake', await collection({ signers: [(await leaf({}, falseInter)).signer] }), 'evidence-signature'],
  ['a timestamper with the same name and key, certified by a namesake', await collection({ signers: [signer], timestampers: [timestamps(signedAt, falseTsa)] }), 'evidence-signature'],
  ['the same key, certified for somebody else', await collection({ signers: [(await leaf({ subject: { commonName: 'other' } })).signer] }), 'functionary'],
  ['another signature', changed('sig'), 'evidence-signature'],
  ['another byte in the certificate', changed('certificate'), 'evidence-signature'],
]

const document = policyOf({ certConstraint: { commonname: 'build', dnsnames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'], roots: ['root'] } })
const policy = await signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: [release.signer] })
const given = { policy, policyVerifiers: [release.verifier], types: [] }
const early = new Date(signedAt.getTime() - 3_600_000)
const about = (envelope: Envelope, at: Date): EvidenceOptions => ({ subjects: [app], source: memorySource([envelope]), now: at })

describe('one verifier for many artifacts that were signed with certificates', () => {
  it.each(worlds)('%s', async (_, envelope, expected) => {
    const report = await evaluate({ ...given, ...about(envelope, now) })
    expect(firstCause(report)?.check.code ?? report.verdict).toBe(expected)
    expect((await evaluate({ ...given, ...about(envelope, early) })).verdict).toBe('failed')
  })

  it('reports, byte for byte, what a new one would, whatever it has seen and at whatever time', async () => {
    const fresh = new Map<string, Uint8Array>()
    for (const [name, envelope] of worlds) for (const at of [now, early]) fresh.set(`${name} ${at.toISOString()}`, encodeJson(await evaluate({ ...given, ...about(envelope, at) })))
    const calls = fc.array(fc.tuple(fc.constantFrom(...worlds), fc.constantFrom(now, early)), { minLength: 2, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(calls, async (made) => {
        const verifier = await createVerifier(given)
        for (const [[name, envelope], at] of made) expect(encodeJson(await verifier.evaluate(about(envelope, at)))).toEqual(fresh.get(`${name} ${at.toISOString()}`))
      }),
      { numRuns: 12 },
    )
  })

  it('keeps nothing of bytes that somebody changes after they were judged', async () => {
    const verifier = await createVerifier(given)
    const expected = encodeJson(await evaluate({ ...given, ...about(good, now) }))
    const mine = structuredClone(good)
    expect(encodeJson(await verifier.evaluate(about(mine, now)))).toEqual(expected)
    for (const { sig, certificate, intermediates = [], timestamps: tokens = [] } of mine.signatures) for (const bytes of [mine.payload, sig, certificate, ...intermediates, ...tokens.map(({ data }) => data)]) bytes?.fill(0)
    expect(encodeJson(await verifier.evaluate(about(structuredClone(good), now)))).toEqual(expected)
  })
})
