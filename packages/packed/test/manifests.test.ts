import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean
  readonly repository?: unknown
  readonly homepage?: string
  readonly bugs?: string
  readonly engines?: unknown
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
  readonly publishConfig?: unknown
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const all = readdirSync(join(root, 'packages'))
  .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
  .map((folder) => ({ folder, manifest: JSON.parse(read(`packages/${folder}/package.json`)) as Manifest }))
const sourceOf = (built: string): string => built.replace('./dist/', 'src/').replace(/\.c?js$/, '.ts')
const published = all.filter(({ manifest }) => manifest.private !== true)

it('finds the packages', () => {
  expect(published.map(({ folder }) => folder)).toEqual(expect.arrayContaining(['cli', 'core', 'policy', 'rego']))
})

it('has one version for all', () => {
  expect([...new Set(published.map(({ manifest }) => manifest.version))]).toHaveLength(1)
})

describe.each(published.map((each) => [each.folder, each] as const))('the manifest of %s', (folder, { manifest }) => {
  it('says what the package is and where it comes from', () => {
    expect(manifest).toMatchObject({
      name: `@cilock/${folder}`,
      license: 'Apache-2.0',
      repository: { type: 'git', url: 'git+https://github.com/cilock/cilock.git', directory: `packages/${folder}` },
      homepage: `https://github.com/cilock/cilock/tree/main/packages/${folder}#readme`,
      bugs: 'https://github.com/cilock/cilock/issues',
      publishConfig: { access: 'public', provenance: true },
    })
    expect(manifest.description).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('is found by the words of its field', () => {
    const { keywords = [] } = manifest
    expect(keywords.length).toBeGreaterThanOrEqual(3)
    expect(new Set(keywords).size).toBe(keywords.length)
    for (const word of keywords) expect(word).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
  })

  it('says how it is loaded', () => {
    const { node } = (JSON.parse(read('package.json')) as { readonly engines: { readonly node: string } }).engines
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false, engines: { node } })
  })

  it('packs what was built and its sources, and nothing that only builds need', () => {
    expect(manifest.files).toEqual(['dist', '!dist/.tsbuildinfo*', 'src'])
  })

  it('has sources, declarations and JavaScript behind each export, in the order in which they are tried', () => {
    expect(Object.keys(manifest.exports ?? {})).toContain('.')
    for (const [path, target] of Object.entries(manifest.exports ?? {})) {
      const source = target['@cilock/source'] ?? ''
      expect(source, path).toMatch(/^\.\/src\/.+\.ts$/)
      expect(existsSync(join(root, 'packages', folder, source)), `${path} is there`).toBe(true)
      const built = source.replace('./src/', './dist/').replace(/\.ts$/, '')
      expect(Object.entries(target), path).toEqual([
        ['@cilock/source', source],
        ['types', `${built}.d.ts`],
        ['default', `${built}.js`],
      ])
    }
  })

  it('builds each export', () => {
    const entries = read(`packages/${folder}/tsup.config.ts`)
    for (const target of Object.values(manifest.exports ?? {})) expect(entries).toContain(`'${sourceOf(target['default'] ?? '')}'`)
  })

  it('builds each program, with the others or bundled', () => {
    const entries = read(`packages/${folder}/tsup.config.ts`)
    for (const file of Object.values(manifest.bin ?? {})) {
      expect(entries).toMatch(file.endsWith('.cjs') ? /bundle\w+\('dist'\)/ : `'${sourceOf(file)}'`)
      expect(existsSync(join(root, 'packages', folder, sourceOf(file)))).toBe(true)
    }
  })

  it('names every dependency exactly, and those of the workspace as such', () => {
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest
    for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      if (name.startsWith('@cilock/')) expect(range, name).toBe('workspace:*')
      else expect(range, name).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)
    }
    expect(Object.keys(dependencies).filter((name) => all.some((each) => each.manifest.name === name && each.manifest.private === true))).toEqual([])
  })

  it('runs nothing on the machine that installs it', () => {
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => /^(?:pre|post)?(?:install|prepare)$/.test(name))).toEqual([])
  })

  it('stands beside a README that names it', () => {
    const path = `packages/${folder}/README.md`
    expect(existsSync(join(root, path)), path).toBe(true)
    expect(read(path)).toContain(`# @cilock/${folder}`)
  })

  it('has a README whose links lead somewhere from npm, too', () => {
    const links = [...read(`packages/${folder}/README.md`).matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)
    const home = 'https://github.com/cilock/cilock/'
    for (const link of links) {
      expect(link).toMatch(/^(?:https:\/\/|#)/)
      const file = link.startsWith(home) ? /^(?:tree|blob)\/main\/([^#]*)/.exec(link.slice(home.length))?.[1] : undefined
      if (file !== undefined) expect(existsSync(join(root, file)), link).toBe(true)
    }
  })
})
