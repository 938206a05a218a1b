import { readFileSync, writeFileSync } from 'node:fs'
import { generateKey, parseEnvelope, parseStatement, sha256Hex } from '@cilock/core'
import { readFileProof, verifyFileProof } from '@cilock/core/merkle'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
const run = async (...argv: readonly string[]) => cilock(place.dir, argv)
const made = (name: string, text: string) => run('run', '-s', 'build', '-a', 'environment', '-k', 'key.pem', '-o', `${name}.json`, '--attestor-product-include-glob', '{one,two,three}', '--', 'sh', '-c', `printf one > one; printf two > two; printf ${text} > three`)

interface Collection {
  readonly attestations: readonly { readonly type: string; readonly attestation: { readonly merkleRoot: string; readonly treeSize: number } }[]
}

beforeAll(async () => {
  writeFileSync(place.path('key.pem'), (await generateKey('ed25519')).privateKeyPem)
  await made('first', 'three')
  await made('second', 'other')
  await made('again', 'other')
})

describe('cilock prove', () => {
  it('proves that a file is a leaf of the product tree', async () => {
    expect(await run('prove', 'two', '-a', 'first.json', '-k', 'key.pem', '-o', 'proof.json')).toMatchObject({ code: 0 })
    const { subject, predicate, predicateType } = parseStatement(parseEnvelope(readFileSync(place.path('proof.json'))).payload)
    expect(predicateType).toBe('https://aflock.ai/attestations/inclusion-proof/v0.1')
    expect(subject).toEqual([{ name: 'file:two', digest: { sha256: sha256Hex('two') } }])
    const { attestations } = parseStatement(parseEnvelope(readFileSync(place.path('first.json'))).payload).predicate as unknown as Collection
    const tree = attestations.find(({ type }) => type.endsWith('/product/v0.3'))?.attestation
    expect(tree?.treeSize).toBe(3)
    verifyFileProof(readFileProof(predicate), tree ?? { merkleRoot: '', treeSize: 0 })
  })

  it.each([
    [['key.pem', '-a', 'first.json', '-k', 'key.pem', '-o', 'x.json'], 'ERR_FILE'],
    [['absent', '-a', 'first.json', '-k', 'key.pem', '-o', 'x.json'], 'ERR_FILE_UNREADABLE'],
    [['two', '-a', 'absent.json', '-k', 'key.pem', '-o', 'x.json'], 'ERR_FILE'],
    [['two', '-a', 'key.pem', '-k', 'key.pem', '-o', 'x.json'], 'ERR_MALFORMED'],
    [['two', '-k', 'key.pem', '-o', 'x.json'], 'ERR_USAGE'],
    [['two', '-a', 'first.json', '-k', 'key.pem'], 'ERR_USAGE'],
    [['two', '-a', 'first.json', '-o', 'x.json'], 'ERR_USAGE'],
    [['-a', 'first.json', '-k', 'key.pem', '-o', 'x.json'], 'ERR_USAGE'],
  ])('refuses %j by code', async (argv, code) => {
    const { code: exit, stderr } = await run('prove', ...argv)
    expect([exit, stderr.slice(0, `error: ${code} `.length)]).toEqual([1, `error: ${code} `])
  })
})

describe('cilock inspect --diff', () => {
  it('names the first place at which two envelopes differ', async () => {
    const { code, stdout } = await run('inspect', '--diff', 'first.json', 'second.json')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^payload\/subject\/0\/digest\/sha256\n {2}first\.json: "[0-9a-f]{64}"\n {2}second\.json: "[0-9a-f]{64}"\n$/)
    const { stdout: json } = await run('inspect', '--diff', '--format', 'json', 'first.json', 'second.json')
    expect(JSON.parse(json)).toMatchObject({ same: false, place: 'payload/subject/0/digest/sha256' })
  })

  it('finds none between an envelope and itself', async () => {
    expect(await run('inspect', '--diff', 'first.json', 'first.json')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await run('inspect', '--diff', '--format', 'json', 'first.json', 'first.json')).stdout).toBe('{"same":true}\n')
  })

  it('tells another signature, another type and another writing apart', async () => {
    const envelope = JSON.parse(readFileSync(place.path('first.json'), 'utf8')) as { readonly payload: string; readonly signatures: readonly object[] }
    const write = (name: string, value: object): void => writeFileSync(place.path(name), JSON.stringify(value))
    write('signature.json', { ...envelope, signatures: [{ ...envelope.signatures[0], keyid: 'x' }] })
    write('type.json', { ...envelope, payloadType: 'application/json' })
    write('writing.json', { ...envelope, payload: Buffer.from(`${Buffer.from(envelope.payload, 'base64').toString()} `).toString('base64') })
    expect((await run('inspect', '--diff', 'first.json', 'signature.json')).stdout).toMatch(/^signatures\/0\/keyid\n/)
    expect((await run('inspect', '--diff', 'first.json', 'type.json')).stdout).toMatch(/^payloadType\n/)
    expect((await run('inspect', '--diff', 'first.json', 'writing.json')).stdout).toMatch(/^payload bytes\n/)
  })

  it('wants two files', async () => {
    expect((await run('inspect', '--diff', 'first.json')).stderr).toMatch(/^error: ERR_USAGE /)
  })
})
