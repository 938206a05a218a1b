import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnvelope } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import { canRun, createJudge, ours, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import { recordedKey } from './keys.ts'

const list = readFileSync(new URL('../../../../docs/go-differences.md', import.meta.url), 'utf8')

/** A row of the list of differences: its id there, the variables, and JavaScript that lets a secret out. */
interface Leak {
  readonly env: Readonly<Record<string, string>>
  /** With `secret` at hand, the value of the first variable. */
  readonly script: string
  /** What Go signs and we do not. */
  readonly told: string
  readonly flags?: readonly string[]
}

const secret = 'tok-0123456789/äb'
const token = { API_TOKEN: secret }
const bytes = (text: string): string => Buffer.from(text).toString('hex').replaceAll(/..(?=.)/g, '$& ')
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const dumped = (...flags: readonly string[]): string => `require('node:child_process').spawnSync('od', ${JSON.stringify(flags)}, { input: secret, stdio: ['pipe', 'inherit', 'inherit'] })`

const leaks: Readonly<Record<string, Leak>> = {
  'secret-in-base64': { env: token, script: `console.log(Buffer.from(secret).toString('base64'))`, told: base64(secret) },
  'secret-behind-user': { env: token, script: `console.log(Buffer.from('user:' + secret).toString('base64'))`, told: base64(`user:${secret}`) },
  'secret-in-hexadecimal': { env: token, script: `console.log(Buffer.from(secret).toString('hex'))`, told: Buffer.from(secret).toString('hex') },
  'secret-in-bytes': { env: token, script: `console.log(Buffer.from(secret))`, told: bytes(secret) },
  'secret-in-dump': { env: token, script: dumped('-An', '-tx1', '-w4'), told: ` ${bytes(secret.slice(0, 4))}\n ${bytes(secret.slice(4, 8))}\n` },
  'secret-in-words': { env: token, script: dumped('-An', '-tx2', '--endian=little'), told: ' 6f74 2d6b 3130 3332 3534 3736 3938 c32f\n' },
  'secret-in-numbers': { env: token, script: 'console.log([...Buffer.from(secret)].join())', told: [...Buffer.from(secret)].join() },
  'secret-in-letters': { env: token, script: dumped('-An', '-c'), told: '   t   o   k   -   0   1   2   3' },
  'secret-in-base32': { env: token, script: `console.log('ORXWWLJQGEZDGNBVGY3TQOJPYOSGE===')`, told: 'ORXWWLJQGEZDGNBVGY3TQOJP' },
  'secret-in-url': { env: token, script: `console.log(encodeURIComponent(secret))`, told: encodeURIComponent(secret) },
  'secret-in-json': { env: { API_TOKEN: 'tok-"0123456789"' }, script: `console.log(JSON.stringify(secret))`, told: String.raw`tok-\"0123456789\"` },
  'secret-in-lines': { env: token, script: `console.log(Buffer.from(secret).toString('base64').replace(/.{8}/g, '$&\\n'))`, told: base64(secret).replaceAll(/.{8}/g, '$&\n') },
  'secret-line-of-several': { env: { A_TOKEN: 'first-line-1\nsecond-line-2' }, script: `console.log(secret.split('\\n')[1])`, told: 'second-line-2' },
  'secret-of-a-word': { env: { LICENSE_KEY: secret }, script: 'console.log(secret)', told: secret },
  'secret-that-was-named': { env: { DEPLOY_PIN: 'pin-0123456789' }, flags: ['--env-add-sensitive-key', 'DEPLOY_PIN'], script: 'console.log(secret)', told: 'pin-0123456789' },
  'secret-in-other-variable': { env: { ...token, COLOUR: `it is ${secret}.` }, script: '', told: `it is ${secret}.` },
}

describe.skipIf(!canRun)(suiteName('secrets that Go signs'), patience, () => {
  const counter = createCounter()
  let judge: Judge
  beforeAll(() => {
    judge = createJudge()
  })
  afterAll(counter.remove)

  it.concurrent.each(Object.entries(leaks))('%s: is in what Go signs, and in nothing that we sign', async (name, { env, script, told, flags = [] }) => {
    const [variable = ''] = Object.keys(env)
    const command = ['--', process.execPath, '-e', `const secret = process.env.${variable}; ${script}`]
    const signed = async (tool: 'go' | 'here'): Promise<string> => {
      const folder = join(counter.dir, `${name} ${tool}`, 'work')
      mkdirSync(folder, { recursive: true })
      const argv = ['run', '-s', 'build', '-a', 'environment', '-k', (await recordedKey('ed25519')).privateKeyPath, '-o', '../out.json', ...flags, ...command]
      const { status, stderr } = tool === 'go' ? await judge.cilock(folder, argv, env) : await ours(folder, argv, env)
      expect(status, stderr.slice(-1000)).toBe(0)
      return textsIn(new TextDecoder().decode(parseEnvelope(readFileSync(join(folder, '..', 'out.json'))).payload))
    }
    const [go, here] = [await signed('go'), await signed('here')]
    expect(go).toContain(told)
    expect(here).not.toContain(told)
    expect(here).toContain('[REDACTED]')
  })

  it('are all on the list of differences', () => {
    expect(Object.keys(leaks).filter((id) => !list.includes(`\`${id}\``))).toEqual([])
  })
})

/** Every string of a JSON text, as it reads. */
function textsIn(json: string): string {
  const texts: string[] = []
  JSON.parse(json, (_key, value: unknown) => {
    if (typeof value === 'string') texts.push(value)
    return value
  })
  return texts.join('\n')
}
