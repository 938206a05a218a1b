// What there is to build, check and publish, read from the workspace itself.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Where `scripts/pack.mjs` puts the tarballs. */
export const packed = join(root, '.tmp', 'packed')

/** Every folder below packages/ with its manifest, in the order of their names. */
export function packages() {
  return readdirSync(join(root, 'packages'))
    .sort()
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
    .map((name) => {
      const folder = join(root, 'packages', name)
      return { name, folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }
    })
}

export function published() {
  return packages().filter(({ manifest }) => manifest.private !== true)
}

export function tarballOf({ manifest }) {
  return join(packed, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)
}

/** Every specifier that a published package can be imported by. */
export function specifiers(published) {
  return published.flatMap(({ manifest }) => Object.keys(manifest.exports).map((path) => manifest.name + path.slice(1)))
}

/**
 * What may only be imported in Node: the doors of files and processes, the programs, and the half of an attestor that
 * looks at the machine. All else has to run anywhere.
 */
export function needsNode(specifier) {
  return specifier.endsWith('/node') || specifier === '@cilock/cli' || /^@cilock\/attestor-[^/]+$/.test(specifier)
}
