import { CilockError, compareUtf8 } from '@cilock/core'
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import type { Dirent, Stats } from 'node:fs'
import { sep } from 'node:path'
import type { FilesErrorCode } from './error.ts'
import { isInside } from './inside.ts'

/** A path as the file system takes it: bytes where it is no UTF-8. */
export type Location = string | Buffer

/** A regular file below the working directory, or a directory that stands for all of its files. */
export interface FoundFile {
  /** From the working directory, with `/`; a byte of a name that is no UTF-8 is U+FFFD, as in Go's JSON. */
  readonly path: string
  readonly location: Location
  /** Whether a symbolic link was followed on the way. */
  readonly isLinked: boolean
  /** Whether the path has a U+FFFD, and so may be that of several files. */
  readonly isUnclear: boolean
  /** A directory that is to be one digest; its path ends with `/`. */
  readonly isDirectory?: true
}

/** A directory that is being walked. */
interface Frame {
  readonly location: Location
  readonly path: string
  /** The same with a separator, as what is below begins: put together once for all entries. */
  readonly below: { readonly location: Location; readonly path: string }
  readonly isLinked: boolean
  readonly identity: Stats
  /** Whether any path here has a U+FFFD: looking at each takes longer than finding it. */
  readonly hasUnclear: boolean
  readonly entries: Iterator<Entry>
}

type Entry = Dirent | Dirent<Buffer>
type Kind = 'file' | 'directory' | 'link' | 'other'

/** The character that stands for bytes that are no UTF-8: a name that has it may have been another. */
const replacement = '\uFFFD'

/**
 * All regular files below a directory, in the order of their names' bytes, hidden ones included. Links are followed
 * where they lead to something inside that was not reached through a link before; their files are found below the
 * link's own path too. Links that dangle or lead outside are passed over, as are pipes, sockets and devices.
 *
 * `isWhole` is asked of each directory before it is listed, the root is `.`; one that it takes is found as a whole.
 *
 * @throws CilockError `ERR_FILE_UNREADABLE` (a directory cannot be listed), `ERR_FILE_CHANGED` (it was replaced while its
 * files were read), `ERR_SYMLINK_LOOP`.
 */
export function* walk(directory: string, isWhole: (path: string) => boolean): Generator<FoundFile, void, undefined> {
  const root = attempt('', () => realpathSync.native(directory))
  const followed = new Set<string>()
  const frames: Frame[] = []
  yield* enter(root, '', false)

  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const next = frame.entries.next()
    if (next.done === true) {
      checkUnmoved(frame)
      frames.pop()
      continue
    }
    const { name: rawName } = next.value
    const name = typeof rawName === 'string' ? rawName : rawName.toString('utf8')
    const path = frame.below.path + name
    const location = join(frame.below.location, rawName)
    // Some file systems list names alone.
    const kind = kindOf(next.value) ?? attempt(path, () => kindOf(lstatSync(location)))
    const isUnclear = frame.hasUnclear && path.includes(replacement)
    if (kind === 'file') yield { path, location, isLinked: frame.isLinked, isUnclear }
    else if (kind === 'directory') yield* enter(location, path, frame.isLinked)
    else if (kind === 'link') {
      const target = follow(location, path)
      if (target === undefined || !isInside(keyOf(root), keyOf(target), sep) || followed.has(keyOf(target))) continue
      followed.add(keyOf(target))
      const stats = attempt(path, () => statSync(target, { throwIfNoEntry: false }))
      if (stats?.isDirectory() === true) yield* enter(target, path, true)
      else if (stats?.isFile() === true) yield { path, location: target, isLinked: true, isUnclear }
    }
  }

  function* enter(location: Location, path: string, isLinked: boolean): Generator<FoundFile, void, undefined> {
    const name = path === '' ? '.' : path
    if (isWhole(name)) yield { path: `${name}/`, location, isLinked, isUnclear: name.includes(replacement), isDirectory: true }
    else frames.push(open(location, path, isLinked))
  }

  function open(location: Location, path: string, isLinked: boolean): Frame {
    try {
      const identity = lstatSync(location)
      const { entries, hasUnclear } = list(location)
      // The root of a system ends with its separator already.
      const endsSo = typeof location === 'string' && location.endsWith(sep)
      const below = { location: endsSo ? location : join(location, sep), path: path === '' ? '' : `${path}/` }
      return { location, path, below, isLinked, identity, hasUnclear: hasUnclear || path.includes(replacement), entries: entries[Symbol.iterator]() }
    } catch (error) {
      // It was a directory when its parent was listed.
      const isGone = path !== '' && (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR')
      throw isGone ? moved(path, error) : unreadable(path, error)
    }
  }
}

/** A directory that is another one by now may have shown files from anywhere. */
function checkUnmoved({ location, path, identity }: Frame): void {
  const now = attempt(path, () => lstatSync(location, { throwIfNoEntry: false }))
  if (now?.isDirectory() === true && now.dev === identity.dev && now.ino === identity.ino) return
  throw moved(path)
}

function moved(path: string, cause?: unknown): CilockError {
  return new CilockError('ERR_FILE_CHANGED', `expected the directory ${path === '' ? '.' : path} to stay in its place while its files are read, found it replaced or gone`, { cause })
}

function list(location: Location): { readonly entries: readonly Entry[]; readonly hasUnclear: boolean } {
  const entries = readdirSync(location, { withFileTypes: true })
  if (!entries.some(({ name }) => name.includes(replacement))) {
    const isBmp = !entries.some(({ name }) => /[\uD800-\uDFFF]/.test(name))
    // Without surrogates the order of the platform is that of UTF-8, and quicker.
    const compare = isBmp ? (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1) : (a: Dirent, b: Dirent) => compareUtf8(a.name, b.name)
    return { entries: entries.sort(compare), hasUnclear: false }
  }
  const raw = readdirSync(location, { withFileTypes: true, encoding: 'buffer' })
  return { entries: raw.sort((a, b) => Buffer.compare(a.name, b.name)), hasUnclear: true }
}

function kindOf(entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket' | 'isBlockDevice' | 'isCharacterDevice'>): Kind | undefined {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  if (entry.isSymbolicLink()) return 'link'
  return entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice() ? 'other' : undefined
}

/** Where a link leads in the end; undefined when it leads nowhere. */
function follow(location: Location, path: string): Location | undefined {
  try {
    const target = realpathSync.native(location, 'buffer')
    const text = target.toString('utf8')
    return text.includes(replacement) ? target : text
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'ELOOP') throw new CilockError<FilesErrorCode>('ERR_SYMLINK_LOOP', `expected links that lead somewhere, found a loop at ${path}`, { cause: error })
    throw unreadable(path, error)
  }
}

/** One text for a path, whichever way it is held. */
function keyOf(location: Location): string {
  return (typeof location === 'string' ? Buffer.from(location) : location).toString('latin1')
}

function join(begin: Location, end: Location): Location {
  if (typeof begin === 'string' && typeof end === 'string') return begin + end
  return Buffer.concat([Buffer.from(begin), Buffer.from(end)])
}

function attempt<T>(path: string, operation: () => T): T {
  try {
    return operation()
  } catch (error) {
    throw unreadable(path, error)
  }
}

export function unreadable(path: string, error: unknown): CilockError {
  return new CilockError('ERR_FILE_UNREADABLE', `expected to read ${path === '' ? 'the working directory' : path}, found ${codeOf(error)}`, { cause: error })
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error'
}
