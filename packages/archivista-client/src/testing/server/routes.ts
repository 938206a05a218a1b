import { encodeUtf8 } from '@cilock/core'
import type { Answer, Asked } from '@cilock/http/testing'
import { encodeGoJson } from '../go/json.ts'
import { answerQuery } from '../graphql/answer.ts'
import { notFound, textAnswer } from './exchange.ts'
import { sniffedType } from './sniff.ts'
import type { EvidenceStore } from './store.ts'

export interface RouteSettings {
  readonly storage: 'file' | 'blob' | 'none'
  readonly graphql: boolean
  readonly playground: boolean
}

/** What a request asks for. */
export type Route = 'upload' | 'download' | 'query' | 'other'

/** The path of a target, decoded; undefined where it cannot be. */
export function pathOf(target: string): string | undefined {
  const [path = ''] = target.replace(/^https?:\/\/[^/]*/, '').split('?')
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

export function routeOf(path: string): Route {
  const [, route = 'other'] = /^(?:\/v1)?\/(upload(?=$)|query(?=$)|download(?=\/[^/]+$))/.exec(path) ?? []
  return route as Route
}

/** Answers as the server's own routes do, whatever stands in front of them. */
export function answerRoute(asked: Asked, store: EvidenceStore, settings: RouteSettings): Answer {
  const path = pathOf(asked.target)
  if (path === undefined) return { status: 400, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: encodeUtf8('400 Bad Request') }
  const clean = cleanPath(path)
  if (clean !== path) return redirect(asked, clean)
  switch (routeOf(path)) {
    case 'upload':
      return asked.method === 'POST' ? upload(asked.body, store) : wrongMethod(asked)
    case 'download':
      return asked.method === 'GET' ? download(path.replace(/^.*\/download\//s, ''), store, settings) : wrongMethod(asked)
    case 'query':
      return settings.graphql ? sized(answerQuery(asked, { dsses: store.dsses })) : notFound
    default:
      return path.startsWith('/swagger') ? swagger(path, asked) : path === '/' && settings.graphql && settings.playground ? page('Archivista', 'UTF-8') : notFound
  }
}

function upload(body: Uint8Array, store: EvidenceStore): Answer {
  const { gitoid, refusal } = store.put(body)
  if (refusal !== undefined) return textAnswer(500, refusal)
  return { status: 200, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: encodeUtf8(`${encodeGoJson({ gitoid })}\n`) }
}

function download(gitoid: string, store: EvidenceStore, { storage }: RouteSettings): Answer {
  if (gitoid.trim() === '') return textAnswer(400, 'gitoid parameter is required')
  if (storage === 'none') return textAnswer(500, 'object store unavailable')
  const bytes = store.get(gitoid)
  if (bytes !== undefined) return { status: 200, headers: [['Content-Type', sniffedType(bytes)]], body: bytes, isChunked: bytes.length >= 512 }
  if (storage === 'blob') return { status: 404, headers: [], body: new Uint8Array() }
  const name = `${gitoid}.json`
  const why = name.includes('\0') ? 'invalid argument' : encodeUtf8(name).length > 255 ? 'file name too long' : 'no such file or directory'
  return textAnswer(500, `open /archivista/files/${name}: ${why}`)
}

function wrongMethod({ method }: Asked): Answer {
  return textAnswer(400, `${method} is an unsupported method`)
}

/** Go's `path.Clean`, which keeps a slash at the end. */
function cleanPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  const clean = `/${parts.join('/')}`
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean
}

function redirect({ target }: Asked, clean: string): Answer {
  const at = target.indexOf('?')
  const location = `${encodeURI(clean)}${at < 0 ? '' : target.slice(at)}`
  return { status: 301, headers: [['Location', location]], body: new Uint8Array() }
}

function swagger(path: string, { method }: Asked): Answer {
  if (path === '/swagger/') {
    const body = encodeUtf8('<a href="/swagger/index.html">Moved Permanently</a>.\n\n')
    return { status: 301, headers: [['Content-Type', 'text/html; charset=utf-8'], ['Location', '/swagger/index.html']], body }
  }
  if (!path.startsWith('/swagger/')) return notFound
  if (method !== 'GET') return textAnswer(405, 'Method Not Allowed')
  if (path === '/swagger/index.html') return page('Swagger UI', 'utf-8')
  if (path !== '/swagger/doc.json') return notFound
  return { status: 200, headers: [['Content-Type', 'application/json; charset=utf-8']], body: encodeUtf8('{"swagger":"2.0","info":{"title":"Archivista API"}}'), isChunked: true }
}

function page(title: string, charset: string): Answer {
  return { status: 200, headers: [['Content-Type', `text/html; charset=${charset}`]], body: encodeUtf8(`<!DOCTYPE html>\n<title>${title}</title>\n`), isChunked: true }
}

/** Go's server collects so much before it gives up counting. */
function sized(answer: Answer): Answer {
  return { ...answer, isChunked: answer.body.length > 2048 }
}
