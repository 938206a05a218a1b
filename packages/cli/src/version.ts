import { readFileSync } from 'node:fs'

/** The version of this package, from its manifest, which stands one folder above both the sources and what is built. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
}
