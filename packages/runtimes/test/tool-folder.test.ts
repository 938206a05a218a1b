import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { toolFolder } from '../../../scripts/tool-folder.mjs'

const script = fileURLToPath(new URL('../../../scripts/tool-folder.mjs', import.meta.url))
let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tool-folder-'))
  mkdirSync(join(root, 'package'))
  // marks its folder when npm runs its scripts
  writeFileSync(join(root, 'package/package.json'), JSON.stringify({ name: 'tiny', version: '1.0.0', scripts: { postinstall: `node -e "require('fs').writeFileSync('marked', '')"` } }))
  writeFileSync(join(root, 'package/index.js'), 'module.exports = 42')
  // a tarball: npm links a folder
  execFileSync('tar', ['-czf', 'tiny.tgz', 'package'], { cwd: root })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const below = (): string => join(root, 'tools')
const tiny = (): Readonly<Record<string, string>> => ({ tiny: `file:${join(root, 'tiny.tgz')}` })

it('installs once, without scripts, and gives the same folder again; another one for what is asked otherwise', () => {
  const folder = toolFolder('tiny', tiny(), { below: below() })
  expect(readFileSync(join(folder, 'node_modules/tiny/index.js'), 'utf8')).toBe('module.exports = 42')
  expect(existsSync(join(folder, 'node_modules/tiny/marked'))).toBe(false)
  writeFileSync(join(folder, 'stays'), '')
  expect(toolFolder('tiny', tiny(), { below: below() })).toBe(folder)
  expect(existsSync(join(folder, 'stays'))).toBe(true)
  expect(readdirSync(below())).toHaveLength(1)
  const scripted = toolFolder('tiny', tiny(), { below: below(), runScripts: true })
  expect(scripted).not.toBe(folder)
  expect(existsSync(join(scripted, 'node_modules/tiny/marked'))).toBe(true)
})

it('gives two callers at once one whole folder', async () => {
  const call = `import { toolFolder } from ${JSON.stringify(script)}; console.log(toolFolder('tiny', ${JSON.stringify(tiny())}, { below: ${JSON.stringify(below())} }))`
  const one = async (): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', call], { stdio: ['ignore', 'pipe', 'inherit'] })
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
      child.on('error', reject)
      child.on('close', () => resolve(said.trim()))
    })
  const [first, second] = await Promise.all([one(), one()])
  expect(first).toBe(second)
  expect(existsSync(join(first ?? '', 'node_modules/tiny/index.js'))).toBe(true)
  expect(readdirSync(below())).toHaveLength(1)
})

it('says that nothing answers, and leaves nothing behind', () => {
  const configured = { npm_config_registry: process.env['npm_config_registry'], npm_config_fetch_retries: process.env['npm_config_fetch_retries'] }
  // a port on which nobody listens
  Object.assign(process.env, { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' })
  try {
    expect(() => toolFolder('none', { 'not-in-any-cache-of-npm': '1.2.3' }, { below: below() })).toThrow(expect.objectContaining({ code: 'ERR_TOOL_OFFLINE' }))
  } finally {
    for (const [name, value] of Object.entries(configured)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  expect(readdirSync(below())).toEqual([])
})

it('says what npm says when it refuses, and leaves nothing behind', () => {
  expect(() => toolFolder('none', { tiny: `file:${join(root, 'none.tgz')}` }, { below: below() })).toThrow(expect.objectContaining({ code: 'ERR_TOOL_INSTALL', message: expect.stringContaining('ENOENT') as unknown }))
  expect(readdirSync(below())).toEqual([])
})
