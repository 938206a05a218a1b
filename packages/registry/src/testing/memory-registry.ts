import { Faults, fetchDouble } from '@cilock/http/testing'
import type { Answer, Asked } from '@cilock/http/testing'
import { Doorkeeper } from './access.ts'
import type { MemoryAccess } from './access.ts'
import { fits } from './faults.ts'
import type { Fault } from './faults.ts'
import { answerRoute } from './routes.ts'
import { Storage } from './storage.ts'

/** Which registry it is. */
export interface MemoryRegistryOptions {
  /** Its host, as references name it. Default: `registry.localhost`. */
  readonly host?: string
  /** Whether it lists referrers. Default: true; without, clients keep the fallback tag. */
  readonly referrers?: boolean
  /** Referrers on one page. Default: 1,000. */
  readonly pageSize?: number
  /** Whether it names uploads by absolute URLs. Default: false. */
  readonly absoluteLocations?: boolean
  /** Whether it heeds `If-Match` and `If-None-Match` when a manifest is put. Default: true; many registries do not. */
  readonly conditions?: boolean
  /** Default: everybody may do everything. */
  readonly access?: MemoryAccess
}

/** A request that was made. */
export interface RecordedRequest {
  /** In upper case. */
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Whether credentials came along, and of which kind. */
  readonly authorization: 'none' | 'basic' | 'bearer'
}

/** A registry without a socket or a disk. */
export interface MemoryRegistry {
  /** As references name it. */
  readonly host: string
  /** Answers requests to it, by http, and refuses every other connection. */
  readonly fetch: typeof fetch
  /** What it was asked, in order. */
  readonly requests: readonly RecordedRequest[]
  /** Lets something go wrong from now on; the fault that was given first decides. */
  readonly fail: (fault: Fault) => void
  /** All goes well again. */
  readonly heal: () => void
  /** All tokens that were given are worth nothing from now on. */
  readonly forgetTokens: () => void
  /** Answers one request, for doors of one's own. */
  readonly answer: (asked: Asked) => Answer
}

/**
 * A registry for tests (distribution-spec v1.1), with and without referrers.
 *
 * @example
 * const registry = memoryRegistry({ referrers: false })
 * const client = registryClient({ fetch: registry.fetch })
 * const team = client.repository(`${registry.host}/team/app`)
 */
export function memoryRegistry(options: MemoryRegistryOptions = {}): MemoryRegistry {
  const { host = 'registry.localhost', referrers = true, pageSize = 1000, absoluteLocations = false, conditions = true, access } = options
  let storage = new Storage()
  const faults = new Faults<Fault>(fits)
  const requests: RecordedRequest[] = []
  const doorkeeper = access === undefined ? undefined : new Doorkeeper(access)
  const behaviour = { referrers, pageSize, absoluteLocations, conditions }
  const inner = (asked: Asked): Answer => doorkeeper?.answer(asked) ?? answerRoute(asked, storage, behaviour)
  const answer = (asked: Asked): Answer => {
    requests.push(recorded(asked))
    return faults.apply(asked, () => inner(asked), () => {
      const kept = storage
      storage = copyOf(kept)
      const said = inner(asked)
      storage = kept
      return said
    })
  }
  return {
    host,
    fetch: fetchDouble(`http://${host}`, answer),
    requests,
    fail: (fault) => faults.add(fault),
    heal: () => faults.clear(),
    forgetTokens: () => doorkeeper?.forget(),
    answer,
  }
}

function copyOf(storage: Storage): Storage {
  const copy = new Storage()
  for (const [name, { blobs, manifests, tags }] of storage.repositories) copy.repositories.set(name, { blobs: new Map(blobs), manifests: new Map(manifests), tags: new Map(tags) })
  for (const [id, upload] of storage.uploads) copy.uploads.set(id, { ...upload, pieces: [...upload.pieces] })
  return copy
}

function recorded({ method, url, headers }: Asked): RecordedRequest {
  const given = headers.get('authorization')?.split(' ')[0]?.toLowerCase()
  return { method, target: `${url.pathname}${url.search}`, authorization: given === 'basic' || given === 'bearer' ? given : 'none' }
}
