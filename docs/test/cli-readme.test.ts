import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '@cilock/cli'
import { encodeBase64, encodeUtf8, generateKey } from '@cilock/core'
import { processContext } from '@cilock/core/node'
import { afterAll, expect, it } from 'vitest'
import { codeBlocks } from './code-blocks.ts'

const dir = mkdtempSync(join(tmpdir(), 'cilock-readme-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** Keys and a policy, as whoever reads the page is taken to have them. */
async function prepare(): Promise<void> {
  const [build, release] = await Promise.all([generateKey('ec-p256'), generateKey('ed25519')])
  const { keyid } = build.signer
  const policy = {
    expires: '2100-01-01T00:00:00Z',
    publickeys: { [keyid]: { keyid, key: encodeBase64(encodeUtf8(build.publicKeyPem)) } },
    steps: { build: { name: 'build', functionaries: [{ type: 'publickey', publickeyid: keyid }], attestations: [{ type: 'https://aflock.ai/attestations/product/v0.3' }] } },
  }
  const files = { 'build.key': build.privateKeyPem, 'build.pub': build.publicKeyPem, 'release.key': release.privateKeyPem, 'release.pub': release.publicKeyPem, 'policy.json': JSON.stringify(policy) }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  // The git attestor of the default set wants a repository; this is one before its first commit.
  mkdirSync(join(dir, '.git'))
  writeFileSync(join(dir, '.git/HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(join(dir, '.git/config'), '[core]\n\tbare = false\n')
}

/** Words as a shell reads them: quotes keep spaces. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

it('every cilock line of the pages runs, one after the other', async () => {
  await prepare()
  const lines = codeBlocks()
    .filter(({ file, language }) => file === 'packages/cli/README.md' && language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.startsWith('cilock '))
  expect(lines.length).toBeGreaterThan(5)
  for (const line of lines) {
    let said = ''
    const output = { write: (chunk: string | Uint8Array) => void (said += String(chunk)), isTTY: false }
    const code = await runCli(words(line).slice(1), { ...processContext(), workingDir: dir, stdout: output, stderr: output, signal: AbortSignal.timeout(30_000) })
    expect({ line, code, said: code === 0 ? '' : said }).toEqual({ line, code: 0, said: '' })
  }
})
