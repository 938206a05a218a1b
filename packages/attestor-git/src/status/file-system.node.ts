import { promises } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'
import { deflateSync } from 'node:zlib'
import { CilockError } from '@cilock/core'
import { readUpTo } from '@cilock/core/node'
import type { GitErrorCode } from '../error.ts'
import type { ObjectType } from '../repository/object.node.ts'
import type { ObjectStore } from '../repository/object-store.node.ts'

/** The part of a file system that the library asks for, by promises. */
export type FileSystem = { readonly promises: typeof promises }

/** An index of a million files and more; the library makes an object of each. */
const maxFileBytes = 128 * 1024 * 1024

const wanted: ReadonlySet<ObjectType> = new Set(['tree'])

/**
 * A file system for a library that reads packs whole and believes what they say about sizes: each object seems to lie in a
 * file of its own there, with the content that the store has judged, so that it never comes to look for packs. Other
 * files of the git directory, the index among them, are read up to a limit.
 */
export function readsWithin(gitDir: string, store: ObjectStore): FileSystem {
  async function readFile(path: string = '', options?: Parameters<typeof promises.readFile>[1]): Promise<Buffer | string> {
    const within = relative(gitDir, path)
    const [top, ...below] = within.split(sep)
    if (top === '..' || isAbsolute(within)) return promises.readFile(path, options)
    const name = below.join('')
    if (top === 'objects' && /^[0-9a-f]{40}$/.test(name)) return looseForm(name)
    await promises.access(path)
    const bytes = Buffer.from(await readUpTo(path, maxFileBytes))
    const encoding = typeof options === 'string' ? options : options?.encoding
    return encoding === undefined || encoding === null ? bytes : bytes.toString(encoding)
  }

  async function looseForm(name: string): Promise<Buffer> {
    const { type, bytes } = await store.read(name, wanted)
    if (!wanted.has(type)) throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', `expected a tree, found a ${type}: ${name}`)
    return deflateSync(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]), { level: 0 })
  }

  return { promises: { ...promises, readFile: readFile as typeof promises.readFile } }
}
