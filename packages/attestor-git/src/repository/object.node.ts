import { createHash } from 'node:crypto'
import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'

export type ObjectType = 'commit' | 'tag' | 'tree' | 'blob'

export interface RawObject {
  readonly type: ObjectType
  /** None where only the type was asked for. */
  readonly bytes: Uint8Array
}

/** Commits and tags are texts that people wrote, and trees lists of files; a few bytes in a repository can claim to be gigabytes. */
export const maxObjectBytes: number = 32 * 1024 * 1024

const types: ReadonlyMap<string | undefined, ObjectType> = new Map((['commit', 'tag', 'tree', 'blob'] as const).map((type) => [type, type]))

/** @throws CilockError `ERR_REPOSITORY_BROKEN` */
export function objectType(word: string | undefined): ObjectType {
  const type = types.get(word)
  if (type === undefined) throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', `expected a commit, tag, tree or blob, found ${JSON.stringify(word)}`)
  return type
}

/** The name that an object has by its content. */
export function nameOf({ type, bytes }: RawObject): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
}

/** What git knows without having it. */
export const emptyTree: { readonly name: string; readonly object: RawObject } = {
  name: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  object: { type: 'tree', bytes: new Uint8Array() },
}
