import type { JsonObject } from '@cilock/core'
import type { Connection } from '../connection.ts'
import { ArchivistaError } from '../error.ts'
import { ask, listAt, objectAt, textAt } from './graphql.ts'

/** A list of the server that comes in pages. */
export interface PagedList<T> {
  /** Takes `$first` and `$after`, and selects `edges { node }` and `pageInfo { hasNextPage endCursor }`. */
  readonly query: string
  /** Beside `first` and `after`. */
  readonly variables: Readonly<Record<string, unknown>>
  /** The member of the answer. */
  readonly member: 'dsses' | 'subjects'
  /** For messages. */
  readonly what: string
  readonly itemOf: (node: JsonObject) => T
}

/**
 * The pages of a list as they come. The next one is asked for before anybody looks at the last, so that the server is not
 * idle meanwhile. A server that goes round in circles is found out: it names each place once.
 */
export async function* pagesOf<T>(connection: Connection, { query, variables, member, what, itemOf }: PagedList<T>, signal: AbortSignal | undefined): AsyncGenerator<readonly T[]> {
  const first = connection.limits.page
  const places = new Set<string>()
  const asked = async (after?: string): Promise<Page<T>> => {
    const list = objectAt((await ask(connection, query, { ...variables, first, ...(after !== undefined && { after }) }, signal))[member], member)
    const info = objectAt(list['pageInfo'], 'pageInfo')
    const items = listAt(list['edges'], 'edges').map((edge) => itemOf(objectAt(objectAt(edge, 'an edge')['node'], 'a node')))
    if (info['hasNextPage'] !== true) return { items, next: undefined }
    // a page with a next one and without anything on it would go on for ever
    if (items.length === 0) throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', `${what}: an empty page that says that there are more`)
    const next = textAt(info['endCursor'], 'endCursor')
    if (places.has(next)) throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', `${what}: the server gives the same page again`)
    places.add(next)
    return { items, next }
  }
  for (let page = asked(); ; ) {
    const { items, next } = await page
    if (next === undefined) {
      yield items
      return
    }
    page = asked(next)
    // whoever has had enough leaves it behind
    page.catch(() => undefined)
    yield items
  }
}

interface Page<T> {
  readonly items: readonly T[]
  /** Where the next page begins. */
  readonly next: string | undefined
}
