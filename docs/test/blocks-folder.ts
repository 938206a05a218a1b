import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './code-blocks.ts'

/** A folder in which every package of this repository can be imported by name, whether or not `docs` depends on it. */
export function blocksFolder(): string {
  const folder = join(root, 'docs', '.blocks')
  const links = join(folder, 'node_modules', '@cilock')
  mkdirSync(links, { recursive: true })
  for (const name of readdirSync(join(root, 'packages'))) {
    if (!existsSync(join(links, name))) link(join(root, 'packages', name), join(links, name))
  }
  return folder
}

/** Another test file may have been sooner. */
function link(target: string, path: string): void {
  try {
    symlinkSync(target, path, 'junction')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
