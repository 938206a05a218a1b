import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CilockError, compareUtf8 } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import type { Repository } from './locate.node.ts'

/** What HEAD names: a branch that may have no commit yet, or a commit by itself. */
export interface Head {
  /** Full name of the branch; absent when HEAD is detached. */
  readonly ref?: string
  /** Absent before the first commit. */
  readonly commit?: string
}

const hash = /^[0-9a-f]{40}$/

/** Every reference that names an object itself, with that object; symbolic ones are left out. Sorted by name. */
export async function readRefs({ commonDir }: Repository): Promise<ReadonlyMap<string, string>> {
  const refs = new Map(await packedRefs(commonDir))
  for (const [name, value] of await looseRefs(commonDir, 'refs')) refs.set(name, value)
  return new Map([...refs].filter(([, value]) => hash.test(value)).sort(([a], [b]) => compareUtf8(a, b)))
}

export async function readHead({ gitDir }: Repository, refs: ReadonlyMap<string, string>): Promise<Head> {
  const text = (await readFile(join(gitDir, 'HEAD'), 'utf8')).trim()
  if (hash.test(text)) return { commit: text }
  const ref = /^ref:\s*(\S+)$/.exec(text)?.[1]
  if (ref === undefined) throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', 'expected a branch or a commit in HEAD, found neither')
  const commit = refs.get(ref)
  return commit === undefined ? { ref } : { ref, commit }
}

async function looseRefs(commonDir: string, name: string): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = []
  for (const entry of await readdir(join(commonDir, name), { withFileTypes: true }).catch(() => [])) {
    const path = `${name}/${entry.name}`
    if (entry.isDirectory()) found.push(...(await looseRefs(commonDir, path)))
    else if (entry.isFile() && !entry.name.endsWith('.lock')) found.push([path, (await readFile(join(commonDir, path), 'utf8')).trim()])
  }
  return found
}

async function packedRefs(commonDir: string): Promise<readonly (readonly [string, string])[]> {
  const text = await readFile(join(commonDir, 'packed-refs'), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{40}) (\S+)$/.exec(line)
    return match === null ? [] : [[match[2] ?? '', match[1] ?? ''] as const]
  })
}
