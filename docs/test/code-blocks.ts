import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** A fenced block of a Markdown file. */
export interface CodeBlock {
  readonly file: string
  readonly line: number
  /** What stands behind the fence: `ts`, `sh`, `text` … */
  readonly language: string
  /** The second word behind the fence: the file that the block is, in a story or in this repository. */
  readonly path?: string
  readonly text: string
  /** The text of the `text` block directly behind: what is said when this one runs. */
  readonly output?: string
}

/** Every fenced block of the README, the guides, and the packages' and examples' READMEs. */
export function codeBlocks(): readonly CodeBlock[] {
  const folders = ['packages', 'examples'].flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}/README.md`))
  const files = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', ...guides(), ...folders]
  return files.filter((file) => existsSync(join(root, file))).flatMap((file) => blocksOf(file, readFileSync(join(root, file), 'utf8')))
}

/** The pages of `docs`, from the root. */
export function guides(): readonly string[] {
  return readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
}

function blocksOf(file: string, markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { readonly line: number; readonly language: string; readonly path?: string; readonly lines: string[] } | undefined
  let isBehind = false
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\S*) *(\S*)/.exec(line)
    if (open === undefined && fence === null) isBehind &&= line.trim() === ''
    else if (open === undefined) {
      const [, language = '', path = ''] = fence ?? []
      open = { line: index + 1, language, ...(path !== '' && { path }), lines: [] }
    } else if (fence === null) open.lines.push(line)
    else {
      const { lines, ...rest } = open
      const text = lines.join('\n')
      const before = blocks.at(-1)
      if (rest.language === 'text' && rest.path === undefined && isBehind && before !== undefined) blocks[blocks.length - 1] = { ...before, output: text }
      blocks.push({ file, ...rest, text })
      open = undefined
      isBehind = true
    }
  }
  return blocks
}
