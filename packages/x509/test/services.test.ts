import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { encodePae, parseEnvelope } from '@cilock/core'
import { skipped, vectors } from '@cilock/vectors'
import { certificateVerifier, parseCertificate, parseCertificates, parseTimestampResponse, verifyTimestamps } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

interface Bundle {
  readonly verificationMaterial: { readonly certificate?: { readonly rawBytes: string }; readonly timestampVerificationData?: { readonly rfc3161Timestamps?: readonly { readonly signedTimestamp: string }[] } }
  readonly dsseEnvelope?: { readonly signatures: readonly { readonly sig: string }[] }
  readonly messageSignature?: { readonly signature: string }
}

interface Exchange {
  readonly id: string
  readonly response: { readonly status: number; readonly body: { readonly base64?: string; readonly json?: unknown } }
}

const folder = vectors('golden/sigstore-services')

describe.skipIf(folder === undefined)(folder === undefined ? skipped('golden/sigstore-services') : 'what Fulcio and the timestamp authority of sigstore really wrote', () => {
  const read = (file: string): string => readFileSync(join(folder ?? '', file), 'utf8')
  const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
  const chain = (file: string) => (folder === undefined ? [] : parseCertificates(read(file)))
  const [fulcioIntermediate, fulcioRoot] = chain('fchain.pem')
  const tsaChain = chain('tchain.pem')
  const authority = { id: 'tsa', roots: tsaChain.slice(-1), intermediates: tsaChain.slice(0, -1) }
  const output = (flow: string): unknown => Object.values((JSON.parse(read(`flows/${flow}.json`)) as { readonly outputs: Readonly<Record<string, unknown>> }).outputs)[0]
  const exchanges = folder === undefined ? [] : (JSON.parse(read('probes.json')) as { readonly exchanges: readonly Exchange[] }).exchanges
  const answer = (id: string): Exchange['response'] => exchanges.find((each) => each.id === id)?.response ?? expect.unreachable()

  it.each([
    ['cilock-fulcio-http', 'verified'],
    ['witness-fulcio-http', 'verified'],
    ['cilock-x509-timestamp', 'ERR_PATH_ISSUER_UNKNOWN'],
    ['witness-x509-timestamp', 'ERR_PATH_ISSUER_UNKNOWN'],
    ['cilock-key-timestamp', 'absent'],
    ['witness-key-timestamp', 'absent'],
  ])('%s: %s, with a timestamp that is trusted', async (flow, expected) => {
    const { payload, payloadType, signatures } = parseEnvelope(JSON.stringify(output(flow)))
    const verifier = certificateVerifier({
      bundles: [{ id: 'fulcio', roots: fulcioRoot === undefined ? [] : [fulcioRoot] }],
      timestampAuthorities: [authority],
      timestampRules: { requireCriticalUsage: true },
    })
    expect(signatures.length).toBeGreaterThan(0)
    for (const signature of signatures) {
      const check = await verifier.check(encodePae(payloadType, payload), signature)
      expect(check.state === 'refused' ? (check.refusal.failures[0]?.failure.code ?? check.refusal.code) : check.state).toBe(expected)
      const { trusted, refused } = await verifyTimestamps(signature.timestamps ?? [], { message: signature.sig, authorities: [authority] })
      expect([trusted.length, refused]).toEqual([1, []])
    }
  })

  const bundles = folder === undefined ? [] : readdirSync(join(folder, 'flows')).filter((file) => file.startsWith('cosign-')).map((file) => file.replace(/\.json$/, ''))

  it.each(bundles)('%s: a response without a certificate, over the signature', async (flow) => {
    const { verificationMaterial, dsseEnvelope, messageSignature } = output(flow) as Bundle
    const message = bytes(dsseEnvelope?.signatures[0]?.sig ?? messageSignature?.signature ?? '')
    const responses = verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []
    const tokens = responses.map(({ signedTimestamp }) => ({ type: 'tsp', data: parseTimestampResponse(bytes(signedTimestamp)).der }))
    const { trusted, refused } = await verifyTimestamps(tokens, { message, authorities: [authority] })
    expect([trusted.length, refused]).toEqual([1, []])
    const { refused: alone } = await verifyTimestamps(tokens, { message, authorities: [{ ...authority, intermediates: [] }] })
    expect(alone).toMatchObject([{ code: 'ERR_TIMESTAMP_SIGNER' }])
  })

  it('the certificate of a workflow says everything that a workflow is known by', async () => {
    const [pem = ''] = JSON.stringify(answer('fulcio-ok')).match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/) ?? []
    const certificate = parseCertificate(pem.replaceAll(/(\\+)n/g, '\n'))
    expect(certificate.subject.attributes).toEqual([])
    expect(certificate.issuer.key).toBe(fulcioIntermediate?.subject.key)
    expect(certificate.fulcio.malformed).toEqual([])
    expect(certificate.fulcio.conflicting).toEqual([])
    // all of .1 to .24 but .7, which is a name, and the issuer in two forms
    expect(Object.keys(certificate.fulcio.values)).toHaveLength(22)
    expect(certificate.fulcio.values.Issuer).toBe('https://token.actions.githubusercontent.com')
    expect(certificate.names.uris).toHaveLength(1)
  })

  it.each([
    ['tsa-ok', 'sha256', true, true],
    ['tsa-ok-no-cert', 'sha256', false, true],
    ['tsa-ok-no-nonce', 'sha256', false, false],
    ['tsa-ok-sha384', 'sha384', true, true],
    ['tsa-ok-sha512', 'sha512', true, true],
    ['tsa-policy-default', 'sha256', false, true],
    ['tsa-json', 'sha256', true, true],
  ] as const)('%s is read: %s, with certificates %s, with a nonce %s', (id, hash, withCertificates, withNonce) => {
    const token = parseTimestampResponse(bytes(answer(id).body.base64 ?? ''))
    expect([token.imprint.hash, token.certificates.length > 0, token.nonce !== undefined]).toEqual([hash, withCertificates, withNonce])
    expect(token.time.getUTCFullYear()).toBe(2026)
  })
})
