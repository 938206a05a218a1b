import { existsSync, readdirSync } from 'node:fs'

/**
 * One project for each package and example that has tests. Vitest 4 ignores this file unless `vitest.config.ts`
 * imports it.
 */
const roots = [
  ...['packages', 'examples'].flatMap((group) => readdirSync(new URL(group, import.meta.url)).map((name) => `${group}/${name}`)),
  'docs',
]

export const projects = roots
  .filter((root) => existsSync(new URL(`${root}/test`, import.meta.url)))
  .map((root) => ({ extends: true as const, test: { name: root.replace(/^packages\//, ''), root } }))
