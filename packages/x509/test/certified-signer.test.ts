import { customSigner, importSigner, inTotoPayloadType, signEnvelope, verifyEnvelope, type Envelope, type Signer } from '@cilock/core'
import { certificateOf, timestamperOf } from '@cilock/testing/x509'
import { certificateVerifier, certifiedSigner, parseCertificate } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

const at = new Date('2026-01-02T03:04:05Z')
const root = await certificateOf({ seed: 'root' })
const issuing = await root.issue({ seed: 'issuing', kind: 'authority' })
const leaf = await issuing.issue({ seed: 'leaf' })
const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper' })
const signer = await importSigner(leaf.key.privateKeyPem)
const payload = new TextEncoder().encode('{}')

const signedBy = async (by: Signer): Promise<Envelope> => signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [by], timestampers: [timestamperOf(tsa, () => at)] })

/** By one who knows the root alone. */
const verified = async (envelope: Envelope): Promise<number> => {
  const roots = [parseCertificate(root.pem)]
  const verifier = certificateVerifier({ bundles: [{ id: 'ci', roots }], timestampAuthorities: [{ id: 'tsa', roots }] })
  return (await verifyEnvelope(envelope, [verifier])).signers.length
}

describe('a signer with a certificate', () => {
  it('is verified by who knows the root alone', async () => {
    const certified = await certifiedSigner(signer, { certificate: leaf.pem, intermediates: [issuing.pem] })
    expect(certified).toMatchObject({ keyid: signer.keyid, certificate: leaf.pem, intermediates: [issuing.pem] })
    expect(await verified(await signedBy(certified))).toBe(1)
  })

  it('takes the issuers that stand behind its certificate, and several in one file', async () => {
    expect(await certifiedSigner(signer, { certificate: leaf.pem + issuing.pem })).toMatchObject({ intermediates: [issuing.pem] })
    expect(await certifiedSigner(signer, { certificate: leaf.pem, intermediates: [issuing.pem + root.pem] })).toMatchObject({ intermediates: [issuing.pem, root.pem] })
  })

  it('writes certificates as Go does, whatever stands around them', async () => {
    const certificate = new TextEncoder().encode(`Bag Attributes\n  friendlyName: ci\n${leaf.pem.replaceAll('\n', '\r\n')}`)
    expect(await certifiedSigner(signer, { certificate })).toMatchObject({ certificate: leaf.pem })
  })

  it('without issuers says none', async () => {
    const { signatures } = await signedBy(await certifiedSigner(signer, { certificate: leaf.pem }))
    expect(Object.keys(signatures[0] ?? {})).toEqual(['keyid', 'sig', 'certificate', 'timestamps'])
    await expect(verified({ payload, payloadType: inTotoPayloadType, signatures })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
  })

  it('refuses the certificate of another key: ERR_CERTIFICATE_KEY', async () => {
    const other = await issuing.issue({ seed: 'other' })
    await expect(certifiedSigner(signer, { certificate: other.pem })).rejects.toMatchObject({ code: 'ERR_CERTIFICATE_KEY' })
  })

  it('refuses it with the first signature where only a function signs: ERR_SIGNER_FAILED, and why', async () => {
    const other = await issuing.issue({ seed: 'other' })
    const kms = customSigner({ keyid: 'kms', sign: async (message) => signer.sign(message) })
    expect(await verified(await signedBy(await certifiedSigner(kms, { certificate: leaf.pem, intermediates: [issuing.pem] })))).toBe(1)
    await expect(signedBy(await certifiedSigner(kms, { certificate: other.pem }))).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED', cause: { code: 'ERR_CERTIFICATE_KEY' } })
  })

  it.each([
    ['a key', leaf.key.publicKeyPem],
    ['nothing', ''],
    ['a certificate that is cut off', leaf.pem.slice(0, 200)],
  ])('refuses %s in place of a certificate: ERR_CERTIFICATE_MALFORMED', async (_, text) => {
    await expect(certifiedSigner(signer, { certificate: text })).rejects.toMatchObject({ code: 'ERR_CERTIFICATE_MALFORMED' })
    await expect(certifiedSigner(signer, { certificate: leaf.pem, intermediates: [text] })).rejects.toMatchObject({ code: 'ERR_CERTIFICATE_MALFORMED' })
  })
})
