import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compareUtf8 } from '@cilock/core'
import { expect, it } from 'vitest'
import { demo } from '../../examples/container-image/src/demo.ts'
import { codeBlocks, root } from './code-blocks.ts'
import { masked } from './masked.ts'

it('shows what the demo really prints', async () => {
  const lines: string[] = []
  await demo((line) => lines.push(line), false)
  const block = codeBlocks().find(({ file, language }) => file === 'README.md' && language === 'text')
  expect(masked(block?.text ?? '')).toBe(masked(lines.join('\n')))
})

it('lists every published package, and only those', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const listed = [...readme.matchAll(/^\| \[`(@cilock\/[a-z0-9-]+)`\]\(packages\/([a-z0-9-]+)\)/gm)].map(([, name, folder]) => [name, folder])
  expect(listed.every(([name, folder]) => name === `@cilock/${folder ?? ''}`)).toBe(true)
  expect(listed.map(([name = '']) => name).toSorted(compareUtf8)).toEqual(publishedNames())
})

function publishedNames(): readonly string[] {
  return readdirSync(join(root, 'packages'))
    .map((folder) => JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as { readonly name: string; readonly private?: boolean })
    .filter((manifest) => manifest.private !== true)
    .map(({ name }) => name)
    .toSorted(compareUtf8)
}
