import type { DigestSet, JsonValue } from '@cilock/core'
import type { Connection } from '../connection.ts'
import { ArchivistaError } from '../error.ts'
import { checkGitoid } from '../gitoid.ts'
import type { CallOptions } from '../options.ts'
import { ask, listAt, objectAt, textAt } from './graphql.ts'

/** A subject as the server has indexed it. */
export interface IndexedSubject {
  /** As the statement writes it. */
  readonly name: string
  /** By algorithm. */
  readonly digest: DigestSet
}

const subjectsQuery = `query ($gitoid: String!, $first: Int!, $after: Cursor) {
  subjects(where: { hasStatementWith: [{ hasDsseWith: [{ gitoidSha256: $gitoid }] }] }, first: $first, after: $after) {
    edges { node { name subjectDigests { algorithm value } } }
    pageInfo { hasNextPage endCursor }
  }
}`

/** The subjects of one envelope, by name. */
export async function subjectsOf(connection: Connection, gitoid: string, { signal }: CallOptions = {}): Promise<readonly IndexedSubject[]> {
  const name = checkGitoid(gitoid, 'to look up')
  const found: IndexedSubject[] = []
  let after: string | undefined
  for (;;) {
    const data = await ask(connection, subjectsQuery, { gitoid: name, first: connection.limits.page, ...(after !== undefined && { after }) }, signal)
    const subjects = objectAt(data['subjects'], 'subjects')
    const edges = listAt(subjects['edges'], 'edges')
    found.push(...edges.map(subjectOf))
    if (found.length > 1_000_000) throw new ArchivistaError('ERR_LIMIT_EXCEEDED', `subjects of ${name}: more than 1,000,000`, { gitoid: name })
    const info = objectAt(subjects['pageInfo'], 'pageInfo')
    if (info['hasNextPage'] !== true) return found.sort((a, b) => (a.name < b.name ? -1 : 1))
    const next = textAt(info['endCursor'], 'endCursor')
    if (edges.length === 0 || next === after) throw new ArchivistaError('ERR_ARCHIVISTA_RESPONSE', 'subjects: the server gives the same page again')
    after = next
  }
}

function subjectOf(edge: JsonValue): IndexedSubject {
  const node = objectAt(objectAt(edge, 'an edge')['node'], 'a node')
  const digests = listAt(node['subjectDigests'] ?? [], 'subjectDigests').map((each) => {
    const digest = objectAt(each, 'a digest')
    return [textAt(digest['algorithm'], 'algorithm'), textAt(digest['value'], 'value')] as const
  })
  return { name: textAt(node['name'], 'name'), digest: Object.fromEntries(digests.sort(([a], [b]) => (a < b ? -1 : 1))) }
}
