import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandRun } from '@cilock/attestor-command-run'
import { environment } from '@cilock/attestor-environment'
import { material, product } from '@cilock/attestor-files'
import { git } from '@cilock/attestor-git'
import { attest } from '@cilock/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-secrets-')))

/** How people call what holds a secret. */
const names = ['GITHUB_TOKEN', 'my_secret', 'DB_PASSWORD', 'MYSQL_PWD', 'GH_PAT', 'NPM_AUTH', 'SESSION_JWT', 'SENTRY_DSN', 'DATABASE_URL', 'SLACK_WEBHOOK', 'LICENSE_KEY', 'AWS_ACCESS_KEY_ID', 'REGISTRY_CREDS', 'OAUTH_BEARER']

/** A secret as programs make them: of letters that no encoding leaves alone. */
const secret = fc
  .array(fc.constantFrom(...Array.from('abcdefghkmnpqrstuvwxyzABCDEFGH23456789!$%&()*+,-.:;<=>?@[]^_{|}~ /\'"\\äß€😀')), { minLength: 10, maxLength: 40 })
  .map((letters) => `s${letters.join('')}Q`)

/** Prints its variable and its argument, in every form that a program may give them. */
const script = `
const { execFileSync } = require('node:child_process')
const forms = (text) => [text, Buffer.from(text).toString('base64'), Buffer.from('user:' + text).toString('base64'), Buffer.from(text).toString('base64url'),
  Buffer.from(text).toString('hex'), encodeURIComponent(text), new URLSearchParams({ text }).toString(), JSON.stringify(text),
  Buffer.from(text).toString('hex').replaceAll(/../g, '$& '), Buffer.from(text).toString('hex').toUpperCase().replaceAll(/../g, ':$&'),
  Buffer.from(text).toString('hex').replaceAll(/.{20}/g, '$&\\n'), Buffer.from(text).toString('hex').replaceAll(/../g, '0x$&, '), encodeURI(text),
  JSON.stringify([...Buffer.from(text)]), ...[['-tx2'], [], ['-tx4z'], ['-td8'], ['-tx1', '-c']].map((flags) => execFileSync('od', flags, { input: text, encoding: 'utf8' }))]
for (const form of forms(process.env[process.argv[1]])) { console.log(form); console.error('error: ' + form) }
`

/** The texts that would tell the secret, as JSON writes them. */
function tellTales(text: string): readonly string[] {
  const bytes = Buffer.from(text)
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replaceAll('=', '')
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })
  const even = bytes.subarray(0, bytes.length & ~1)
  const words = Array.from({ length: even.length / 2 }, (_, word) => even.readUInt16LE(word * 2))
  const numbers = [words.map((word) => word.toString(16).padStart(4, '0')), words.map((word) => word.toString(8).padStart(6, '0'))].map((each) => each.slice(0, 5).join(' '))
  return [text, encodeURIComponent(text), encodeURI(text), bytes.toString('hex'), bytes.join(), ...numbers, ...base64, ...base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_'))]
}

async function signedBy(name: string, text: string, allowed: readonly string[], added: readonly string[] = []): Promise<string> {
  const { envelope } = await attest({
    step: 'build',
    workingDir: folder,
    env: { PATH: process.env['PATH'], [name]: text, PLAIN: `it is ${text}.`, LINK: `https://user:${encodeURIComponent(text)}@example.test/` },
    clock: () => new Date('2026-03-01T12:00:00Z'),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    attestors: [
      environment({ allowSensitiveKeys: allowed, addSensitiveKeys: added }),
      git(),
      material(),
      commandRun({ command: [process.execPath, '-e', script, name, text, `--password=${text}`, `https://u:${encodeURIComponent(text)}@h/`], allowSensitiveKeys: allowed, addSensitiveKeys: added }),
      product(),
    ],
    signers: [],
    allowUnsigned: true,
  })
  return new TextDecoder().decode(envelope.payload)
}

/**
 * Each run has a seed of its own, which a failure prints with the path to the case: `{ seed, path }` beside the limit
 * brings it back. What takes long is making it smaller, as each try runs a program.
 */
const patience = { interruptAfterTimeLimit: 200_000 }

/** Every string of a JSON text, as it reads. */
function textsIn(json: string): string {
  const texts: string[] = []
  JSON.parse(json, (key, value: unknown) => {
    texts.push(key)
    if (typeof value === 'string') texts.push(value)
    return value
  })
  return texts.join('\n')
}

const run = (...args: readonly string[]): Buffer => execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], { cwd: folder })

/** As git keeps them, raw: half of the first are no URLs. */
function plantInRemotes(text: string): void {
  run('config', 'remote.origin.url', `https://oauth2:${text}@example.test/app.git`)
  run('config', 'remote.mirror.url', `https://example.test/${encodeURIComponent(text)}/app.git?token=${encodeURIComponent(text)}`)
}

function expectUntold(said: string, text: string): void {
  for (const tale of tellTales(text)) expect(said).not.toContain(tale)
  // Whatever stood between the bytes.
  expect(said.replaceAll(/0x|[\s:,]/g, '').toLowerCase()).not.toContain(Buffer.from(text).toString('hex'))
  expect(said).toContain('[REDACTED]')
}

describe('a planted secret', () => {
  beforeAll(() => {
    run('init', '-q', '-b', 'main')
    run('commit', '-q', '--allow-empty', '-m', 'first')
    run('remote', 'add', 'origin', 'https://example.test/app.git')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is nowhere in what is signed, in no form', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), secret, async (name, text) => {
        plantInRemotes(text)
        expectUntold(textsIn(await signedBy(name, text, [])), text)
      }),
      { numRuns: 40, ...patience },
    )
  })

  it('is nowhere either when only the user knows that its key is sensitive, by name or by pattern', { timeout: 240_000 }, async () => {
    const keys = fc.constantFrom<readonly [name: string, added: string]>(['DEPLOY_PIN', 'DEPLOY_PIN'], ['DEPLOY_PIN', 'deploy_pin'], ['ACME_LOGIN', 'ACME_*'], ['acme_login', '*LOGIN'])
    await fc.assert(
      fc.asyncProperty(keys, secret, async ([name, added], text) => {
        run('config', 'remote.origin.url', `https://oauth2:${text}@example.test/app.git`)
        expectUntold(textsIn(await signedBy(name, text, [], [added])), text)
      }),
      { numRuns: 20, ...patience },
    )
    expect(textsIn(await signedBy('DEPLOY_PIN', 'only-the-user-knows', []))).toContain('only-the-user-knows')
  })

  it('is told where the user allowed its key', async () => {
    run('config', 'remote.origin.url', 'https://example.test/app.git')
    run('config', '--remove-section', 'remote.mirror')
    const said = textsIn(await signedBy('GITHUB_TOKEN', 'allowed-to-be-seen', ['GITHUB_TOKEN']))
    expect(said).toContain('allowed-to-be-seen')
    expect(textsIn(await signedBy('GITHUB_TOKEN', 'allowed-to-be-seen', []))).not.toContain('allowed-to-be-seen')
  })

  it('leaves paths and names alone that only sound like secrets', async () => {
    const said = textsIn(await signedBy('SSH_AUTH_SOCK', '/run/user/1000/agent.sock', []))
    expect(said).toContain('--password=/run/user/1000/agent.sock')
    expect(textsIn(await signedBy('GIT_AUTHOR_NAME', 'Dev One Two', []))).toContain('--password=Dev One Two')
  })
})
