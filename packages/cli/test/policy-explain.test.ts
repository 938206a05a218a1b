import { readFileSync, writeFileSync } from 'node:fs'
import { encodeEnvelope, generateKey } from '@cilock/core'
import { definePolicy, signPolicy } from '@cilock/policy'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'
import type { Ran } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
const asked = ['-p', 'policy.json', '-k', 'release.pub', '-a', 'build.json']
const explain = async (...argv: readonly string[]): Promise<Ran> => cilock(place.dir, ['policy', 'explain', ...argv])

beforeAll(async () => {
  const [builder, stranger, release] = [await generateKey('ed25519'), await generateKey('ed25519'), await generateKey('ed25519')]
  writeFileSync(place.path('key.pem'), builder.privateKeyPem)
  writeFileSync(place.path('release.pub'), release.publicKeyPem)
  await cilock(place.dir, ['run', '-k', 'key.pem', '-a', 'environment', '-s', 'build', '-o', 'build.json', '--', process.execPath, '-e', 'fs.writeFileSync("app", "the app")'])
  const product = 'https://aflock.ai/attestations/product/v0.3'
  for (const [name, who] of [['policy.json', [stranger, builder]], ['good.json', [builder]]] as const) {
    const [first, second = first] = who
    const build = { functionaries: [first.verifier], attestations: [product] }
    const test = { functionaries: [second.verifier], attestations: [product] }
    const expires = new Date('2099-01-01')
    const policy = name === 'policy.json' ? definePolicy({ expires, steps: { build, test } }) : definePolicy({ expires, steps: { build } })
    writeFileSync(place.path(name), encodeEnvelope(await signPolicy({ policy, signers: [release.signer] })))
  }
})

describe('policy explain', () => {
  it('says why each step refused, and ends as the verdict does', async () => {
    const { code, stdout, stderr } = await explain(...asked, 'app')
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/^refused: ERR_/)
    expect(stdout).toMatch(/step build .*ERR_FUNCTIONARY_MISMATCH/)
    expect(stdout).toContain('ERR_NO_COLLECTION step "test"')
    expect(await explain('-p', 'good.json', '-k', 'release.pub', '-a', 'build.json', 'app')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^passed\n└─ verified: sha256:/) as string, stderr: '' })
  })

  it('proposes the smallest change', async () => {
    const { stdout } = await explain('-p', 'good.json', '-k', 'release.pub', '-a', 'build.json', 'policy.json')
    expect(stdout).toMatch(/would make it pass|makes it pass/)
    expect(stdout).toContain('only if that is the artifact you mean')
  })

  it.each([
    ['text', /^refused: ERR_/],
    ['markdown', /^### ❌ The policy is not satisfied\n/],
    ['html', /^<!doctype html>/],
    ['json', /^\{\n {2}"\$schema": /],
  ])('says it as %s', async (format, form) => {
    const { code, stdout } = await explain(...asked, 'app', '--format', format)
    expect(code).toBe(1)
    expect(stdout).toMatch(form)
  })

  it('says the same of a report that was saved, in any form', async () => {
    await cilock(place.dir, ['verify', ...asked, 'app', '--report', 'saved.json'])
    for (const format of ['text', 'markdown', 'html']) {
      const now = await explain(...asked, 'app', '--format', format)
      expect(await explain('--from-report', 'saved.json', '-o', format)).toEqual(now)
    }
    const { stdout } = await explain('--from-report', 'saved.json', '--format', 'json')
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(place.path('saved.json'), 'utf8')))
  })

  it('ends with 0 for a pass that was saved', async () => {
    await cilock(place.dir, ['verify', '-p', 'good.json', '-k', 'release.pub', '-a', 'build.json', 'app', '--report', 'passed.json'])
    expect((await explain('--from-report', 'passed.json')).code).toBe(0)
  })

  it.each([
    [[...asked, 'app', '--format', 'pdf'], 'ERR_USAGE'],
    [['--from-report', 'saved.json', '-k', 'release.pub'], 'ERR_USAGE'],
    [['--from-report', 'saved.json', 'app'], 'ERR_USAGE'],
    [['--from-report', 'absent.json'], 'ERR_FILE'],
    [['--from-report', 'policy.json'], 'ERR_MALFORMED'],
    [[...asked, 'app', '--report', 'x.json'], 'ERR_USAGE'],
    [[...asked], 'ERR_USAGE'],
    [['app'], 'ERR_USAGE'],
  ])('refuses %j by code', async (argv, code) => {
    expect(await explain(...argv)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(new RegExp(`^error: ${code} `)) as string })
  })

  it('has help of its own, and wants its flags behind its words', async () => {
    expect((await explain('--help')).stdout).toMatch(/^cilock policy explain -p POLICY .*\n\nsay why [^]*--from-report/)
    expect(await cilock(place.dir, ['policy', '--format', 'json', 'explain'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: ERR_USAGE policy explain: flags stand behind/) as string })
  })
})
