import { realpathSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { resolve } from 'node:path'
import { CilockError, hashBytes } from '@cilock/core'
import type { DigestSet } from '@cilock/core'
import { hashFile } from '@cilock/core/node'
import { usage } from '../error.ts'
import type { CliErrorCode } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import { readNamedFile } from '../read-file.ts'

/** Up to this many bytes an artifact is read whole, which takes less than what reads it in pieces takes to be loaded. */
const atOnce = 1024 * 1024

/** What is to be let through: at most one file or directory, and the digests of `--subjects`. */
export async function subjectsOf(flags: Flags, positionals: readonly string[], workingDir: string): Promise<readonly (string | DigestSet)[]> {
  const [artifact, ...more] = positionals
  if (more.length > 0) throw usage(`verify takes one artifact, found ${positionals.length}`)
  const file = flags.string('artifactfile') ?? ''
  const directory = flags.string('directory-path') ?? ''
  if ([artifact, file, directory].filter((path) => path !== undefined && path !== '').length > 1) {
    throw usage('the artifact is named more than once: as an argument, by --artifactfile or by --directory-path')
  }
  // of a variable that was never set; the path of nothing would be that of the working directory
  if (artifact === '') throw usage('the artifact is named by an empty text')
  const subjects: (string | DigestSet)[] = []
  if (artifact !== undefined) subjects.push(await digestOf(resolve(workingDir, artifact)))
  if (file !== '') subjects.push(await digestOf(resolve(workingDir, file)))
  if (directory !== '') subjects.push({ dirHash: await hashDirectory(resolve(workingDir, directory)) })
  return [...subjects, ...flags.list('subjects').map(normalised)]
}

async function digestOf(path: string): Promise<DigestSet> {
  const stats = statsOf(path)
  if (stats.isDirectory()) return { dirHash: await hashDirectory(path) }
  if (stats.isFile() && stats.size <= atOnce) return hashBytes(await readNamedFile('artifact', path), ['sha256'])
  return hashFile(realpathSync(path), ['sha256'])
}

function statsOf(path: string): Stats {
  try {
    return statSync(path)
  } catch (error) {
    throw new CilockError<CliErrorCode>('ERR_FILE', `no artifact ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/**
 * `sha256:<hex>`, or the hex alone. The Go tool takes any word before the colon and compares letters as typed; here the
 * word has to be true and letter case does not matter.
 */
function normalised(text: string): string {
  const colon = text.indexOf(':')
  const algorithm = colon === -1 ? 'sha256' : text.slice(0, colon).toLowerCase()
  const hex = text.slice(colon + 1).toLowerCase()
  if (algorithm === 'sha1') throw usage(`--subjects ${text}: a SHA-1 digest, such as a git commit's, matches nothing; give the SHA-256 of an artifact`)
  if (algorithm !== 'sha256' && algorithm !== 'dirhash') throw usage(`--subjects: expected sha256:<hex>, found ${JSON.stringify(text)}`)
  if (!/^[0-9a-f]{64}$/.test(hex)) throw usage(`--subjects: expected 64 hex digits, found ${JSON.stringify(text)}`)
  return `${algorithm === 'dirhash' ? 'dirHash' : 'sha256'}:${hex}`
}

async function hashDirectory(directory: string): Promise<string> {
  const { directoryDigest } = await import('@cilock/attestor-files')
  return directoryDigest(directory)
}
