import { generateKey } from '@cilock/core'
import { describe, expect, test } from 'vitest'

/** Whether something is there before the event loop turns, as nothing is that another thread does. */
async function isThereAtOnce(work: Promise<unknown>): Promise<boolean> {
  let isThere = false
  void work.then(() => (isThere = true))
  for (let turn = 0; turn < 100; turn++) await Promise.resolve()
  return isThere
}

describe.each(['ec-p256', 'ed25519', 'rsa-2048'] as const)('a signature of a key %s', async (kind) => {
  const { signer, verifier } = await generateKey(kind)

  test.each([
    ['is verified at once where there is nothing else to do', 64 * 1024, {}, true],
    ['is verified elsewhere where there is', 64 * 1024, { meanwhile: true }, false],
    ['is verified elsewhere where the message is long', 64 * 1024 + 1, {}, false],
  ])('%s', async (_, length, options, atOnce) => {
    const message = new Uint8Array(length)
    const signature = { keyid: '', sig: await signer.sign(message) }
    expect(await isThereAtOnce(verifier.verify(message, signature, options))).toBe(atOnce)
    expect(await verifier.verify(message, signature, options)).toMatchObject({ keyid: signer.keyid })
    expect(await verifier.verify(new Uint8Array(length).fill(1), signature, options)).toBeUndefined()
  })
})
