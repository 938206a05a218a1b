import { readFileSync, writeFileSync } from 'node:fs'
import { encodeEnvelope, generateKey, parseEnvelope } from '@cilock/core'
import type { EnvelopeSignature } from '@cilock/core'
import { definePolicy, signPolicy } from '@cilock/policy'
import { certificateOf, timestampOf, timestampResponse } from '@cilock/testing/x509'
import { parseCertificate, verifyTimestamps } from '@cilock/x509'
import { DerReader, Tag } from '@cilock/der'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'
import type { Ran } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
const root = await certificateOf({ seed: 'tsa root' })
const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper' })
const authorities = [{ id: 'tsa', roots: [parseCertificate(root.der)] }]
const time = new Date('2026-03-01T11:00:00Z')
const type = 'https://aflock.ai/attestations/command-run/v0.2'

/** An authority behind two URLs; a third one is down. */
function network(): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    if (request.url === 'https://down.test/') return new Response('out of order', { status: 500 })
    const query = new DerReader(new Uint8Array(await request.arrayBuffer())).enter(Tag.sequence)
    query?.integer()
    const imprint = query?.enter(Tag.sequence)
    imprint?.enter(Tag.sequence)
    const digest = imprint?.element(Tag.octetString)?.content ?? new Uint8Array()
    const nonce = query?.integer() ?? 0n
    return new Response(new Uint8Array(timestampResponse(await timestampOf(digest, tsa, { time, nonce, digest }))))
  }
}

const run = async (...argv: readonly string[]): Promise<Ran> => cilock(place.dir, argv, { fetch: network() })
const signaturesIn = (name: string): readonly EnvelopeSignature[] => parseEnvelope(readFileSync(place.path(name))).signatures

/** How many timestamps of each signature are trusted. */
async function trusted(name: string): Promise<readonly number[]> {
  return Promise.all(signaturesIn(name).map(async ({ sig, timestamps = [] }) => (await verifyTimestamps(timestamps, { message: sig, authorities })).trusted.length))
}

beforeAll(async () => {
  const builder = await generateKey('ed25519')
  writeFileSync(place.path('key.pem'), builder.privateKeyPem)
  writeFileSync(place.path('key.pub'), builder.publicKeyPem)
  const policy = definePolicy({ expires: new Date('2030-01-01'), steps: { build: { functionaries: [builder.verifier], attestations: [type] } } })
  writeFileSync(place.path('policy.json'), encodeEnvelope(await signPolicy({ policy, signers: [builder.signer] })))
})

describe('timestamps of what the command signs', () => {
  it('are made for each signature of a run, one by each server', async () => {
    const step = ['run', '-s', 'build', '-k', 'key.pem', '-a', 'environment', '-o', 'build.json'] as const
    expect((await run(...step, '-t', 'https://one.test/,https://two.test/', '--', process.execPath, '-e', 'fs.writeFileSync("app", "the app")')).code).toBe(0)
    expect(await trusted('build.json')).toEqual([2])
  })

  it('are made for a file that is signed', async () => {
    writeFileSync(place.path('doc.txt'), 'a document')
    expect((await run('sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'doc.json', '--timestamp-servers', 'https://one.test/')).code).toBe(0)
    expect(await trusted('doc.json')).toEqual([1])
  })

  it('are made for the summary of a verification', async () => {
    const summary = ['--vsa-outfile', 'vsa.json', '--signer-file-key-path', 'key.pem', '--vsa-timestamp-servers', 'https://one.test/'] as const
    expect((await run('verify', '-p', 'policy.json', '-k', 'key.pub', '-a', 'build.json', 'app', ...summary)).code).toBe(0)
    expect(await trusted('vsa.json')).toEqual([1])
  })

  it('are missed by nobody where a server gives none: nothing is written, and it is said why', async () => {
    const { code, stderr } = await run('sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'none.json', '--timestamp-servers', 'https://down.test/')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: ERR_SIGNER_FAILED a timestamper failed: ERR_TIMESTAMP_REJECTED timestamp: the authority answers 500: out of order\n$/)])
    expect(() => readFileSync(place.path('none.json'))).toThrow('ENOENT')
    expect((await run('run', '-s', 'x', '-k', 'key.pem', '-a', 'environment', '-o', 'none.json', '-t', 'https://down.test/', '--', process.execPath, '-e', '0')).code).toBe(1)
  })

  it.each([
    [['sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'x.json', '--timestamp-servers', 'tsa'], 'ERR_USAGE'],
    [['run', '-s', 'x', '-k', 'key.pem', '-t', 'tsa', '--', 'true'], 'ERR_USAGE'],
    [['verify', '-p', 'policy.json', '-k', 'key.pub', '-a', 'build.json', 'app', '--vsa-outfile', 'x.json', '--vsa-timestamp-servers', 'https://one.test/'], 'ERR_USAGE'],
  ])('%j: %s', async (argv, code) => {
    expect(await run(...argv)).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`^error: ${code} `)) as string })
  })

  it('need the network', async () => {
    expect((await cilock(place.dir, ['sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'x.json', '--timestamp-servers', 'https://one.test/'])).stderr).toMatch(/^error: ERR_USAGE .*network/)
  })
})
