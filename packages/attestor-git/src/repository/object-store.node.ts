import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import { list, unlessMissing } from './files.node.ts'
import type { Repository } from './locate.node.ts'
import { loosePath, readLooseObject } from './loose-object.node.ts'
import { emptyTree, nameOf } from './object.node.ts'
import type { ObjectType, RawObject } from './object.node.ts'
import { objectFolders } from './object-folders.node.ts'
import { openPack } from './packs/pack.node.ts'
import { packIndex } from './packs/pack-index.node.ts'
import { withRanges } from './packs/ranges.node.ts'
import { resolveObject } from './packs/resolve.node.ts'
import { limitedWork } from './work.ts'
import type { Work } from './work.ts'

/** The objects of a repository, loose or packed, its own or borrowed, read without a git program and within limits. */
export interface ObjectStore {
  /**
   * An object that is what its name says, if it is of a wanted type; else its type alone, as the repository tells it.
   *
   * @throws CilockError `ERR_REPOSITORY_BROKEN` also for one that is not there, `ERR_LIMIT_EXCEEDED`, `ERR_FILE_UNREADABLE`,
   * `ERR_ABORTED`
   */
  readonly read: (name: string, wanted: ReadonlySet<ObjectType>) => Promise<RawObject>
}

/** @throws CilockError `ERR_REPOSITORY_BROKEN`, `ERR_LIMIT_EXCEEDED`, `ERR_FILE_UNREADABLE` */
export async function objectStore({ commonDir }: Repository, signal: AbortSignal, work: Work = limitedWork()): Promise<ObjectStore> {
  const folders = await objectFolders(commonDir)
  const listPacks = async (): Promise<readonly string[]> => (await Promise.all(folders.map(packsOf))).flat()
  let packs = await listPacks()
  // objects that are looked for in a row mostly lie in one pack
  let latest: string | undefined

  function packed(name: string, wanted: ReadonlySet<ObjectType>): RawObject | undefined {
    for (const path of latest === undefined ? packs : [latest, ...packs]) {
      const found = withRanges(`${path}.idx`, (indexFile) => {
        const index = packIndex(indexFile)
        const place = index.find(Buffer.from(name, 'hex'))
        return place === undefined ? undefined : withRanges(`${path}.pack`, (file) => resolveObject(openPack(file, index), place, wanted, work))
      })
      if (found === undefined) continue
      latest = path
      if (wanted.has(found.type) && nameOf(found) !== name) throw broken(name, `its content in ${path}.pack has another name`)
      return found
    }
    return undefined
  }

  async function find(name: string, wanted: ReadonlySet<ObjectType>): Promise<RawObject | undefined> {
    for (const path of folders.map((folder) => loosePath(folder, name))) {
      if ((await unlessMissing(path, stat(path))) === undefined) continue
      const object = await readLooseObject(path, name, wanted)
      work.spend(object.bytes.length)
      return object
    }
    return packed(name, wanted)
  }

  /** Meanwhile git may have packed what was loose, or packed anew: then it is found when it is looked for once more. */
  async function findAgain(name: string, wanted: ReadonlySet<ObjectType>): Promise<RawObject | undefined> {
    packs = await listPacks()
    latest = undefined
    return find(name, wanted)
  }

  return {
    async read(name, wanted) {
      if (signal.aborted) throw new CilockError('ERR_ABORTED', 'reading the repository was stopped', { cause: signal.reason })
      // a name is what a commit or a tag says, and becomes a path
      if (!/^[0-9a-f]{40}$/.test(name)) throw broken(JSON.stringify(name.slice(0, 80)), 'expected 40 hex digits')
      const object = (await find(name, wanted)) ?? (name === emptyTree.name ? emptyTree.object : await findAgain(name, wanted))
      if (object === undefined) throw broken(name, 'it is not there')
      return object
    },
  }
}

/** The paths of packs and their indexes, without the end. An index without its pack is what is left of one. */
async function packsOf(folder: string): Promise<readonly string[]> {
  const names = new Set((await list(join(folder, 'pack'))).map(({ name }) => name))
  return [...names].filter((name) => name.endsWith('.idx') && names.has(name.replace(/idx$/, 'pack'))).sort().map((name) => join(folder, 'pack', name.slice(0, -'.idx'.length)))
}

function broken(name: string, why: string): CilockError<GitErrorCode> {
  return new CilockError('ERR_REPOSITORY_BROKEN', `cannot read the object ${name}: ${why}`)
}
