import { writeFileSync } from 'node:fs'
import { encodeEnvelope, encodeUtf8, generateKey, signEnvelope } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'
import type { Ran } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)

beforeAll(async () => {
  const { signer, publicKeyPem } = await generateKey('ed25519')
  writeFileSync(place.path('app'), 'the app')
  writeFileSync(place.path('release.pub'), publicKeyPem)
  const signed = await signEnvelope({ payload: encodeUtf8('{"expires":"2030-01-01T00:00:00Z","steps":{}}'), payloadType: 'https://aflock.ai/policy/v0.1', signers: [signer] })
  for (const name of ['policy.json', 'evidence.json']) writeFileSync(place.path(name), encodeEnvelope(signed))
})

const verify = async (...argv: readonly string[]): Promise<Ran> => cilock(place.dir, ['verify', '-p', 'policy.json', '-a', 'evidence.json', ...argv])

describe('what a command line of verify may not say', () => {
  it('T217: the artifact as an argument and by a flag', async () => {
    for (const argv of [['app', '-f', 'app'], ['app', '--artifactfile', 'app'], ['app', 'app']]) {
      const { code, stderr } = await verify('-k', 'release.pub', ...argv)
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: ERR_USAGE /)])
    }
    expect((await verify('-k', 'release.pub', 'app')).stderr).not.toContain('ERR_USAGE')
  })
  it('T218: evidence in a bundle that is missing or corrupt', async () => {
    writeFileSync(place.path('corrupt.tar.gz'), 'no bundle')
    const bundled = async (bundle: string): Promise<Ran> => cilock(place.dir, ['verify', '-p', 'policy.json', '-k', 'release.pub', '--bundle', bundle, 'app'])
    expect((await bundled('missing.tar.gz')).stderr).toMatch(/^error: ERR_FILE /)
    expect((await bundled('corrupt.tar.gz')).stderr).toMatch(/^error: ERR_COMPRESSION_INVALID corrupt.tar.gz: /)
  })
  it('T220: nobody who signs policies, since no trust is embedded', async () => {
    const { code, stderr } = await verify('app')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: ERR_USAGE /)])
  })
  it('T222: that trust is to be discovered, which would change under whoever relies on it', async () => {
    expect((await verify('-k', 'release.pub', '--trust-discovery', 'app')).stderr).toMatch(/^error: ERR_NOT_SUPPORTED /)
  })
})
