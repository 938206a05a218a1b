import { X509Certificate } from 'node:crypto'
import { generateKey, sha256Hex, signEnvelope } from '@cilock/core'
import { certificateOf, policyCertificate, timestampOf, timestamperOf } from '@cilock/testing/x509'
import { expect, it } from 'vitest'

const time = new Date('2026-01-02T03:04:05Z')

it('makes certificates that another reader verifies', async () => {
  const root = await certificateOf({ seed: 'root', subject: { organization: 'Acme', commonName: 'Root' } })
  const issuing = await root.issue({ seed: 'issuing', kind: 'authority', keyKind: 'ed25519' })
  const leaf = await issuing.issue({ seed: 'leaf', names: { uris: ['https://ci.test/job'], dnsNames: ['a.test'] } })
  const [first, second, third] = [root, issuing, leaf].map(({ pem }) => new X509Certificate(pem))
  expect(first?.subject).toBe('O=Acme\nCN=Root')
  expect(first?.ca).toBe(true)
  expect(third?.ca).toBe(false)
  expect(third?.subjectAltName).toBe('DNS:a.test, URI:https://ci.test/job')
  expect(third?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.3'])
  expect(first !== undefined && second?.checkIssued(first) && second.verify(first.publicKey)).toBe(true)
  expect(second !== undefined && third?.checkIssued(second) && third.verify(second.publicKey)).toBe(true)
  expect(first !== undefined && third?.verify(first.publicKey)).toBe(false)
})

it('makes the same bytes each time, and others from another seed', async () => {
  const make = async (seed: string): Promise<string> => {
    const root = await certificateOf({ seed })
    const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper' })
    const token = await timestampOf(new TextEncoder().encode('message'), tsa, { time })
    return sha256Hex(Uint8Array.from([...root.der, ...tsa.der, ...token]))
  }
  expect(await make('a')).toBe(await make('a'))
  expect(await make('a')).not.toBe(await make('b'))
  // holds on every machine: change it only together with what is made
  expect(await make('a')).toBe('0731c3720ab6c9f0f78c11654c2d823263fe6452d1cea4284f6dea6d5ce3b353')
})

it('signs envelopes with the certificate, its issuers without the root, and timestamps', async () => {
  const root = await certificateOf({ seed: 'root' })
  const issuing = await root.issue({ seed: 'issuing', kind: 'authority' })
  const { signer, pem } = await issuing.issue({ seed: 'leaf' })
  const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper' })
  const envelope = await signEnvelope({ payload: new Uint8Array(2), payloadType: 'text/plain', signers: [signer], timestampers: [timestamperOf(tsa, () => time)] })
  const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
  const [signature] = envelope.signatures
  expect(text(signature?.certificate)).toBe(pem)
  expect(signature?.intermediates?.map(text)).toEqual([issuing.pem])
  expect(signature?.timestamps).toEqual([{ type: 'tsp', data: await timestampOf(signature?.sig ?? new Uint8Array(), tsa, { time }) }])
  expect(Buffer.from(policyCertificate(root), 'base64').toString()).toBe(root.pem)
})

it('takes keys of other kinds, and refuses those that sign no certificates', async () => {
  const rsa = await certificateOf({ seed: 'rsa', key: await generateKey('rsa-2048') })
  const read = new X509Certificate(rsa.pem)
  expect(read.verify(read.publicKey)).toBe(true)
  const { key } = await certificateOf({ seed: 'x25519' })
  const publicKeyPem = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n-----END PUBLIC KEY-----\n'
  await expect(certificateOf({ key: { ...key, publicKeyPem } })).rejects.toThrow(TypeError)
})
