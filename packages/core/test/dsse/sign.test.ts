import { beforeAll, describe, expect, test } from 'vitest'
import {
  encodePae,
  generateKey,
  signEnvelope,
  verifyEnvelope,
  type GeneratedKey,
  type Signer,
  type Timestamper,
} from '@cilock/core'

const payload = new TextEncoder().encode('payload')
const payloadType = 'text/plain'

let key: GeneratedKey
let other: GeneratedKey
beforeAll(async () => {
  key = await generateKey('ec-p256')
  other = await generateKey('ed25519')
})

const named = (keyid: string, more: Partial<Signer> = {}): Signer => ({ keyid, sign: async () => new TextEncoder().encode(keyid), ...more })
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

describe('signEnvelope', () => {
  test('one signature for each signer, in order, over the PAE', async () => {
    const seen: Uint8Array[] = []
    const spy: Signer = {
      keyid: 'spy',
      sign: async (message) => {
        seen.push(message)
        return Uint8Array.of(1)
      },
    }
    const envelope = await signEnvelope({ payload, payloadType, signers: [spy, key.signer, other.signer] })
    expect(seen).toEqual([encodePae(payloadType, payload)])
    expect(envelope.signatures.map(({ keyid }) => keyid)).toEqual(['spy', key.signer.keyid, other.signer.keyid])
    expect(envelope.payload).toEqual(payload)
    const verified = await verifyEnvelope(envelope, [key.verifier, other.verifier], { threshold: 2, payloadTypes: [payloadType] })
    expect(verified.signers).toHaveLength(2)
  })

  test('plain signers write no extensions', async () => {
    const { signatures } = await signEnvelope({ payload, payloadType, signers: [key.signer] })
    expect(Object.keys(signatures[0] ?? {})).toEqual(['keyid', 'sig'])
  })

  test('a certificate goes in with its issuers; issuers without a certificate do not', async () => {
    const certified = named('a', { certificate: 'leaf', intermediates: ['one', 'two'] })
    const { signatures } = await signEnvelope({ payload, payloadType, signers: [certified, named('b', { intermediates: ['one'] })] })
    expect(text(signatures[0]?.certificate)).toBe('leaf')
    expect(signatures[0]?.intermediates?.map(text)).toEqual(['one', 'two'])
    expect(signatures[1]).toEqual({ keyid: 'b', sig: new TextEncoder().encode('b') })
  })

  test('every timestamper is asked for every signature, over its bytes', async () => {
    const stamp = (name: string): Timestamper => ({ timestamp: async (sig) => ({ type: 'tsp', data: new TextEncoder().encode(name + text(sig)) }) })
    const { signatures } = await signEnvelope({ payload, payloadType, signers: [named('a'), named('b')], timestampers: [stamp('1'), stamp('2')] })
    expect(signatures.map(({ timestamps }) => timestamps?.map(({ data }) => text(data)))).toEqual([
      ['1a', '2a'],
      ['1b', '2b'],
    ])
  })

  test('what the caller does to its payload meanwhile does not get in', async () => {
    const mine = Uint8Array.from(payload)
    const signing = signEnvelope({ payload: mine, payloadType, signers: [key.signer] })
    mine.fill(0)
    const envelope = await signing
    expect(envelope.payload).toEqual(payload)
    await verifyEnvelope(envelope, [key.verifier], { payloadTypes: [payloadType] })
  })

  test('no signers is a TypeError', async () => {
    await expect(signEnvelope({ payload, payloadType, signers: [] })).rejects.toThrow(TypeError)
  })

  test('one signer that fails fails the whole; its error is the cause', async () => {
    const cause = new RangeError('no token')
    const failing = named('f', { sign: async () => Promise.reject(cause) })
    await expect(signEnvelope({ payload, payloadType, signers: [key.signer, failing] })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED', cause })
  })

  test('a signer that throws at once fails the same way', async () => {
    const failing = named('f', {
      sign: () => {
        throw new RangeError('at once')
      },
    })
    await expect(signEnvelope({ payload, payloadType, signers: [failing] })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
  })

  test('a signer that gives no bytes', async () => {
    const empty = named('e', { sign: async () => new Uint8Array() })
    await expect(signEnvelope({ payload, payloadType, signers: [empty] })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
    // @ts-expect-error a signature is bytes
    const wrong = named('w', { sign: async () => 'AQ==' })
    await expect(signEnvelope({ payload, payloadType, signers: [wrong] })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
  })

  test('a timestamper that fails', async () => {
    const timestampers: readonly Timestamper[] = [{ timestamp: async () => Promise.reject(new RangeError('down')) }]
    await expect(signEnvelope({ payload, payloadType, signers: [key.signer], timestampers })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
  })
})
