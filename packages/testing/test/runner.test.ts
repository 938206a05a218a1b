import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeAttestor } from '@cilock/testing'
import { fileContext, temporaryFolder } from '@cilock/testing/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { weather } from './support/weather.ts'
import { attestContext } from '@cilock/testing'

const attests = { sun: () => attestContext({ env: { SKY: 'blue' } }) }

describe('describeAttestor', () => {
  it('hands every check to the runner that it is given', async () => {
    const told: string[] = []
    const bodies: (() => Promise<void>)[] = []
    describeAttestor(weather, { attests }, { describe: (name, body) => (told.push(name), body()), it: (_name, body) => bodies.push(body) })
    expect(told).toEqual(['the contract of the attestor weather'])
    expect(bodies.length).toBeGreaterThan(15)
    for (const body of bodies) await expect(body()).resolves.toBeUndefined()
  })

  it('wants a runner where none is present', () => {
    expect(() => describeAttestor(weather, { attests })).toThrow(TypeError)
  })

  it.each([
    ['is present in node:test', 'weather()', 0],
    ['and fails there when the contract is broken', "{ ...weather(), name: 'The Weather' }", 1],
  ])('%s', (_what, made, status) => {
    const root = fileURLToPath(new URL('../../..', import.meta.url))
    const support = fileURLToPath(new URL('support/weather.ts', import.meta.url))
    const folder = fileURLToPath(new URL('.', import.meta.url))
    const program = `import { attestContext, describeAttestor } from '@cilock/testing'
import { weather } from ${JSON.stringify(support)}
describeAttestor(() => (${made}), { attests: { sun: () => attestContext({ env: { SKY: 'blue' } }) } })`
    const ran = spawnSync(process.execPath, ['--conditions=@cilock/source', '--import', join(root, 'node_modules/tsx/dist/loader.mjs'), '--input-type=module', '--eval', program], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_TEST_CONTEXT: '', NODE_OPTIONS: '' },
    })
    expect(ran.stderr).toBe('')
    expect(ran.status).toBe(status)
    expect(ran.stdout).toMatch(status === 0 ? /# fail 0/ : /# fail 1/)
    expect(ran.stdout).toMatch(/has a name in lower case/)
  })
})

describe('files', () => {
  it('are there during the test, and gone after it', () => {
    const after: (() => void)[] = []
    const folder = temporaryFolder((cleanup) => after.push(cleanup), { 'a/b': '1' })
    expect(readFileSync(join(folder, 'a/b'), 'utf8')).toBe('1')
    for (const cleanup of after) cleanup()
    expect(existsSync(folder)).toBe(false)
  })

  it('are products by the algorithms and media types of the run, __proto__ too', () => {
    const files = JSON.parse('{"__proto__":"1","b":"2"}') as Record<string, string>
    const { products, workingDir, hashes } = fileContext(onTestFinished, files, { hashes: ['sha1'], mimeTypeOf: (content) => `text/x-${content.length}` })
    expect(Object.keys(products)).toEqual(['__proto__', 'b'])
    expect(products['b']).toEqual({ mime_type: 'text/x-1', digest: { sha1: 'da4b9237bacccdf19c0760cab7aec4a8359010b0' } })
    expect(existsSync(join(workingDir, 'b'))).toBe(true)
    expect(hashes).toEqual(['sha1'])
  })
})
