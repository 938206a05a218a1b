import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blocksFolder } from './blocks-folder.ts'
import { codeBlocks, guides, root } from './code-blocks.ts'
import type { CodeBlock } from './code-blocks.ts'
import { masked } from './masked.ts'

/**
 * Pages that are one story: their blocks happen in order in one folder, as if typed. A block with a file's name is
 * written, or, where this repository has that file, has to be a part of it; `sh` is run, and says what stands behind it.
 */
const blocks = codeBlocks()
const stories = guides().filter((file) => blocks.some((block) => block.file === file && block.path !== undefined))

describe.each(stories)('%s', (file) => {
  const own = blocks.filter((block) => block.file === file)

  it('happens as it is told', { timeout: 900_000 }, () => {
    const folder = realpathSync(mkdtempSync(join(blocksFolder(), 'story-')))
    try {
      for (const block of own) happens(block, folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

function happens(block: CodeBlock, folder: string): void {
  const where = `${block.file}:${block.line}`
  if (block.path !== undefined) return appears(block, block.path, folder)
  if (block.language !== 'sh') return
  const lines = block.text.split('\n').filter((line) => line !== '' && !/^(?:mkdir|cd) /.test(line))
  const said = lines.map((line) => run(line, folder, where)).join('')
  if (block.output !== undefined) expect({ where, said: masked(said, folder) }).toEqual({ where, said: masked(block.output) })
}

function appears({ text, file, line }: CodeBlock, path: string, folder: string): void {
  if (/^(?:examples|packages)\//.test(path)) {
    expect(readFileSync(join(root, path), 'utf8').includes(text), `${file}:${line} is a part of ${path}`).toBe(true)
    return
  }
  const target = join(folder, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, `${text}\n`)
}

/** A line that ends in `# refused` has to end with 1, every other with 0. */
function run(line: string, cwd: string, where: string): string {
  const env = {
    HOME: cwd,
    TMPDIR: tmpdir(),
    CILOCK_ROOT: root,
    PATH: [join(root, 'docs/test/stubs'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    NODE_OPTIONS: `--conditions=@cilock/source --import=${join(root, 'node_modules/tsx/dist/loader.mjs')}`,
    NO_COLOR: '1',
  }
  const { status, stdout, stderr, error } = spawnSync('sh', ['-c', line], { cwd, env, encoding: 'utf8', timeout: 300_000 })
  const said = stdout + stderr
  const expected = line.endsWith(' # refused') ? 1 : 0
  expect({ where, line, status, said: status === expected ? '' : said, error }).toEqual({ where, line, status: expected, said: '', error: undefined })
  return said
}
