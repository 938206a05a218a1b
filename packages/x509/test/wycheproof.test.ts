import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { verifyPkcs1 } from '../src/signature/rsa-pkcs1.ts'

interface Suite {
  readonly testGroups: readonly {
    readonly publicKeyDer: string
    readonly sha: string
    readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly msg: string; readonly sig: string; readonly result: 'valid' | 'invalid' | 'acceptable'; readonly flags: readonly string[] }[]
  }[]
}

const folder = vectors('wycheproof')

// what the suite calls acceptable is a missing NULL in the signed structure: one form, and no other
describe.skipIf(folder === undefined)(folder === undefined ? skipped('wycheproof') : "Wycheproof's RSA PKCS#1 v1.5", () => {
  const { testGroups } = JSON.parse(readFileSync(join(folder ?? '', 'rsa_signature_2048_sha256_test.json'), 'utf8')) as Suite
  const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
  const tests = testGroups.flatMap((group) => group.tests.map((test) => [test.tcId, test.comment, group, test] as const))

  it('has tests', () => {
    expect(tests.length).toBeGreaterThan(200)
  })

  it('takes no signature of another length than the key', async () => {
    const [, , { publicKeyDer }, { msg, sig }] = tests.find(([, , , { result }]) => result === 'valid') ?? expect.unreachable()
    expect(await verifyPkcs1(hex(publicKeyDer), 'sha256', hex(msg), hex(sig))).toBe(true)
    expect(await verifyPkcs1(hex(publicKeyDer), 'sha256', hex(msg), hex(`00${sig}`))).toBe(false)
  })

  it.each(tests)('%d %s', async (_tcId, _comment, { publicKeyDer, sha }, { msg, sig, result }) => {
    expect(sha).toBe('SHA-256')
    expect(await verifyPkcs1(hex(publicKeyDer), 'sha256', hex(msg), hex(sig))).toBe(result === 'valid')
  })
})
