import { commandRun } from '@cilock/attestor-command-run'
import type { CommandRunOptions } from '@cilock/attestor-command-run'
import { stringifyJson } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import * as fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

/** What the evidence says of a command that writes `text`, when these variables are set. */
async function recorded(text: string, env: Readonly<Record<string, string>>, options: Partial<CommandRunOptions> = {}): Promise<string> {
  const workingDir = temporaryFolder(onTestFinished)
  writeFileSync(join(workingDir, 'text'), text)
  const attestor = commandRun({ command: ['cat', 'text'], ...options })
  const { predicate } = await attestor.attest(attestContext({ workingDir, env: { PATH: '/usr/bin:/bin', ...env } }))
  return predicate.stdout ?? ''
}

const token = { MY_TOKEN: 'tok-1234567890' }
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('secrets of the environment', () => {
  it('are redacted in output and arguments', async () => {
    const { predicate } = await commandRun({ command: ['sh', '-c', 'echo "is $MY_TOKEN" >&2; echo tok-1234567890 tok-123456789', 'tok-1234567890'] }).attest(
      attestContext({ workingDir: temporaryFolder(onTestFinished), env: { PATH: '/usr/bin:/bin', ...token } }),
    )
    expect(predicate).toMatchObject({
      cmd: ['sh', '-c', 'echo "is $MY_TOKEN" >&2; echo [REDACTED] tok-123456789', '[REDACTED]'],
      stdout: '[REDACTED] tok-123456789\n',
      stderr: 'is [REDACTED]\n',
    })
  })

  it('are those of the names that CI/lock knows, and of whole words that the environment attestor hides, in any letter case', async () => {
    const names = ['A_TOKEN', 'B_SECRET', 'C_PASSWORD', 'D_PASSWD', 'E_PASSPHRASE', 'F_CREDENTIALS', 'G_PRIVATE_KEY', 'H_ACCESS_KEY', 'I_APIKEY', 'J_API_KEY', 'K_SIGNING_KEY', 'L_SSH_KEY', 'q_token', 'M_KEY', 'N_AUTH', 'O_JWT', 'P_PAT', 'DATABASE_URL', 'MYSQL_PWD']
    const others = ['KEYBOARD', 'GIT_AUTHOR_NAME', 'COMPATIBLE', 'PWD', 'OLDPWD', 'COLOUR']
    const env = Object.fromEntries([...names, ...others].map((name) => [name, `value-of-${name}`]))
    const lines = [...names, ...others].map((name) => `${name.toLowerCase()}: value-of-${name}\n`)
    expect(await recorded(lines.join(''), env)).toBe(
      [...names.map((name) => `${name.toLowerCase()}: [REDACTED]\n`), ...others.map((name) => `${name.toLowerCase()}: value-of-${name}\n`)].join(''),
    )
  })

  it('are left when they are shorter than eight bytes', async () => {
    expect(await recorded('k-12345 äääa', { API_KEY: 'k-12345', B_KEY_TOKEN: 'äääa' })).toBe('k-12345 äääa')
    expect(await recorded('k-123456 ääää', { API_KEY: 'k-123456', B_KEY_TOKEN: 'ääää' })).toBe('[REDACTED] [REDACTED]')
  })

  it('are left for the names of allowSensitiveKeys', async () => {
    expect(await recorded('tok-1234567890', token, { allowSensitiveKeys: ['MY_TOKEN'] })).toBe('tok-1234567890')
    expect(await recorded('tok-1234567890', token, { allowSensitiveKeys: ['my_token'] })).toBe('[REDACTED]')
  })

  it('are those of the names that the user adds, from four bytes on', async () => {
    const env = { DEPLOY_PIN: '1234', ACME_LOGIN: 'jo', OTHER: 'other-value', EMPTY_PIN: '' }
    expect(await recorded('1234 jo other-value', env, { addSensitiveKeys: ['deploy_pin', 'Acme_*', 'EMPTY_PIN'] })).toBe('[REDACTED] jo other-value')
    expect(await recorded('1234 jo other-value', env)).toBe('1234 jo other-value')
    expect(await recorded('1234', env, { addSensitiveKeys: ['DEPLOY_*'], allowSensitiveKeys: ['DEPLOY_PIN'] })).toBe('1234')
  })

  it('are not looked for with a pattern that is none, which is refused before anything runs', () => {
    expect(() => commandRun({ command: ['true'], addSensitiveKeys: ['*['] })).toThrow(expect.objectContaining({ code: 'ERR_GLOB_INVALID' }) as Error)
  })

  it('are joined by the secrets given as options, of any length', async () => {
    expect(await recorded('pin 1234.', {}, { secrets: ['1234', ''] })).toBe('pin [REDACTED].')
  })

  it('count longest first when one contains or overlaps another', async () => {
    expect(await recorded('abcdefgh xabcdefghy', { A_TOKEN: 'abcdefgh', B_SECRET: 'xabcdefghy' })).toBe('[REDACTED] [REDACTED]')
    expect(await recorded('<abcdefghijkl>', { A_TOKEN: 'abcdefgh', B_SECRET: 'efghijkl' })).toBe('<[REDACTED]>')
    expect(await recorded('abcdefghabcdefgh', { A_TOKEN: 'abcdefgh' })).toBe('[REDACTED][REDACTED]')
  })
})

describe('other forms of a secret', () => {
  const secret = 'p@ss/wörd+<1>?-and-more'
  const env = { A_PASSWORD: secret }

  it.each([
    ['base64', base64(secret)],
    ['base64url', Buffer.from(secret).toString('base64url')],
    ['base64 behind one byte', base64(`:${secret}`)],
    ['base64 behind two bytes', base64(`u:${secret}`)],
    ['base64 of a basic credential', base64(`x-access-token:${secret}@host`)],
    ['hexadecimal', Buffer.from(secret).toString('hex')],
    ['hexadecimal in capitals', Buffer.from(secret).toString('hex').toUpperCase()],
    ['a URL component', encodeURIComponent(secret)],
    ['a URL component with small escapes', encodeURIComponent(secret).replaceAll(/%../g, (escape) => escape.toLowerCase())],
    ['a form field', new URLSearchParams({ x: secret }).toString().slice(2)],
    ['JSON', JSON.stringify(secret)],
    ['JSON as Go writes it', stringifyJson(secret)],
  ])('%s', async (_form, written) => {
    const result = await recorded(`<< ${written} >>`, env)
    expect(result).toMatch(/^<< .{0,24}\[REDACTED\].{0,8} >>$/)
    expect(result).not.toContain(written.slice(8, -8))
  })

  it('base64 with its padding, and nothing around it', async () => {
    expect(await recorded('dG9rLTEyMzQ1Njc4OTA=\n', token)).toBe('[REDACTED]\n')
  })

  it('base64 and hexadecimal broken into lines', async () => {
    const long = { A_TOKEN: 'a-token-that-is-longer-than-one-line-of-base64-as-programs-write-it-0123456789' }
    const wrapped = base64(`user:${long.A_TOKEN}`).replaceAll(/.{76}/g, '$&\n')
    expect(wrapped).toContain('\n')
    expect(await recorded(`a\n${wrapped}\nb\n`, long)).toMatch(/^a\n.{0,8}\[REDACTED\]\nb\n$/)
    const hex = Buffer.from(long.A_TOKEN).toString('hex').replaceAll(/.{60}/g, '$&\r\n')
    expect(await recorded(`a\r\n${hex}\r\nb`, long)).toBe('a\r\n[REDACTED]\r\nb')
  })

  it('each line of a secret that has several', async () => {
    expect(await recorded('first-line-of-it\nsecond-line-of-it\nshort\n', { A_TOKEN: 'first-line-of-it\nsecond-line-of-it\nshort' })).toBe('[REDACTED]\n')
    expect(await recorded('  second-line-of-it\nshort\n', { A_TOKEN: 'first-line-of-it\r\nsecond-line-of-it\r\nshort' })).toBe('  [REDACTED]\nshort\n')
  })

  it('the secret without the white space around it', async () => {
    expect(await recorded('<tok-1234567890>', { A_TOKEN: 'tok-1234567890\n' })).toBe('<[REDACTED]>')
  })
})

describe('a planted secret', () => {
  const secret = fc.string({ minLength: 12, maxLength: 40, unit: fc.constantFrom(...Array.from('abcXYZ019-_/+@:. %"<ü')) }).filter((text) => text.trim().length >= 12)
  const around = fc.string({ maxLength: 12, unit: fc.constantFrom(...Array.from('qrs 34\n')) })

  it('is in no form in what is recorded, wherever it stood', async () => {
    const form = fc.constantFrom<(text: string, before: string) => string>(
      (text) => text,
      (text, before) => base64(before + text),
      (text, before) => Buffer.from(before + text).toString('base64url'),
      (text) => Buffer.from(text).toString('hex'),
      (text) => encodeURIComponent(text),
      (text) => JSON.stringify(text),
    )
    await fc.assert(
      fc.asyncProperty(secret, around, around, form, async (secret, before, after, encode) => {
        const stdout = await recorded(`${before} ${encode(secret, before)} ${after}`, { A_SECRET: secret })
        expect(stdout).toContain('[REDACTED]')
        for (const known of [secret, base64(secret).slice(0, -4), Buffer.from(secret).toString('hex'), encodeURIComponent(secret)]) expect(stdout).not.toContain(known)
        expect(stdout.startsWith(`${before} `)).toBe(true)
        expect(stdout.endsWith(` ${after}`)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('changes nothing in a text that does not have it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
        const written = text.replaceAll('\uFEFF', '')
        expect(await recorded(written, { A_SECRET: 'never-in-any-of-these-texts' })).toBe(Buffer.from(written).toString())
      }),
      { numRuns: 50 },
    )
  })
})
