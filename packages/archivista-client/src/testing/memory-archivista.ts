import { encodeEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { Faults, fetchDouble } from '@cilock/http/testing'
import type { Answer, Asked } from '@cilock/http/testing'
import { fits } from './faults.ts'
import type { Fault } from './faults.ts'
import { withCors } from './server/cors.ts'
import { textAnswer } from './server/exchange.ts'
import { answerRoute, pathOf, routeOf } from './server/routes.ts'
import type { Route } from './server/routes.ts'
import { EvidenceStore } from './server/store.ts'

/** Which server it is. */
export interface MemoryArchivistaOptions {
  /** Where it answers, as far as `fetch` is concerned. Default: `http://archivista.localhost`. */
  readonly url?: string
  /** Whether it indexes CI/lock's collections by name and types, which stock servers do not. Default: false. */
  readonly indexAflockCollections?: boolean
  /** Where bytes are: what is missing is a 500 with `file`, a 404 with `blob`; `none` keeps nothing. Default: `file`. */
  readonly storage?: 'file' | 'blob' | 'none'
  /** Which database words its refusals, or none: then nothing is indexed and there are no queries. Default: `postgres`. */
  readonly database?: 'postgres' | 'mysql' | 'none'
  /** Whether there are queries. Default: true. */
  readonly graphql?: boolean
  /** Whether there is a page for queries at `/`. Default: true. */
  readonly playground?: boolean
  /** Origins whose pages may read answers. Default: all. */
  readonly corsOrigins?: readonly string[]
  /** The token without which a proxy in front would answer 401. Default: there is none. */
  readonly bearer?: string
  /** 0 up to but not 1, for ids. Default: `Math.random`. */
  readonly random?: () => number
  /** For `createdAt`. Default: the platform's clock. */
  readonly clock?: () => Date
}

/** A request that was made. Credentials are left out of its headers. */
export interface RecordedRequest {
  /** In upper case. */
  readonly method: string
  /** The path and what follows it. */
  readonly target: string
  /** Where it led. */
  readonly route: Route
  /** By lower-case name; of `authorization`, that it was there. */
  readonly headers: Readonly<Record<string, string>>
  /** All of it. */
  readonly body: Uint8Array
}

/** An Archivista without a socket, a disk or a database, which answers as a real one was recorded to. */
export interface MemoryArchivista {
  /** Where `fetch` finds it. */
  readonly url: string
  /** Answers requests to that origin, and refuses every other connection. Redirects are handed back, not followed. */
  readonly fetch: typeof fetch
  /** What it was asked, in order. */
  readonly requests: readonly RecordedRequest[]
  /** The gitoids of all that it keeps. */
  readonly gitoids: readonly string[]
  /** Puts something there without a request: its gitoid, and what an upload would have been refused with. */
  readonly put: (content: Envelope | Uint8Array) => { readonly gitoid: string; readonly refusal?: string }
  /** The bytes of a gitoid. */
  readonly get: (gitoid: string) => Uint8Array | undefined
  /** Lets something go wrong from now on; the fault that was given first decides. */
  readonly fail: (fault: Fault) => void
  /** All goes well again. */
  readonly heal: () => void
  /** Forgets what was stored and asked. */
  readonly clear: () => void
  /** Answers one request, for doors of one's own. */
  readonly answer: (asked: Asked) => Answer
}

/**
 * An Archivista for tests.
 *
 * @example
 * const archivista = memoryArchivista()
 * const client = archivistaClient({ url: archivista.url, fetch: archivista.fetch })
 * archivista.fail({ route: 'download', kind: 'reset', times: 1 })
 */
export function memoryArchivista(options: MemoryArchivistaOptions = {}): MemoryArchivista {
  const { storage = 'file', database = 'postgres', corsOrigins = [], bearer, random = Math.random, clock = () => new Date() } = options
  const url = options.url ?? 'http://archivista.localhost'
  const store = new EvidenceStore({ database, aflockCollections: options.indexAflockCollections === true, keepsBytes: storage !== 'none', random, clock })
  const settings = { storage, graphql: options.graphql !== false && database !== 'none', playground: options.playground !== false }
  const faults = new Faults<Fault>(fits)
  const requests: RecordedRequest[] = []
  const base = new URL(url).pathname.replace(/\/+$/, '')

  const answer = (asked: Asked): Answer => {
    requests.push(recorded(asked))
    const serve = (): Answer => {
      if (bearer !== undefined && asked.headers.get('authorization') !== `Bearer ${bearer}`) return textAnswer(401, 'unauthorized')
      if (!asked.target.startsWith(base)) return textAnswer(404, '404 page not found')
      const inner = base === '' ? asked : { ...asked, target: asked.target.slice(base.length) }
      return withCors(inner, corsOrigins, () => answerRoute(inner, store, settings))
    }
    return faults.apply(asked, serve, () => {
      const before = new Set(store.gitoids)
      const said = serve()
      for (const gitoid of store.gitoids) if (!before.has(gitoid)) store.forget(gitoid)
      return said
    })
  }
  return {
    url,
    fetch: fetchDouble(new URL(url).origin, answer),
    requests,
    get gitoids() {
      return store.gitoids
    },
    put: (content) => store.put(content instanceof Uint8Array ? content : encodeEnvelope(content)),
    get: (gitoid) => store.get(gitoid)?.slice(),
    fail: (fault) => faults.add(fault),
    heal: () => faults.clear(),
    clear: () => {
      store.clear()
      requests.length = 0
    },
    answer,
  }
}

function recorded({ method, target, headers, body }: Asked): RecordedRequest {
  const shown = Object.fromEntries([...headers].map(([name, value]) => [name, name === 'authorization' ? '(given)' : value]))
  return { method, target, route: routeOf(pathOf(target) ?? ''), headers: shown, body }
}
