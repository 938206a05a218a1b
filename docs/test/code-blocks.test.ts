import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blocksFolder } from './blocks-folder.ts'
import { codeBlocks, root } from './code-blocks.ts'
import type { CodeBlock } from './code-blocks.ts'
import { masked } from './masked.ts'

const blocks = codeBlocks()
const of = (...languages: readonly string[]): readonly (readonly [string, CodeBlock])[] =>
  blocks.filter(({ language }) => languages.includes(language)).map((block) => [`${block.file}:${block.line}`, block])

/** The blocks of these pages run together, in `stories.test.ts`. */
const stories = new Set(blocks.filter(({ path }) => path !== undefined).map(({ file }) => file))

/** Programs are put where the packages can be imported by name, and run in an empty directory. */
const programs = blocksFolder()

describe('every TypeScript block runs', () => {
  // What has a file's name is part of a story, and happens there.
  it.each(of('ts', 'js').filter(([, { path }]) => path === undefined))('%s', { timeout: 360_000 }, (_name, { text, file, line, language, output }) => {
    const cwd = mkdtempSync(join(tmpdir(), 'cilock-block-'))
    const program = join(programs, `${file.replaceAll(/[^a-z0-9]/gi, '-')}-${line}.${language}`)
    try {
      // What the blocks speak about: an action, a repository, and stand-ins for programs that a runner has.
      const fixtures = join(root, 'examples/container-image/fixtures/image')
      cpSync(join(root, 'examples/container-image/actions'), join(cwd, 'actions'), { recursive: true })
      spawnSync('git', ['init', '-q', '.'], { cwd })
      const env = { ...process.env, FIXTURES: fixtures, PATH: `${join(root, 'docs/test/stubs')}${delimiter}${process.env['PATH'] ?? ''}` }
      writeFileSync(program, text)
      const { status, stdout, stderr } = spawnSync(process.execPath, runnerOf(text, program), { cwd, env, encoding: 'utf8', timeout: 300_000 })
      expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' })
      if (output !== undefined) expect(masked(stdout, cwd)).toBe(masked(output))
    } finally {
      rmSync(cwd, { recursive: true, force: true })
      rmSync(program, { force: true })
    }
  })
})

/** A block that imports Vitest is a test, and run by it; any other is a program. */
function runnerOf(text: string, program: string): readonly string[] {
  if (/from 'vitest'/.test(text)) return [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', join(root, 'docs/test/block.config.ts'), program]
  return ['--conditions=@cilock/source', '--import', join(root, 'node_modules/tsx/dist/loader.mjs'), program]
}

describe('every shell block says what is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }
  const lines = of('sh').flatMap(([name, { text, file }]) => text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')).map((line) => [name, line, file] as const))

  it.each(lines)('%s: %s', (_name, line, file) => {
    const [command = '', verb = '', ...rest] = line.replace(/ +#.*$/, '').split(/\s+/)
    if (command === 'npm' && (verb === 'install' || verb === 'i')) {
      for (const each of rest.filter((word) => word.startsWith('@cilock/'))) expect(existsSync(join(root, 'packages', each.slice('@cilock/'.length), 'package.json'))).toBe(true)
      return
    }
    if (command === 'npm') {
      if (verb === 'init') return
      expect(Object.keys(scripts)).toContain(verb === 'run' ? rest[0] : verb)
      return
    }
    if (stories.has(file)) return
    // Anything else is run by a test of its own, which names the block.
    expect(executedElsewhere.some((pattern) => pattern.test(line))).toBe(true)
  })
})

/** Command lines that other tests run: the walk-through of the command line, tools of this repository. */
const executedElsewhere = [/^cilock /, /^npx (?:vitest|changeset|rego) ?/, /^rego /, /^git clone /, /^cd /]

it('finds blocks of no other language than it can run or compare', () => {
  const known = new Set(['ts', 'js', 'sh', 'text', 'json', 'rego'])
  expect(blocks.filter(({ language }) => !known.has(language)).map(({ file, line }) => `${file}:${line}`)).toEqual([])
})

it('reads every JSON block as JSON', () => {
  for (const [name, { text }] of of('json')) expect(() => JSON.parse(text) as unknown, name).not.toThrow()
})
