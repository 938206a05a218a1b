import { constants as flags } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, inflateSync } from 'node:zlib'
import { CilockError } from '@cilock/core'
import { readUpTo } from '@cilock/core/node'
import type { GitErrorCode } from '../error.ts'
import { unlessMissing } from './files.node.ts'
import { maxObjectBytes, nameOf, objectType } from './object.node.ts'
import type { ObjectType, RawObject } from './object.node.ts'

/** The tables that stand before the first byte of deflated text take some 320 bytes at most. */
const headerBytes = 512

/** Where an object would lie in a file of its own. */
export function loosePath(folder: string, name: string): string {
  return join(folder, name.slice(0, 2), name.slice(2))
}

/** The beginning of a loose object, `commit 123` and more; empty where it is none, or was packed meanwhile. */
export async function looseHeader(path: string): Promise<string> {
  const handle = await unlessMissing(path, open(path, flags.O_RDONLY | (flags.O_NONBLOCK ?? 0)))
  if (handle === undefined) return ''
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    return inflateSync(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1')
  } catch {
    return ''
  } finally {
    await handle.close()
  }
}

/**
 * Reads a loose object. Of those that are not wanted only the type is told: a tag may name a blob of any size.
 *
 * @throws CilockError `ERR_REPOSITORY_BROKEN`, `ERR_LIMIT_EXCEEDED` for one of more than 32 MiB, `ERR_FILE_UNREADABLE`
 */
export async function readLooseObject(path: string, name: string, wanted: ReadonlySet<ObjectType>): Promise<RawObject> {
  const word = /^(commit|tag|tree|blob) \d+\0/.exec(await looseHeader(path))?.[1]
  if (word === undefined) throw broken(name, 'it has no header')
  const type = objectType(word)
  if (!wanted.has(type)) return { type, bytes: new Uint8Array() }
  const content = inflated(await readUpTo(path, maxObjectBytes), name)
  const start = content.indexOf(0) + 1
  const length = Number(content.toString('latin1', type.length + 1, start - 1))
  const object: RawObject = { type, bytes: content.subarray(start) }
  if (length !== object.bytes.length) throw broken(name, `expected ${length} bytes, found ${object.bytes.length}`)
  if (nameOf(object) !== name) throw broken(name, 'its content has another name')
  return object
}

function inflated(bytes: Uint8Array, name: string): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: maxObjectBytes })
  } catch (cause) {
    const isTooLong = cause instanceof RangeError
    if (isTooLong) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected objects of at most ${maxObjectBytes} bytes, found more in ${name}`, { cause })
    throw broken(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function broken(name: string, why: string, cause?: unknown): CilockError<GitErrorCode> {
  return new CilockError('ERR_REPOSITORY_BROKEN', `cannot read the object ${name}: ${why}`, { cause })
}
