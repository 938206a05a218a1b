import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keyIdOf } from '@cilock/core'
import { readSigner, readVerifier } from '@cilock/core/node'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cilock-keys-'))
  await writeFile(at('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(at('key.enc.pem'), privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'correct horse' }))
  await writeFile(at('key.pub.pem'), publicPem)
  await writeFile(at('passphrase'), 'correct horse\r\n')
  await writeFile(at('two-lines'), 'correct horse\nbattery\n')
  await writeFile(at('big.pem'), ' '.repeat(1024 * 1024 + 1))
})
afterAll(async () => rm(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)

describe('key files', () => {
  test('a signer, a verifier, and both are of one key', async () => {
    const [signer, verifier] = [await readSigner(at('key.pem')), await readVerifier(at('key.pub.pem'))]
    expect(signer.keyid).toBe(keyIdOf(publicPem))
    expect(await verifier.verify(new Uint8Array(1), { keyid: '', sig: await signer.sign(new Uint8Array(1)) })).toMatchObject({ keyid: signer.keyid })
  })

  test('a passphrase, or a file of it without the newline at its end', async () => {
    expect((await readSigner(at('key.enc.pem'), { passphrase: 'correct horse' })).keyid).toBe(keyIdOf(publicPem))
    expect((await readSigner(at('key.enc.pem'), { passphraseFile: at('passphrase') })).keyid).toBe(keyIdOf(publicPem))
  })

  test('options reach the key', async () => {
    expect((await readSigner(at('key.pem'), { hash: 'sha512' })).keyid).toBe(keyIdOf(publicPem, 'sha512'))
    expect((await readVerifier(at('key.pub.pem'), { hash: 'sha384' })).keyid).toBe(keyIdOf(publicPem, 'sha384'))
  })

  test('both kinds of passphrase at once are a TypeError', async () => {
    await expect(readSigner(at('key.enc.pem'), { passphrase: 'a', passphraseFile: at('passphrase') })).rejects.toThrow(TypeError)
  })

  test('a passphrase file of two lines', async () => {
    await expect(readSigner(at('key.enc.pem'), { passphraseFile: at('two-lines') })).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
  })

  test.each(['none.pem', '.'])('a file that cannot be read: %s', async (name) => {
    await expect(readSigner(at(name))).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    await expect(readVerifier(at(name))).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    await expect(readSigner(at('key.enc.pem'), { passphraseFile: at(name) })).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })

  test('a file that is too big', async () => {
    await expect(readVerifier(at('big.pem'))).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    await expect(readSigner(at('key.enc.pem'), { passphraseFile: at('big.pem') })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })
})
