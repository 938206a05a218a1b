import { CilockError, compareUtf8 } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { compileGlob } from '@cilock/glob'
import { setImmediate } from 'node:timers/promises'
import type { FilesErrorCode } from './error.ts'
import { directoryDigest } from './directory-digest.node.ts'
import { largeFileQueue } from './large-files.node.ts'
import { fileReader } from './read-file.node.ts'
import type { FileContent } from './read-file.node.ts'
import { sha256Required } from './tree-predicate.ts'
import { walk } from './walk.node.ts'
import type { FoundFile } from './walk.node.ts'

/** Milliseconds of work after which others get their turn and an abort is seen. */
const turn = 20

/** After how many files the time is looked at, which takes long on some machines. */
const filesPerLook = 16

export interface RecordOptions<T> {
  /** Whether a file is read at all, by its path. */
  readonly isWanted: (path: string) => boolean
  /** Patterns of directories that are to be one digest. */
  readonly dirHashGlobs: DirHashGlobs
  /** What is recorded of a file; undefined: nothing is. */
  readonly recordOf: (file: FoundFile, content: FileContent) => T | undefined
}

/** Where something is recorded of a file, or will be. */
type Place<T> = [path: string, record: T | undefined]

/**
 * Reads every wanted file below the working directory once. What is recorded comes in the order of the paths' bytes within
 * each directory, whenever a file was read.
 *
 * @throws CilockError `ERR_SHA256_REQUIRED`, `ERR_DIRHASH_UNSUPPORTED`, `ERR_SYMLINK_LOOP`, `ERR_FILE_UNREADABLE`,
 * `ERR_FILE_CHANGED`, `ERR_EVIDENCE_INVALID`, `ERR_ABORTED`.
 */
export async function recordFiles<T extends object>({ workingDir, hashes, signal, dialect }: Pick<AttestContext, 'workingDir' | 'hashes' | 'signal' | 'dialect'>, options: RecordOptions<T>): Promise<readonly (readonly [path: string, record: T])[]> {
  const isWitness = dialect === 'witness'
  if (!isWitness && !hashes.includes('sha256')) throw sha256Required()
  const readFile = fileReader(hashes)
  const places: Place<T>[] = []
  // A file that is read later has its place already.
  const waiting = new Map<FoundFile, Place<T>>()
  const unclear = new Set<string>()
  const large = largeFileQueue(hashes, signal, (file, content) => {
    const place = waiting.get(file)
    if (place !== undefined) place[1] = options.recordOf(file, content)
  })
  let turnEnds = 0
  let looks = 0
  const isWhole = isWitness ? options.dirHashGlobs.match : options.dirHashGlobs.refuse
  try {
    for (const file of walk(workingDir, isWhole)) {
      if (looks++ % filesPerLook === 0 && performance.now() >= turnEnds) {
        await setImmediate()
        refuseAborted(signal)
        turnEnds = performance.now() + turn
      }
      if (!options.isWanted(file.path)) continue
      if (file.isUnclear) {
        if (unclear.has(file.path)) throw writtenTwice(file.path)
        unclear.add(file.path)
      }
      const content = file.isDirectory === true ? await wholeDirectory(file, signal) : readFile(file)
      if ('fd' in content) {
        const place: Place<T> = [file.path, undefined]
        places.push(place)
        waiting.set(file, place)
        await large.add(content)
      } else {
        const record = options.recordOf(file, content)
        if (record !== undefined) places.push([file.path, record])
      }
    }
    await large.finish()
  } finally {
    large.close()
  }
  refuseAborted(signal)
  return places.filter((place): place is [path: string, record: T] => place[1] !== undefined)
}

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CilockError('ERR_ABORTED', 'the run was stopped while files were read', { cause: signal.reason })
}

/** The digest of a directory that is recorded as a whole. */
async function wholeDirectory({ path, location }: FoundFile, signal: AbortSignal): Promise<FileContent> {
  if (typeof location !== 'string') throw new CilockError('ERR_FILE_UNREADABLE', `expected a directory with a name in UTF-8, found ${path}`)
  return { digests: { dirHash: await directoryDigest(location, { signal }) }, modifiedMs: Infinity }
}

/** Files in the order of the bytes of their paths, as Go writes maps. */
export function sortedByPath<T>(files: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(files).toSorted(([a], [b]) => compareUtf8(a, b)))
}

export interface DirHashGlobs {
  readonly match: (directory: string) => boolean
  /** Always false: what matches is an error. */
  readonly refuse: (directory: string) => boolean
}

/**
 * Compiles the patterns of directories that are to be recorded as one digest. No v0.3 predicate can hold such a digest,
 * so the first directory that matches ends the run; CI/lock hashes everything and fails then.
 *
 * @throws GlobError `ERR_GLOB_INVALID`
 */
export function dirHashGlobs(patterns: readonly string[] = []): DirHashGlobs {
  const globs = patterns.map((pattern) => compileGlob(pattern))
  return {
    match: (directory) => globs.some((glob) => glob.match(directory)),
    refuse(directory) {
      const match = globs.find((glob) => glob.match(directory))
      if (match === undefined) return false
      throw new CilockError<FilesErrorCode>(
        'ERR_DIRHASH_UNSUPPORTED',
        `${directory} matches the dirhash pattern ${JSON.stringify(match.pattern)}, and material and product v0.3 cannot hold the digest of a directory`,
      )
    },
  }
}

/** Two files whose names differ only in bytes that are no UTF-8 cannot both be recorded. */
function writtenTwice(path: string): CilockError {
  return new CilockError('ERR_EVIDENCE_INVALID', `expected each path once, found two files that are written as ${JSON.stringify(path)}`)
}
