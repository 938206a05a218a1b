import { encodePae, encodeUtf8, importSigner, inTotoPayloadType, signEnvelope, verifyEnvelope } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import { seededKey, seededKeyKinds } from '@cilock/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const sign = async ({ signer }: GeneratedKey, text = 'message') => signEnvelope({ payload: encodeUtf8(text), payloadType: inTotoPayloadType, signers: [signer] })

describe.each(seededKeyKinds)('a key of kind %s', (kind) => {
  it('is the same from the same seed, and signs the same', async () => {
    const [one, two] = [await seededKey('seed', kind), await seededKey('seed', kind)]
    expect(two.privateKeyPem).toBe(one.privateKeyPem)
    expect(two.publicKeyPem).toBe(one.publicKeyPem)
    expect(await sign(two)).toEqual(await sign(one))
  })

  it('is another from another seed', async () => {
    const [one, two] = [await seededKey('seed', kind), await seededKey('seed2', kind)]
    expect(two.signer.keyid).not.toBe(one.signer.keyid)
    await expect(verifyEnvelope(await sign(one), [two.verifier])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
  })

  it('makes signatures that its verifier takes, over those bytes alone', async () => {
    const key = await seededKey('seed', kind)
    const envelope = await sign(key)
    await expect(verifyEnvelope(envelope, [key.verifier])).resolves.toMatchObject({ signers: [{ keyid: key.signer.keyid }] })
    await expect(verifyEnvelope({ ...envelope, payload: encodeUtf8('massage') }, [key.verifier])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
  })

  it('is a key that others read: its PEM is imported, and both halves belong together', async () => {
    const key = await seededKey('another seed', kind)
    const imported = await importSigner(key.privateKeyPem)
    expect(imported.publicKeyPem).toBe(key.publicKeyPem)
    const message = encodePae(inTotoPayloadType, encodeUtf8('message'))
    await expect(key.verifier.verify(message, { keyid: '', sig: await imported.sign(message) })).resolves.toMatchObject({ keyid: imported.keyid })
  })
})

it('makes keys of any seed, different for different seeds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), fc.constantFrom(...seededKeyKinds), async (a, b, kind) => {
      const [one, two] = [await seededKey(a, kind), await seededKey(b, kind)]
      expect(one.signer.keyid === two.signer.keyid).toBe(a === b)
    }),
    { numRuns: 25 },
  )
})

it('takes no other kind', async () => {
  // @ts-expect-error RSA cannot be made from a seed
  await expect(seededKey('seed', 'rsa-2048')).rejects.toThrow(TypeError)
})
