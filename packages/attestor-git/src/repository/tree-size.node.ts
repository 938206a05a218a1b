import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import type { ObjectType } from './object.node.ts'
import type { ObjectStore } from './object-store.node.ts'

/** What a working directory and the memory hold: files, the bytes of their paths, and as many directories in a row as fit a path. */
const [maxEntries, maxPathBytes, maxDepth] = [1_000_000, 256 * 1024 * 1024, 2048]

interface Size {
  readonly entries: number
  readonly pathBytes: number
}

const trees: ReadonlySet<ObjectType> = new Set(['tree'])
const nameBytes = 20

/**
 * Refuses a tree that would be larger in a working directory than one can be: a dozen trees that each name the next one
 * ten times are a million million files. Each is read once, however often it is named.
 *
 * @throws CilockError `ERR_LIMIT_EXCEEDED`, `ERR_REPOSITORY_BROKEN`, and what the store throws
 */
export async function refuseLargeTree(name: string, store: ObjectStore): Promise<void> {
  const known = new Map<string, Size>()

  async function sizeOf(tree: string, depth: number): Promise<Size> {
    const before = known.get(tree)
    if (before !== undefined) return before
    if (depth > maxDepth) throw tooLarge(`${maxDepth} directories in a row`)
    const { type, bytes } = await store.read(tree, trees)
    if (type !== 'tree') throw broken(tree, `it is a ${type}`)
    let [entries, pathBytes] = [0, 0]
    for (const { folder, length } of entriesOf(bytes, tree)) {
      const beneath = folder === undefined ? { entries: 0, pathBytes: 0 } : await sizeOf(folder, depth + 1)
      entries += 1 + beneath.entries
      pathBytes += length + beneath.pathBytes + beneath.entries * (length + 1)
      if (entries > maxEntries) throw tooLarge(`${maxEntries} files and directories`)
      if (pathBytes > maxPathBytes) throw tooLarge(`${maxPathBytes} bytes of paths`)
    }
    const size = { entries, pathBytes }
    known.set(tree, size)
    return size
  }

  await sizeOf(name, 1)
}

/** Each entry's length of its name and, of a directory, the name of its tree. */
function* entriesOf(bytes: Uint8Array, tree: string): Generator<{ readonly folder: string | undefined; readonly length: number }> {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < content.length; ) {
    const [space, end] = [content.indexOf(0x20, at), content.indexOf(0, at)]
    if (space === -1 || end < space || end + nameBytes >= content.length) throw broken(tree, `expected an entry at ${at}, found none`)
    const isFolder = /^0?40000$/.test(content.toString('latin1', at, space))
    at = end + 1 + nameBytes
    yield { folder: isFolder ? content.toString('hex', end + 1, at) : undefined, length: end - space - 1 }
  }
}

function broken(tree: string, why: string): CilockError<GitErrorCode> {
  return new CilockError('ERR_REPOSITORY_BROKEN', `cannot read the tree ${tree}: ${why}`)
}

function tooLarge(limit: string): CilockError {
  return new CilockError('ERR_LIMIT_EXCEEDED', `expected a tree of at most ${limit}, found more`)
}
