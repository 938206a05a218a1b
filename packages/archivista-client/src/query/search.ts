import { isJsonObject } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import type { Connection } from '../connection.ts'
import { ArchivistaError } from '../error.ts'
import { checkGitoid } from '../gitoid.ts'
import type { CallOptions } from '../options.ts'
import { ask, listAt, objectAt, textAt } from './graphql.ts'
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

/** Everything that fits, by gitoid, each once. */
export async function searchAll(connection: Connection, query: EvidenceQuery, { signal, maxHits }: SearchOptions = {}): Promise<readonly SearchHit[]> {
  const { limits } = connection
  const bound = maxHits ?? limits.hits
  const hits = new Map<string, SearchHit>()
  for (const digests of parts(query.digests, limits.listValues)) {
    const where = whereOf(query, digests)
    let after: string | undefined
    do {
      const page = pageOf(await ask(connection, hitsQuery, { where, first: limits.page, ...(after !== undefined && { after }) }, signal))
      for (const hit of page.hits) hits.set(hit.gitoid, hit)
      if (hits.size > bound) throw new ArchivistaError('ERR_LIMIT_EXCEEDED', `search: more than ${bound} envelopes fit`)
      if (page.next !== undefined && page.next === after) throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', 'search: the server gives the same page again')
      after = page.next
    } while (after !== undefined)
  }
  return [...hits.values()].sort((a, b) => (a.gitoid < b.gitoid ? -1 : 1))
}

function* parts(digests: readonly string[] | undefined, size: number): Generator<readonly string[] | undefined> {
  if (digests === undefined || digests.length === 0) {
    yield digests
    return
  }
  const values = digestValues(digests)
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size)
}

interface Page {
  readonly hits: readonly SearchHit[]
  /** Where the next page begins. */
  readonly next: string | undefined
}

function pageOf(data: JsonObject): Page {
  const dsses = objectAt(data['dsses'], 'dsses')
  const info = objectAt(dsses['pageInfo'], 'pageInfo')
  const hits = listAt(dsses['edges'], 'edges').map((edge) => hitOf(objectAt(objectAt(edge, 'an edge')['node'], 'a node')))
  if (info['hasNextPage'] !== true) return { hits, next: undefined }
  // a page with a next one and without a single hit would go on for ever
  if (hits.length === 0) throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', 'search: an empty page that says that there are more')
  return { hits, next: textAt(info['endCursor'], 'endCursor') }
}

function hitOf(node: JsonObject): SearchHit {
  const statement = node['statement']
  const predicate = statement !== undefined && isJsonObject(statement) ? statement['predicate'] : undefined
  const collection = statement !== undefined && isJsonObject(statement) ? collectionOf(statement['attestationCollections']) : undefined
  const createdAt = node['createdAt']
  return {
    // it goes into a path, and the server is not trusted with that
    gitoid: checkGitoid(textAt(node['gitoidSha256'], 'gitoidSha256'), 'of the server'),
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
