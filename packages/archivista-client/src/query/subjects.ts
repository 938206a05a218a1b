import type { DigestSet, JsonObject } from '@cilock/core'
import type { Connection } from '../connection.ts'
import { ArchivistaError } from '../error.ts'
import { checkGitoid } from '../gitoid.ts'
import type { CallOptions } from '../options.ts'
import { listAt, objectAt, textAt } from './graphql.ts'
import { pagesOf } from './pages.ts'

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
  const list = { query: subjectsQuery, variables: { gitoid: name }, member: 'subjects', what: 'subjects', itemOf: subjectOf } as const
  for await (const page of pagesOf(connection, list, signal)) {
    for (const each of page) found.push(each)
    if (found.length > 1_000_000) throw new ArchivistaError('ERR_LIMIT_EXCEEDED', `subjects of ${name}: more than 1,000,000`, { gitoid: name })
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function subjectOf(node: JsonObject): IndexedSubject {
  const digests = listAt(node['subjectDigests'] ?? [], 'subjectDigests').map((each) => {
    const digest = objectAt(each, 'a digest')
    return [textAt(digest['algorithm'], 'algorithm'), textAt(digest['value'], 'value')] as const
  })
  return { name: textAt(node['name'], 'name'), digest: Object.fromEntries(digests.sort(([a], [b]) => (a < b ? -1 : 1))) }
}
