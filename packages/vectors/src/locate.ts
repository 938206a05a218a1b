import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of this checkout. */
export const repository: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/**
 * Where a published suite or recording is, as a path below the vectors folder (`CILOCK_VECTORS`, default
 * `../shared/vectors` beside the repository); undefined where it is absent. When `CI` is set and the vectors folder
 * itself is there, a missing part is an error, so that a renamed suite cannot skip itself in silence.
 */
export function vectors(part: string): string | undefined {
  const folder = resolve(process.env['CILOCK_VECTORS'] ?? join(repository, '..', 'shared', 'vectors'))
  const path = join(folder, part)
  if (existsSync(path)) return path
  if (process.env['CI'] !== undefined && existsSync(folder)) throw new TypeError(`no ${part} in the vectors folder`)
  return undefined
}

/** The name a test gives itself where its vectors are absent, so that the skip can be seen. */
export function skipped(part: string): string {
  return `SKIPPED: needs ${part} (set CILOCK_VECTORS)`
}

/** Where the real Go tools (`tools/go-oracles`) are, beside the vectors folder; undefined where absent. */
export function oracles(): string | undefined {
  const folder = resolve(process.env['CILOCK_VECTORS'] ?? join(repository, '..', 'shared', 'vectors'), '..', 'tools', 'go-oracles')
  return existsSync(join(folder, 'unpack')) ? folder : undefined
}
