import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { importVerifier, parseEnvelope, verifyEnvelope } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import { canRun, createJudge, ours, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import { keysFolder, recordedKey } from './keys.ts'

const documents = {
  empty: new Uint8Array(),
  binary: Uint8Array.from({ length: 256 }, (_, index) => index),
  json: new TextEncoder().encode('{"html":"<a href=\\"?x&y\\">","line":"\u2028"}\n'),
}

describe.skipIf(!canRun)(suiteName('sign'), patience, () => {
  const counter = createCounter()
  let judge: Judge
  beforeAll(() => {
    judge = createJudge()
    for (const [name, bytes] of Object.entries(documents)) writeFileSync(join(counter.dir, name), bytes)
  })
  afterAll(counter.remove)

  it.concurrent.each(Object.keys(documents))('writes the same bytes as Go for a file that is %s, by a key whose signatures are no chance', async (name) => {
    const { privateKeyPath } = await recordedKey('ed25519')
    const argv = (outfile: string, type: string): readonly string[] => ['sign', '-k', privateKeyPath, '-f', name, '-t', type, '-o', outfile]
    for (const type of ['text/plain', 'https://example.test/?a=<b>&c=é']) {
      const [go, here] = await Promise.all([judge.cilock(counter.dir, argv(`${name}.go`, type)), ours(counter.dir, argv(`${name}.ours`, type))])
      expect([go.status, here.status], go.stderr + here.stderr).toEqual([0, 0])
      expect(readFileSync(join(counter.dir, `${name}.ours`), 'utf8')).toBe(readFileSync(join(counter.dir, `${name}.go`), 'utf8'))
    }
  })

  it('writes the same bytes as Go for a certificate and its issuer beside the signature', async () => {
    const at = (name: string): string => join(keysFolder, name)
    const signer = ['-k', at('x509-leaf-ed25519.key.pem'), '--signer-file-cert-path', at('x509-leaf-ed25519.cert.pem'), '--signer-file-intermediate-paths', at('x509-int.cert.pem')]
    const argv = (outfile: string): readonly string[] => ['sign', ...signer, '-f', 'json', '-o', outfile]
    const [go, here] = await Promise.all([judge.cilock(counter.dir, argv('certified.go')), ours(counter.dir, argv('certified.ours'))])
    expect([go.status, here.status], go.stderr + here.stderr).toEqual([0, 0])
    expect(readFileSync(join(counter.dir, 'certified.ours'), 'utf8')).toBe(readFileSync(join(counter.dir, 'certified.go'), 'utf8'))
  })

  const encrypted = canRun ? readdirSync(keysFolder).filter((name) => /^(?:ec-p256|ed25519|rsa-2048)\.enc.*\.pem$/.test(name)) : []

  it.concurrent.each(encrypted)('opens %s with its passphrase as Go does, and both signatures verify', async (file) => {
    const kind = file.slice(0, file.indexOf('.'))
    const verifier = await importVerifier((await recordedKey(kind)).publicKeyPem)
    const key = ['-k', join(keysFolder, file), '--signer-file-key-passphrase-path', join(keysFolder, 'passphrase.txt')]
    const argv = (outfile: string): readonly string[] => ['sign', ...key, '-f', 'json', '-t', 'text/plain', '-o', outfile]
    const [go, here] = await Promise.all([judge.cilock(counter.dir, argv(`${file}.go`)), ours(counter.dir, argv(`${file}.ours`))])
    expect(here.status, here.stderr).toBe(0)
    expect(go.status, go.stderr).toBe(refusedByGo.has(file) ? 1 : 0)
    const signed = refusedByGo.has(file) ? [`${file}.ours`] : [`${file}.go`, `${file}.ours`]
    for (const name of signed) {
      const { payload } = await verifyEnvelope(parseEnvelope(readFileSync(join(counter.dir, name))), [verifier], { payloadTypes: ['text/plain'] })
      expect(payload).toEqual(documents.json)
    }
  })
})

/** Their key derivations are unknown to Go: PBKDF2 by SHA-384 and SHA-512, and scrypt. */
const refusedByGo: ReadonlySet<string> = new Set(['ec-p256.enc-aes128-sha512.pem', 'ec-p256.enc-prf-sha384.pem', 'ec-p256.enc-scrypt.pem'])
