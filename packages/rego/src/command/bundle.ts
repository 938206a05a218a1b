import type { ModuleSource } from '../program.ts'
import { defaultCompileLimits } from '../limits.ts'
import { isVar, stringOf } from '../syntax/ast.ts'
import { parseModule } from '../syntax/module.ts'
import { objectEntries } from '../value/members.ts'
import { isObject, isPlainObject, type Value } from '../value/value.ts'
import { isBelow, noManifest, readManifest, type BundleManifest } from './bundle-manifest.ts'
import { CommandError, type Host } from './host.ts'
import { below, joined, merge, parseDocument, type Loaded } from './load.ts'
import { readTar } from './tar.ts'

interface File {
  /** Within the bundle, with slashes. */
  readonly path: string
  /** As messages call it. */
  readonly name: string
  readonly text: () => string
}

/**
 * Reads bundles as `opa eval --bundle` does, folders or `.tar.gz` archives: modules, data of files named `data.json` or
 * `data.yaml` below the folders they stand in, and a `.manifest`, whose roots are held. All else is left alone.
 */
export async function loadBundles(paths: readonly string[], dialect: 'v0' | 'v1', host: Host): Promise<Loaded> {
  let all: Loaded = { modules: [], data: {} }
  const owners: { readonly path: string; readonly root: string }[] = []
  for (const path of paths) {
    const files = filesOf(path, host)
    const manifestFile = files.find((file) => file.path === '.manifest')
    const manifest = manifestFile === undefined ? noManifest : readManifest(manifestFile.text(), manifestFile.name)
    for (const root of manifest.roots) {
      const other = owners.find((owner) => owner.path !== path && (isBelow(root, owner.root) || isBelow(owner.root, root)))
      if (other !== undefined) throw new CommandError(`expected bundles with roots that do not overlap, found ${JSON.stringify(other.root)} of ${other.path} and ${JSON.stringify(root)} of ${path}`)
      owners.push({ path, root })
    }
    all = joined(all, await contentOf(path, files, manifest, dialect))
  }
  return all
}

async function contentOf(bundle: string, files: readonly File[], manifest: BundleManifest, dialect: 'v0' | 'v1'): Promise<Loaded> {
  const modules: (ModuleSource & { readonly source: string })[] = []
  let data: Loaded['data'] = {}
  for (const file of files) {
    const folders = file.path.split('/').slice(0, -1)
    if (file.path.endsWith('.rego')) {
      const version = manifest.dialectOf(file.path) ?? dialect
      if (version !== dialect) throw new CommandError(`expected modules of the dialect ${dialect}, found ${version} for ${file.name} in the manifest of ${bundle}: choose it with --${version}-compatible`)
      modules.push({ name: file.name, source: file.text() })
      checkPackage(file, manifest, dialect)
    } else if (/(?:^|\/)data\.(?:json|ya?ml)$/.test(file.path)) {
      const value = await parseDocument(file.name, file.text())
      const placed = below(folders, value)
      checkData(placed, '', manifest, file.name)
      data = merge(data, placed, file.name)
    }
  }
  return { modules, data }
}

function filesOf(bundle: string, host: Host): readonly File[] {
  const paths = host.listFiles(bundle)
  if (paths.length !== 1 || paths[0] !== bundle) {
    const root = bundle.replace(/\/+$/, '')
    return paths.map((name) => ({ path: name.slice(root.length + 1).replaceAll('\\', '/'), name, text: () => host.readFile(name) }))
  }
  if (!/\.(?:tar\.gz|tgz)$/.test(bundle)) throw new CommandError(`expected a folder or a .tar.gz archive as bundle, found ${bundle}`)
  return readTar(host.readGzip(bundle), bundle).map(({ path: written, bytes }) => {
    const path = written.replace(/^(?:\.?\/)+/, '')
    return { path, name: `${bundle}/${path}`, text: () => decoded(bytes, `${bundle}/${path}`) }
  })
}

function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new CommandError(`${name}: expected UTF-8, found other bytes`, { cause: error })
  }
}

/** What does not parse is the compiler's to report. */
function checkPackage({ name, text }: File, { roots }: BundleManifest, version: 'v0' | 'v1'): void {
  const { module } = parseModule(text(), { file: name, version, templateStrings: version === 'v1', maxDepth: defaultCompileLimits.depth })
  const path = module?.package.path.slice(1).map((term) => (isVar(term) ? term.value.name : (stringOf(term) ?? ''))).join('/')
  if (path !== undefined && !roots.some((root) => isBelow(path, root))) throw new CommandError(`expected packages below the roots ${shown(roots)} of the manifest, found ${path.replaceAll('/', '.')} in ${name}`)
}

/** Data may stand above a root as long as nothing but what leads there does. */
function checkData(value: Value, path: string, manifest: BundleManifest, file: string): void {
  const { roots } = manifest
  if (roots.some((root) => isBelow(path, root))) return
  if (!roots.some((root) => path === '' || isBelow(root, path)) || !isObject(value) || !isPlainObject(value)) throw new CommandError(`expected data below the roots ${shown(roots)} of the manifest, found ${path === '' ? 'no object' : path} in ${file}`)
  for (const [key, member] of objectEntries(value)) if (typeof key === 'string') checkData(member, path === '' ? key : `${path}/${key}`, manifest, file)
}

function shown(roots: readonly string[]): string {
  return roots.map((root) => JSON.stringify(root)).join(', ')
}
