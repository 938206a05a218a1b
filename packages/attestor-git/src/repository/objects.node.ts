import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import type { ObjectType } from './object.node.ts'
import type { ObjectStore } from './object-store.node.ts'

export interface Person {
  readonly name: string
  readonly email: string
  readonly timestamp: number
  /** Minutes west of UTC. */
  readonly timezoneOffset: number
}

export interface CommitObject {
  readonly author: Person
  readonly committer: Person
  readonly message: string
  readonly parents: readonly string[]
  readonly tree: string
  /** Armoured text; empty without a signature. */
  readonly signature: string
}

export interface TagObject {
  readonly object: string
  readonly type: string
  readonly tag: string
  readonly tagger: Person | undefined
  readonly message: string
  readonly signature: string
}

/** Commits and tags of a repository. */
export interface ObjectReader {
  readonly commit: (name: string) => Promise<CommitObject>
  /** Undefined when the object is no tag. */
  readonly tag: (name: string) => Promise<TagObject | undefined>
}

const texts: ReadonlySet<ObjectType> = new Set(['commit', 'tag'])

export function objectReader(store: ObjectStore): ObjectReader {
  const read = async (name: string): Promise<{ readonly type: ObjectType; readonly text: string }> => {
    const { type, bytes } = await store.read(name, texts)
    return { type, text: new TextDecoder().decode(bytes) }
  }
  return {
    async commit(name) {
      const { type, text } = await read(name)
      if (type !== 'commit') throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', `expected a commit, found a ${type}: ${name}`)
      const { headers, body } = split(text)
      const all = (key: string): readonly string[] => headers.filter(([header]) => header === key).map(([, value]) => value)
      return {
        author: personOf(all('author')[0]),
        committer: personOf(all('committer')[0]),
        message: body,
        parents: all('parent'),
        tree: all('tree')[0] ?? '',
        signature: ended(all('gpgsig')[0] ?? ''),
      }
    },
    async tag(name) {
      const { type, text } = await read(name)
      if (type !== 'tag') return undefined
      const { headers, body } = split(text)
      const first = (key: string): string | undefined => headers.find(([header]) => header === key)?.[1]
      const tagger = first('tagger')
      const { message, signature } = signedMessage(body)
      return { object: first('object') ?? '', type: first('type') ?? '', tag: first('tag') ?? '', tagger: tagger === undefined ? undefined : personOf(tagger), message, signature }
    },
  }
}

/** Headers, whose long values go on in lines that begin with a space, and what stands behind the first empty line. */
function split(text: string): { readonly headers: readonly (readonly [key: string, value: string])[]; readonly body: string } {
  const end = text.indexOf('\n\n')
  const head = end === -1 ? text : text.slice(0, end)
  const headers: (readonly [string, string])[] = []
  for (const line of head.replaceAll('\n ', '\u0000').split('\n')) {
    const space = line.indexOf(' ')
    if (space !== -1) headers.push([line.slice(0, space), line.slice(space + 1).replaceAll('\u0000', '\n')])
  }
  return { headers, body: end === -1 ? '' : text.slice(end + 2) }
}

function personOf(line: string = ''): Person {
  // by hand: a pattern would look for each '<' through the whole line
  const start = line.indexOf('<')
  const end = start === -1 ? -1 : line.indexOf('>', start)
  if (end === -1) return { name: '', email: '', timestamp: 0, timezoneOffset: 0 }
  const [, seconds = '0', sign = '+', hours = '0', minutes = '0'] = /^ (-?\d+) ([+-])(\d{2})(\d{2})/.exec(line.slice(end + 1)) ?? []
  if (!Number.isSafeInteger(Number(seconds))) throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', `expected a time, found ${seconds.slice(0, 40)} seconds`)
  const offset = Number(hours) * 60 + Number(minutes)
  return { name: line.slice(0, start).replace(/ $/, ''), email: line.slice(start + 1, end), timestamp: Number(seconds), timezoneOffset: offset === 0 ? 0 : sign === '+' ? -offset : offset }
}

const armour = /-----BEGIN (?:PGP|SSH) (?:SIGNATURE|MESSAGE)-----/

/** A tag carries its signature at the end of its message. */
function signedMessage(body: string): { readonly message: string; readonly signature: string } {
  const at = body.search(armour)
  return at === -1 ? { message: body, signature: '' } : { message: body.slice(0, at), signature: body.slice(at) }
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
