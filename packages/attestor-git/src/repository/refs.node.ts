import { join } from 'node:path'
import { CilockError, compareUtf8 } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import { list, readText } from './files.node.ts'
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

/** As many symbolic references in a row as git follows. */
const maxHops = 5

export async function readHead({ gitDir, commonDir }: Repository, refs: ReadonlyMap<string, string>): Promise<Head> {
  const text = (await readText(join(gitDir, 'HEAD')))?.trim() ?? ''
  if (hash.test(text)) return { commit: text }
  let ref = targetOf(text)
  if (ref === undefined) throw broken('expected a branch or a commit in HEAD, found neither')
  for (let hop = 0; hop < maxHops; hop++) {
    const commit = refs.get(ref)
    if (commit !== undefined) return { ref, commit }
    const loose = await readText(join(commonDir, ref))
    if (loose === undefined) return { ref }
    const target = targetOf(loose.trim())
    if (target === undefined) throw broken(`expected a commit or another reference in ${JSON.stringify(ref)}, found neither`)
    ref = target
  }
  throw broken(`expected at most ${maxHops} symbolic references in a row, found more`)
}

function targetOf(text: string): string | undefined {
  const ref = /^ref:\s*(refs\/\S+)$/.exec(text)?.[1]
  return ref?.split('/').includes('..') === true ? undefined : ref
}

async function looseRefs(commonDir: string, name: string): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = []
  for (const entry of await list(join(commonDir, name))) {
    const path = `${name}/${entry.name}`
    if (entry.isDirectory()) for (const ref of await looseRefs(commonDir, path)) found.push(ref)
    else if (entry.isFile() && !entry.name.endsWith('.lock')) found.push([path, (await readText(join(commonDir, path)))?.trim() ?? ''])
  }
  return found
}

async function packedRefs(commonDir: string): Promise<readonly (readonly [string, string])[]> {
  const text = (await readText(join(commonDir, 'packed-refs'))) ?? ''
  return text.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{40}) (\S+)$/.exec(line)
    return match === null ? [] : [[match[2] ?? '', match[1] ?? ''] as const]
  })
}

function broken(message: string): CilockError<GitErrorCode> {
  return new CilockError('ERR_REPOSITORY_BROKEN', message)
}
