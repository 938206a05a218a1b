import { expect, test } from 'vitest'
import { encodeEnvelope, generateKey, importSigner, importVerifier, inTotoPayloadType, keyKinds, parseEnvelope, signEnvelope, verifyEnvelope } from '@cilock/core'

test.each(keyKinds)('%s round trip', async (kind) => {
  const made = await generateKey(kind)
  const signer = await importSigner(made.privateKeyPem)
  const payload = new TextEncoder().encode('{}')
  const envelope = parseEnvelope(encodeEnvelope(await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [signer] })))
  const verified = await verifyEnvelope(envelope, [await importVerifier(made.publicKeyPem)])
  expect(verified.payload).toEqual(payload)
  expect(verified.signers).toHaveLength(1)
})
