import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createJudge, ours, patience, suiteName, canRun } from './judge.ts'
import { keysFolder } from './keys.ts'

/** Where we say otherwise on purpose: a SEC1 key behind its parameters is read, and a key too short to sign with is refused. */
const differing: Readonly<Record<string, string>> = {
  'ec-p256.sec1-params.pem': '40b2b11d7a959ef0721b292e5f80aaf39f388ee1e43ab077915f510761d02450',
  'rsa-1024.pem': 'refused',
}

describe.skipIf(!canRun)(suiteName('keyid show'), patience, () => {
  it('gives every key file the id that Go gives it, and takes no other files', async () => {
    const { cilock } = createJudge()
    const argv = ['keyid', 'show', '--format', 'json', ...readdirSync(keysFolder).toSorted()]
    const [go, here] = await Promise.all([cilock(keysFolder, argv), ours(keysFolder, argv)])
    expect([go.status, here.status]).toEqual([1, 1])
    expect(idsOf(here.stdout)).toEqual({ ...idsOf(go.stdout), ...differing })
  })
})

function idsOf(stdout: string): Readonly<Record<string, string>> {
  const rows = JSON.parse(stdout) as readonly { readonly path: string; readonly keyid?: string }[]
  expect(rows.length).toBeGreaterThan(80)
  return Object.fromEntries(rows.map(({ path, keyid }) => [path, keyid ?? 'refused']))
}
