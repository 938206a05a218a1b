import { environment } from '@cilock/attestor-environment'
import type { EnvironmentOptions } from '@cilock/attestor-environment'
import { stringifyJson } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

async function variables(env: Readonly<Record<string, string | undefined>>, options?: EnvironmentOptions): Promise<unknown> {
  const { predicate } = await environment(options).attest(attestContext({ env }))
  return predicate.variables
}

describe('environment()', () => {
  it('records host, user and variables, sorted by bytes', async () => {
    const evidence = await environment().attest(attestContext({ env: { b: '2', a: '1', '\u{1F389}': 'late', '\uFF5E': 'early' } }))
    expect(stringifyJson(evidence.predicate)).toBe(
      '{"os":"linux","hostname":"builder","username":"dev","variables":{"a":"1","b":"2","\uFF5E":"early","\u{1F389}":"late"}}',
    )
    expect(evidence).not.toHaveProperty('subjects')
    expect(evidence).not.toHaveProperty('backRefs')
  })

  it('takes nothing from the process', async () => {
    expect(await variables({ ONLY: 'this' })).toEqual({ ONLY: 'this' })
  })

  it('leaves variables out when there are none, and skips undefined ones', async () => {
    const { predicate } = await environment().attest(attestContext({ env: { GONE: undefined } }))
    expect(Object.keys(predicate)).toEqual(['os', 'hostname', 'username'])
  })

  it('keeps an empty user name and an empty value', async () => {
    const context = attestContext({ env: { EMPTY: '' }, host: { os: 'linux', name: 'builder', user: '' } })
    expect((await environment().attest(context)).predicate).toEqual({ os: 'linux', hostname: 'builder', username: '', variables: { EMPTY: '' } })
  })

  it('hides the values of sensitive names, in any letter case', async () => {
    expect(await variables({ MY_TOKEN: 't', my_token: 't', sshkeyfile: 'k', Path: '/bin', binance_API: 'b', HOME: '/home' })).toEqual({
      MY_TOKEN: '******',
      my_token: '******',
      sshkeyfile: '******',
      Path: '******',
      binance_API: '******',
      HOME: '/home',
    })
  })

  it('leaves them out with filterSensitiveVars', async () => {
    expect(await variables({ MY_TOKEN: 't', HOME: '/home' }, { filterSensitiveVars: true })).toEqual({ HOME: '/home' })
  })

  it('records them with disableDefaultSensitiveVars, but for the added ones', async () => {
    const options = { disableDefaultSensitiveVars: true, addSensitiveKeys: ['x_*', 'Exact', 'lit?ral'] }
    expect(await variables({ MY_TOKEN: 't', X_1: 's', EXACT: 's', EXACTLY: 'p', literal: 'p', 'LIT?RAL': 's' }, options)).toEqual({
      MY_TOKEN: 't',
      X_1: '******',
      EXACT: '******',
      EXACTLY: 'p',
      literal: 'p',
      'LIT?RAL': '******',
    })
  })

  it('hides the values of added names in other variables too, from four bytes on', async () => {
    const env = { DEPLOY_PIN: '1234', LINK: 'https://h/?pin=1234', MY_TOKEN: 'a-token-of-mine', ECHO: 'a-token-of-mine' }
    const hidden = { DEPLOY_PIN: '******', LINK: 'https://h/?pin=[REDACTED]' }
    expect(await variables({ DEPLOY_PIN: '123', LINK: 'https://h/?pin=123' }, { addSensitiveKeys: ['DEPLOY_PIN'] })).toEqual({ DEPLOY_PIN: '******', LINK: 'https://h/?pin=123' })
    expect(await variables(env, { addSensitiveKeys: ['DEPLOY_PIN'] })).toEqual({ ...hidden, MY_TOKEN: '******', ECHO: '[REDACTED]' })
    // Without the built-in names the added ones are all there are.
    expect(await variables(env, { addSensitiveKeys: ['*_pin'], disableDefaultSensitiveVars: true })).toEqual({ ...hidden, MY_TOKEN: 'a-token-of-mine', ECHO: 'a-token-of-mine' })
    expect(await variables(env, { addSensitiveKeys: ['*_PIN'], allowSensitiveKeys: ['DEPLOY_PIN'] })).toMatchObject({ DEPLOY_PIN: '1234', LINK: 'https://h/?pin=1234' })
  })

  it('records names of allowSensitiveKeys, exactly as written', async () => {
    expect(await variables({ PATH: '/bin', path: '/bin', MY_TOKEN: 't' }, { allowSensitiveKeys: ['PATH', '*TOKEN*'] })).toEqual({
      PATH: '/bin',
      path: '******',
      MY_TOKEN: '******',
    })
  })

  it('captures only what captureAllowlist names, and still hides secrets', async () => {
    const env = { CI: 'true', ci_job: '7', GITHUB_SHA: 'abc', GITHUB_TOKEN: 't', A1: 'x', A12: 'y', OTHER: 'o' }
    expect(await variables(env, { captureAllowlist: ['ci', 'github_*', 'A?'] })).toEqual({ CI: 'true', GITHUB_SHA: 'abc', GITHUB_TOKEN: '******', A1: 'x' })
    expect(await variables(env, { captureAllowlist: [] })).toBeUndefined()
  })

  it('refuses a pattern that is no glob before anything runs', () => {
    for (const options of [{ addSensitiveKeys: ['*['] }, { captureAllowlist: ['*[a'] }]) {
      expect(() => environment(options)).toThrow(expect.objectContaining({ code: 'ERR_GLOB_INVALID' }) as Error)
    }
  })

  it('keeps a variable called __proto__', async () => {
    const { predicate } = await environment().attest(attestContext({ env: JSON.parse('{"__proto__":"x"}') as Record<string, string> }))
    expect(stringifyJson(predicate)).toContain('"variables":{"__proto__":"x"}')
  })

  it('stops when the run was stopped', async () => {
    await expect(environment().attest(attestContext({ signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })

  it('never shows the value of a variable whose name looks sensitive', async () => {
    const name = fc
      .tuple(fc.constantFrom('', 'a_', 'X'), fc.constantFrom('TOKEN', 'token', 'Secret', 'api_key', 'JWT', 'dsn', 'OAuth'), fc.constantFrom('', '_1', 'y'))
      .map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.string({ minLength: 12, maxLength: 12 }).map((text) => `planted${text}`)), fc.boolean(), async (env, filterSensitiveVars) => {
        const { predicate } = await environment({ filterSensitiveVars }).attest(attestContext({ env }))
        const written = JSON.stringify(predicate)
        for (const value of Object.values(env)) expect(written).not.toContain(JSON.stringify(value).slice(1, -1))
        expect(Object.keys(predicate.variables ?? {}).length).toBe(filterSensitiveVars ? 0 : Object.keys(env).length)
      }),
    )
  })
})
