import { isJsonObject } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import type { Connection } from '../connection.ts'
import { ArchivistaError } from '../error.ts'
import { checkGitoid } from '../gitoid.ts'
import type { CallOptions } from '../options.ts'
import { objectAt, textAt } from './graphql.ts'
import { begunAhead } from './begun-ahead.ts'
import { pagesOf } from './pages.ts'
import { digestValues, whereOf } from './where.ts'
import type { EvidenceQuery } from './where.ts'

/** What the server says of an envelope. Nothing of it is to be trusted: download the envelope and verify it. */
export interface SearchHit {
  /** By which it is downloaded. */
  readonly gitoid: string
  /** The envelope's payload type. */
  readonly payloadType: string
  /** Absent where the server has no statement for it. */
  readonly predicateType?: string
  /** Name and attestation types of a collection that the server has indexed. */
  readonly collection?: { readonly name: string; readonly attestations: readonly string[] }
  /** When the server took it, RFC 3339. */
  readonly createdAt?: string
}

/** How much a search may find. */
export interface SearchOptions extends CallOptions {
  /** More hits than this are `ERR_LIMIT_EXCEEDED`. Default: `limits.hits`. */
  readonly maxHits?: number
}

const hitsQuery = `query ($where: DsseWhereInput!, $first: Int!, $after: Cursor) {
  dsses(where: $where, first: $first, after: $after) {
    edges { node { gitoidSha256 payloadType createdAt statement { predicate attestationCollections { name attestations { type } } } } }
    pageInfo { hasNextPage endCursor }
  }
}`

const gitoidsQuery = `query ($where: DsseWhereInput!, $first: Int!, $after: Cursor) {
  dsses(where: $where, first: $first, after: $after) { edges { node { gitoidSha256 } } pageInfo { hasNextPage endCursor } }
}`

/** Everything that fits, by gitoid, each once. */
export async function searchAll(connection: Connection, query: EvidenceQuery, options?: SearchOptions): Promise<readonly SearchHit[]> {
  const hits: SearchHit[] = []
  for await (const page of found(connection, query, hitsQuery, hitOf, options)) hits.push(...page)
  return hits.sort((a, b) => (a.gitoid < b.gitoid ? -1 : 1))
}

/** The names alone, as they come, each once: the server has less to look up for them. */
export async function* searchGitoids(connection: Connection, query: EvidenceQuery, options?: SearchOptions): AsyncGenerator<string> {
  for await (const page of found(connection, query, gitoidsQuery, namedBy, options)) for (const { gitoid } of page) yield gitoid
}

/** What of each page was not named before. */
async function* found<T extends Named>(connection: Connection, query: EvidenceQuery, text: string, itemOf: (node: JsonObject) => T, { signal, maxHits }: SearchOptions = {}): AsyncGenerator<readonly T[]> {
  const { limits } = connection
  const bound = maxHits ?? limits.hits
  const known = new Set<string>()
  const lists = [...parts(query.digests, limits.listValues)].map((digests) => {
    const list = { query: text, variables: { where: whereOf(query, digests) }, member: 'dsses', what: 'search', itemOf } as const
    return () => pagesOf(connection, list, signal)
  })
  for await (const pages of begunAhead(lists, partsAhead)) {
    const inPart = new Set<string>()
    for await (const page of pages) {
      const before = inPart.size
      for (const { gitoid } of page) inPart.add(gitoid)
      if (inPart.size === before && page.length > 0) throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', 'search: a page that names nothing but what the pages before it did')
      const fresh = page.filter(({ gitoid }) => !known.has(gitoid))
      for (const { gitoid } of fresh) known.add(gitoid)
      if (known.size > bound) throw new ArchivistaError('ERR_LIMIT_EXCEEDED', `search: more than ${bound} envelopes fit`)
      yield [...new Map(fresh.map((each) => [each.gitoid, each])).values()]
    }
  }
}

/** Parts of one search that the server is asked for before it is their turn. */
const partsAhead = 3

interface Named {
  readonly gitoid: string
}

function* parts(digests: readonly string[] | undefined, size: number): Generator<readonly string[] | undefined> {
  if (digests === undefined || digests.length === 0) {
    yield digests
    return
  }
  const values = digestValues(digests)
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size)
}

/** It goes into a path, and the server is not trusted with that. */
function namedBy(node: JsonObject): Named {
  return { gitoid: checkGitoid(textAt(node['gitoidSha256'], 'gitoidSha256'), 'of the server') }
}

function hitOf(node: JsonObject): SearchHit {
  const statement = node['statement']
  const predicate = statement !== undefined && isJsonObject(statement) ? statement['predicate'] : undefined
  const collection = statement !== undefined && isJsonObject(statement) ? collectionOf(statement['attestationCollections']) : undefined
  const createdAt = node['createdAt']
  return {
    ...namedBy(node),
    payloadType: textAt(node['payloadType'], 'payloadType'),
    ...(typeof predicate === 'string' && { predicateType: predicate }),
    ...(collection !== undefined && { collection }),
    ...(typeof createdAt === 'string' && { createdAt }),
  }
}

function collectionOf(value: JsonValue | undefined): SearchHit['collection'] {
  if (value === undefined || !isJsonObject(value)) return undefined
  const attestations = value['attestations']
  const types = Array.isArray(attestations) ? (attestations as readonly JsonValue[]).map((each) => textAt(objectAt(each, 'an attestation')['type'], 'its type')) : []
  return { name: textAt(value['name'], 'the name of a collection'), attestations: [...new Set(types)].sort() }
}
