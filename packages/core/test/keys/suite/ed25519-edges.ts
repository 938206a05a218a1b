import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importVerifier } from '@cilock/core'
import { skipped, vectors } from '@cilock/vectors'

interface EdgeCase {
  readonly number: number
  readonly key: string
  readonly sig: string
  readonly msg: string
  readonly flags: readonly string[] | null
}

/** Go's rules: the equation is checked without cofactor, and R is compared by its bytes; all else is let pass. */
const refusedByGo = new Set(['low_order_residue', 'non_canonical_R'])

export function ed25519EdgeSuite(): void {
  const folder = vectors('ed25519-cctv')
  if (folder === undefined) {
    test.skip(skipped('ed25519-cctv'))
    return
  }
  test('Ed25519 edge cases are judged as by Go', async () => {
    const cases = JSON.parse(readFileSync(join(folder, 'ed25519vectors.json'), 'utf8')) as readonly EdgeCase[]
    const wrong: string[] = []
    for (const { number, key, sig, msg, flags } of cases) {
      const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key, 'hex')]).toString('base64')
      const verifier = await importVerifier(`-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`)
      const expected = !(flags ?? []).some((flag) => refusedByGo.has(flag))
      const found = (await verifier.verify(new TextEncoder().encode(msg), { keyid: '', sig: new Uint8Array(Buffer.from(sig, 'hex')) })) !== undefined
      if (found !== expected) wrong.push(`${number} ${(flags ?? []).join()}: ${found ? 'accepted' : 'refused'}`)
    }
    expect(wrong).toEqual([])
    expect(cases).toHaveLength(914)
  })
}
