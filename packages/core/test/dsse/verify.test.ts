import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import {
  checkSignatures,
  encodePae,
  generateKey,
  importSigner,
  importVerifier,
  inTotoPayloadType,
  parseEnvelope,
  SignatureError,
  signEnvelope,
  statementOf,
  verifyEnvelope,
  type Envelope,
  type EnvelopeSignature,
  type GeneratedKey,
  type Verified,
  type Verifier,
} from '@cilock/core'

const payload = new TextEncoder().encode('{}')
let a: GeneratedKey
let b: GeneratedKey
let c: GeneratedKey
let envelope: Envelope
let signatureOfA: EnvelopeSignature
let signatureOfB: EnvelopeSignature

beforeAll(async () => {
  a = await generateKey('ec-p256')
  b = await generateKey('ed25519')
  c = await generateKey('ec-p384')
  envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [a.signer, b.signer] })
  const [first, second] = envelope.signatures
  if (first === undefined || second === undefined) throw new TypeError('two signatures were asked for')
  signatureOfA = first
  signatureOfB = second
})

const throwing: Verifier = { verify: async () => Promise.reject(new RangeError('no network')) }
const changed = (changes: Partial<Envelope>): Envelope => ({ ...envelope, ...changes })

describe('verifyEnvelope', () => {
  test('the example of the formats: a key of RFC 8032, a signature that Go made', async () => {
    const text =
      '{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjAuMSIsInN1YmplY3QiOlt7Im5hbWUiOiJhLnR4dCIsImRpZ2VzdCI6eyJzaGEyNTYiOiI1ODkxYjViNTIyZDVkZjA4NmQwZmYwYjExMGZiZDlkMjFiYjRmYzcxNjNhZjM0ZDA4Mjg2YTJlODQ2ZjZiZTAzIn19XSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vZXhhbXBsZS5jb20vcC92MSIsInByZWRpY2F0ZSI6eyJvayI6dHJ1ZX19","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"7f2d9ed0b71b8e5a6c5cf30e647d6e20b5bca6dac8071f11abe3fef8014db610","sig":"Gjrj2ySAn/ySBJ71MAEolMH58Iau7xgGIeF91sKzyXPTZOsMLWexE0TmO41xlrlDiNUF4tmifvEPpbwPrv/FBA=="}]}'
    const verifier = await importVerifier('-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n')
    const verified = await verifyEnvelope(parseEnvelope(text), [verifier])
    expect(verified.signers.map(({ keyid }) => keyid)).toEqual(['7f2d9ed0b71b8e5a6c5cf30e647d6e20b5bca6dac8071f11abe3fef8014db610'])
    expect(statementOf(verified).predicate).toEqual({ ok: true })
  })

  test('gives the payload that was signed, its type, its signatures, and who signed', async () => {
    const verified = await verifyEnvelope(envelope, [a.verifier, b.verifier, c.verifier])
    expect(verified.payload).toEqual(payload)
    expect(verified.payloadType).toBe(inTotoPayloadType)
    expect(verified.signatures).toEqual(envelope.signatures)
    expect(verified.signers.map(({ keyid }) => keyid)).toEqual([a.signer.keyid, b.signer.keyid])
    expect(Object.isFrozen(verified)).toBe(true)
  })

  test('only verification makes the type', async () => {
    expectTypeOf(verifyEnvelope).returns.resolves.toExtend<Verified<Envelope>>()
    expectTypeOf<Envelope>().not.toExtend<Verified<Envelope>>()
    // @ts-expect-error nobody verified this envelope
    expect(() => statementOf(envelope)).toThrow(TypeError)
  })

  test('the payload is what was checked, whatever the caller does meanwhile', async () => {
    const mine = Uint8Array.from(payload)
    const verifying = verifyEnvelope(changed({ payload: mine }), [a.verifier])
    mine.fill(0)
    expect((await verifying).payload).toEqual(payload)
  })

  test('one good signature beside bad ones is enough', async () => {
    const signatures = [{ keyid: '', sig: new Uint8Array(3) }, { ...signatureOfA, sig: signatureOfB.sig }, signatureOfA]
    await expect(verifyEnvelope(changed({ signatures }), [a.verifier])).resolves.toMatchObject({ signers: [{ keyid: a.signer.keyid }] })
  })

  test('a certificate that is junk does not stop the raw key', async () => {
    const signatures = [{ ...signatureOfA, certificate: Uint8Array.of(1), intermediates: [Uint8Array.of(2)] }]
    await expect(verifyEnvelope(changed({ signatures }), [a.verifier])).resolves.toMatchObject({ signers: [{ keyid: a.signer.keyid }] })
  })

  test('the key id in the envelope decides nothing', async () => {
    const signatures = [{ ...signatureOfA, keyid: b.signer.keyid }]
    const verified = await verifyEnvelope(changed({ signatures }), [b.verifier, a.verifier])
    expect(verified.signers.map(({ keyid }) => keyid)).toEqual([a.signer.keyid])
  })

  test('that there is other work meanwhile makes no difference, and verifiers are told', async () => {
    const rsa = await generateKey('rsa-2048')
    for (const key of [a, b, c, rsa]) {
      const signed = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [key.signer] })
      expect(await verifyEnvelope(signed, [key.verifier], { meanwhile: true })).toEqual(await verifyEnvelope(signed, [key.verifier]))
      for (const broken of [{ ...signed, payload: new TextEncoder().encode('[]') }, { ...signed, signatures: [{ keyid: '', sig: new Uint8Array() }] }]) {
        await expect(verifyEnvelope(broken, [key.verifier], { meanwhile: true })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
      }
    }
    const told: unknown[] = []
    const listening: Verifier = { verify: async (_message, _signature, options) => (told.push(options), undefined) }
    await expect(verifyEnvelope(envelope, [listening], { meanwhile: true })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    expect(told).toEqual([{ meanwhile: true }, { meanwhile: true }])
  })

  test('a verifier that throws does not stop another that vouches', async () => {
    await expect(verifyEnvelope(envelope, [throwing, a.verifier])).resolves.toMatchObject({ signers: [{ keyid: a.signer.keyid }] })
  })

  describe('refuses', () => {
    test('an envelope without signatures', async () => {
      await expect(verifyEnvelope(changed({ signatures: [] }), [a.verifier])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_MISSING' })
    })

    test('signatures of keys that nobody asked for', async () => {
      await expect(verifyEnvelope(envelope, [c.verifier])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    })

    test('everything when there are no verifiers', async () => {
      await expect(verifyEnvelope(envelope, [])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    })

    test('a payload that was edited', async () => {
      await expect(verifyEnvelope(changed({ payload: new TextEncoder().encode('[]') }), [a.verifier])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    })

    test('a payload type that was swapped', async () => {
      const swapped = changed({ payloadType: 'text/plain' })
      await expect(verifyEnvelope(swapped, [a.verifier], { payloadTypes: ['text/plain'] })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    })

    test('a payload type that is signed but was not asked for', async () => {
      const other = await signEnvelope({ payload, payloadType: 'text/plain', signers: [a.signer] })
      await expect(verifyEnvelope(other, [a.verifier])).rejects.toMatchObject({ code: 'ERR_PAYLOAD_TYPE' })
      await expect(verifyEnvelope(envelope, [a.verifier], { payloadTypes: ['text/plain', 'text/html'] })).rejects.toMatchObject({ code: 'ERR_PAYLOAD_TYPE' })
      await expect(verifyEnvelope(envelope, [a.verifier], { payloadTypes: [] })).rejects.toMatchObject({ code: 'ERR_PAYLOAD_TYPE' })
      await expect(verifyEnvelope(other, [a.verifier], { payloadTypes: ['text/html', 'text/plain'] })).resolves.toMatchObject({ payloadType: 'text/plain' })
    })

    test('a signature over the payload alone, without its type', async () => {
      const signatures = [{ keyid: a.signer.keyid, sig: await a.signer.sign(payload) }]
      await expect(verifyEnvelope(changed({ signatures }), [a.verifier])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    })

    test('too few keys', async () => {
      await expect(verifyEnvelope(envelope, [a.verifier], { threshold: 2 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
      await expect(verifyEnvelope(envelope, [a.verifier, b.verifier], { threshold: 3 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
      await expect(verifyEnvelope(envelope, [a.verifier, b.verifier], { threshold: 2 })).resolves.toBeDefined()
    })

    test('T78: one signature given twice for two keys', async () => {
      const signatures = [signatureOfA, signatureOfA]
      await expect(verifyEnvelope(changed({ signatures }), [a.verifier], { threshold: 2 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
    })

    test('two signatures of one key for two keys', async () => {
      const twice = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [a.signer, a.signer] })
      expect(twice.signatures[0]?.sig).not.toEqual(twice.signatures[1]?.sig)
      await expect(verifyEnvelope(twice, [a.verifier], { threshold: 2 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
    })

    test('one verifier given twice for two keys', async () => {
      await expect(verifyEnvelope(envelope, [a.verifier, await importVerifier(a.publicKeyPem)], { threshold: 2 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
    })

    test('one key with two hashes for two keys, though its ids differ', async () => {
      const long = await importSigner(a.privateKeyPem, { hash: 'sha512' })
      const twice = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [a.signer, long] })
      const verifiers = [a.verifier, await importVerifier(a.publicKeyPem, { hash: 'sha512' })]
      expect(new Set(verifiers.map(({ keyid }) => keyid)).size).toBe(2)
      await expect(verifyEnvelope(twice, verifiers, { threshold: 2 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
    })

    test('T79: one key under two verifiers, of which one gives its id alone', async () => {
      const named: Verifier = { verify: async () => ({ keyid: a.signer.keyid }) }
      await expect(verifyEnvelope(envelope, [named, a.verifier], { threshold: 2 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
    })

    test.each([0, -1, 1.5, Number.NaN])('a threshold of %s as a TypeError', async (threshold) => {
      await expect(verifyEnvelope(envelope, [a.verifier], { threshold })).rejects.toThrow(TypeError)
    })

    test('a verifier in place of a list of them as a TypeError', async () => {
      await expect(verifyEnvelope(envelope, a.verifier as never)).rejects.toThrow('expected a list of verifiers')
    })

    test('an envelope that JSON.parse made, whose payload is text, as a TypeError', async () => {
      await expect(verifyEnvelope({ ...envelope, payload: 'e30=' as never }, [a.verifier])).rejects.toThrow('parseEnvelope')
    })

    test('more signatures than the limit, also when they were not parsed', async () => {
      const signatures = Array.from({ length: 101 }, () => signatureOfA)
      await expect(verifyEnvelope(changed({ signatures }), [a.verifier])).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
      await expect(verifyEnvelope(changed({ signatures }), [a.verifier], { limits: { maxSignatures: 101 } })).resolves.toBeDefined()
    })

    test('and says why: every check, and what a verifier threw', async () => {
      const error: unknown = await verifyEnvelope(envelope, [c.verifier, throwing]).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(SignatureError)
      expect(error).toMatchObject({
        code: 'ERR_SIGNATURE_INVALID',
        cause: { message: 'no network' },
        checks: [
          { signature: 0, verifier: 0 },
          { signature: 0, verifier: 1, error: { message: 'no network' } },
          { signature: 1, verifier: 0 },
          { signature: 1, verifier: 1, error: { message: 'no network' } },
        ],
      })
    })
  })
})

describe('checkSignatures', () => {
  test('gives every outcome, by signature, then by verifier', async () => {
    const checks = await checkSignatures(envelope, [b.verifier, throwing, a.verifier])
    expect(checks.map(({ signature, verifier, identity, error }) => [signature, verifier, identity?.keyid, error !== undefined])).toEqual([
      [0, 0, undefined, false],
      [0, 1, undefined, true],
      [0, 2, a.signer.keyid, false],
      [1, 0, b.signer.keyid, false],
      [1, 1, undefined, true],
      [1, 2, undefined, false],
    ])
  })

  test('hands verifiers the PAE and the whole signature', async () => {
    const seen: unknown[] = []
    const spy: Verifier = {
      verify: async (message, signature) => {
        seen.push([message, signature])
        return undefined
      },
    }
    await checkSignatures(changed({ signatures: [signatureOfA] }), [spy])
    expect(seen).toEqual([[encodePae(inTotoPayloadType, payload), signatureOfA]])
  })

  test('no signatures are no checks', async () => {
    expect(await checkSignatures(changed({ signatures: [] }), [a.verifier])).toEqual([])
  })

  test('is bounded', async () => {
    await expect(checkSignatures(envelope, [a.verifier], { limits: { maxSignatures: 1 } })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })
})
