import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { isLaterPart, laterPlugin } from '../bundle-later.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-later-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

writeFileSync(at('shared.ts'), 'export class Trouble extends Error {}\n')
writeFileSync(
  at('seldom.ts'),
  `import { Trouble } from './shared.ts'
import { helper } from './helper.ts'
export function add(a: number, b: number): number { return helper(a) + b }
export async function fail(): Promise<never> { throw new Trouble('as asked') }
export const most = 7
export const names = ['a', { b: true }]
export const rows = [{ read: () => 1 }]
export class Thing {}
export const table = new Map()
`,
)
writeFileSync(at('helper.ts'), 'export function helper(value: number): number { return value }\n')

/** The files of a program, by their names without hashes. */
async function bundle(text: string): Promise<ReadonlyMap<string, string>> {
  writeFileSync(at('program.ts'), text)
  const options = { bundle: true, format: 'esm', write: false, logLevel: 'silent', target: 'node20.19' } as const
  const plugin = await laterPlugin([{ name: 'part', modules: [at('seldom.ts')] }], options)
  const { outputFiles } = await build({ ...options, entryPoints: [at('program.ts')], splitting: true, outdir: at('out'), plugins: [plugin] })
  return new Map(outputFiles.map(({ path, text: code }) => [path.slice(at('out/').length).replace(/-[0-9A-Z]{8}\.js$/, '.js'), code]))
}

describe('what a bundle loads later', () => {
  it('leaves the module to a file of its own, with what only it imports', async () => {
    const files = await bundle("import { add, most, names } from './seldom.ts'\nconsole.log(most, names)\nexport const run = () => add(1, 2)\n")
    expect(files.get('program.js')).not.toContain('helper(')
    expect(files.get('program.js')).toMatch(/import\("\.\/later-part-/)
    // plain data is there without it
    expect(files.get('program.js')).toContain('most = 7')
    expect(files.get('program.js')).toContain('names = ["a", { "b": true }]')
    expect(files.get('later-part.js')).toContain('helper(a) + b')
  })

  it('shares what both import, so that there is one class of an error', async () => {
    const files = await bundle("import { fail } from './seldom.ts'\nimport { Trouble } from './shared.ts'\nexport const run = async () => fail().catch((error) => error instanceof Trouble)\n")
    expect([...files.values()].filter((code) => code.includes('class extends Error'))).toHaveLength(1)
  })

  it.each(['Thing', 'table', 'rows'])('refuses to leave out what is neither function nor data: %s', async (name) => {
    await expect(bundle(`import { ${name} } from './seldom.ts'\nconsole.log(${name})\n`)).rejects.toThrow(`No matching export in "later:${at('seldom.ts')}" for import "${name}"`)
  })

  it('tells such a file from others', () => {
    expect([isLaterPart('/bundle/later-part-ABCD1234.js'), isLaterPart('/bundle/latest.js'), isLaterPart('/later-part/verify.js'), isLaterPart(null)]).toEqual([true, false, false, false])
  })
})
