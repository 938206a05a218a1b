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
  readonly text: string
}

/** Every fenced block of the README, the guides, and the packages' and examples' READMEs. */
export function codeBlocks(): readonly CodeBlock[] {
  const folders = ['packages', 'examples'].flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}/README.md`))
  const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  const files = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', ...guides, ...folders]
  return files.filter((file) => existsSync(join(root, file))).flatMap((file) => blocksOf(file, readFileSync(join(root, file), 'utf8')))
}

function blocksOf(file: string, markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { readonly line: number; readonly language: string; readonly lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\S*)/.exec(line)
    if (fence === null) open?.lines.push(line)
    else if (open === undefined) open = { line: index + 1, language: fence[1] ?? '', lines: [] }
    else {
      blocks.push({ file, line: open.line, language: open.language, text: open.lines.join('\n') })
      open = undefined
    }
  }
  return blocks
}
