import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'

// The walk over the real packages needs a build (`npm run check`); here it has to find what is planted.
const script = fileURLToPath(new URL('../../../scripts/module-graph.mjs', import.meta.url))
const faces = { '#face': { node: './dist/face.node.js', default: './dist/face.web.js' } }
const sound = {
  'dist/index.js': "export { face } from '#face'\nexport { deep } from 'dependency'\n",
  'dist/face.node.js': "import { platform } from 'node:os'\nexport const face = platform()\n",
  'dist/face.web.js': "export const face = 'web'\n",
  'node_modules/dependency/package.json': JSON.stringify({ name: 'dependency', type: 'module', exports: { browser: './web.js', default: './node.js' } }),
  'node_modules/dependency/web.js': "export const deep = 'web'\n",
  'node_modules/dependency/node.js': "import { sep } from 'path'\nexport const deep = sep\n",
}
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function walk(files: Readonly<Record<string, string>>, imports: unknown = faces): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), 'module-graph-'))
  folders.push(folder)
  const manifest = JSON.stringify({ name: '@scope/pure', type: 'module', sideEffects: false, exports: { '.': './dist/index.js' }, imports })
  for (const [name, text] of Object.entries({ ...sound, ...files, 'package.json': manifest })) {
    const path = join(folder, 'node_modules', '@scope', 'pure', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return spawnSync(process.execPath, [script, folder, '@scope/pure'], { encoding: 'utf8' })
}

it('passes a package whose graph is free of Node in a browser', () => {
  expect(walk({})).toMatchObject({ status: 0, stdout: 'module graph: 1 exports reach nothing of Node\n', stderr: '' })
})

it.each([
  ['by its own name', "import 'node:fs'\n"],
  ['by its old name', "export { join } from 'path'\n"],
  ['of which nothing is used', "import { readFile } from 'fs/promises'\n"],
  ['loaded late', "export const late = () => import('node:child_process')\n"],
])('finds a module of Node %s', (_how, line) => {
  const { status, stderr } = walk({ 'dist/index.js': `import './other.js'\n${sound['dist/index.js']}`, 'dist/other.js': line })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^@scope\/pure reaches \S+, imported by node_modules\/@scope\/pure\/dist\/other\.js\n$/)
})

it('finds a module of Node in a dependency', () => {
  expect(walk({ 'node_modules/dependency/web.js': "export { sep as deep } from 'node:path'\n" })).toMatchObject({
    status: 1,
    stderr: '@scope/pure reaches node:path, imported by node_modules/@scope/pure/node_modules/dependency/web.js\n',
  })
})

it('finds the Node face where a browser gets it', () => {
  const { status, stderr } = walk({ 'dist/index.js': `${sound['dist/index.js']}export { face as other } from './face.node.js'\n` })
  expect(status).toBe(1)
  expect(stderr).toContain('@scope/pure reaches the Node face of #face under browser conditions')
})

it('finds the web face where Node gets it', () => {
  const { status, stderr } = walk({}, { '#face': { default: './dist/face.web.js', node: './dist/face.node.js' } })
  expect(status).toBe(1)
  expect(stderr).toContain('@scope/pure reaches the web face of #face under Node')
  expect(stderr).toMatch(/Node resolves #face to \S+face\.web\.js, expected \S+face\.node\.js/)
})
