import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type HeaderLines = readonly (readonly [string, string])[]

/** A body as a recording writes it. */
export interface RecordedBody {
  readonly text?: string
  readonly base64?: string
  readonly sameAsRequestBody?: number
  readonly sameAsBody?: number
  readonly bodyNumber?: number
  /** Below the folder that holds all recordings. */
  readonly file?: string
  readonly generator?: { readonly kind: string; readonly n: number; readonly exclude?: string; readonly signatures?: unknown; readonly subjectDigests?: readonly string[] }
  readonly length?: number
  readonly sha256?: string
}

export interface RecordedRequest {
  readonly method: string
  readonly target: string
  readonly targetTemplate?: string
  readonly headers: HeaderLines
  readonly body?: RecordedBody
  readonly bodyTemplate?: string
  readonly httpVersion?: string
  readonly framing?: string
  readonly sendsThenHalfCloses?: boolean
  readonly port?: string
}

export interface RecordedResponse {
  readonly status: number
  readonly headers: HeaderLines
  readonly body?: RecordedBody
  /** Put in by what stood between the client and the server. */
  readonly madeByProxy?: boolean
  readonly connectionClosed?: boolean
}

export interface Exchange {
  readonly request: RecordedRequest
  readonly response?: RecordedResponse
  /** The answer of the release where it differs. */
  readonly responseV0111?: RecordedResponse
  readonly capture?: Readonly<Record<string, string>>
  readonly parallel?: number
  readonly responses?: readonly (readonly [number, string])[]
  readonly unorderedEdges?: boolean
  readonly volatile?: readonly string[]
}

export interface Step {
  readonly upload?: RecordedBody
  readonly gitoid?: string
  readonly tool?: string
  readonly argv?: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly exitCode?: number | null
  readonly exchanges?: readonly Exchange[]
}

export interface Recorded {
  readonly id: string
  readonly kind: string
  readonly server: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string | RecordedBody>>
  readonly exchanges?: readonly Exchange[]
  readonly steps?: readonly Step[]
}

/** The cases of a folder, or of the folder `cases` in it. Other files are none. */
export function readCases(folder: string): readonly Recorded[] {
  const names = readdirSync(folder).includes('cases') ? readdirSync(join(folder, 'cases')).map((name) => join('cases', name)) : readdirSync(folder)
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recorded)
    .filter(({ id, kind, server }) => typeof id === 'string' && typeof kind === 'string' && server?.['name'] === 'archivista')
}

/** What a body was; undefined where only its hash was recorded. */
export function bytesOf(body: RecordedBody | undefined, sent: readonly Buffer[], folder: string): Buffer | undefined {
  if (body === undefined) return Buffer.alloc(0)
  if (body.text !== undefined) return Buffer.from(body.text)
  if (body.base64 !== undefined) return Buffer.from(body.base64, 'base64')
  if (body.sameAsRequestBody !== undefined) return sent[body.sameAsRequestBody]
  if (body.file !== undefined) return readFileSync(findAbove(folder, body.file))
  return body.generator === undefined ? undefined : generated(body.generator)
}

/** The recordings name files from a folder above them. */
function findAbove(folder: string, path: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const root = dirname(at)
    try {
      readdirSync(join(root, path, '..'))
      return join(root, path)
    } catch {
      if (root === at) return path
    }
  }
}

function generated({ kind, n, exclude, signatures, subjectDigests }: NonNullable<RecordedBody['generator']>): Buffer | undefined {
  const one = (name: string): unknown => ({ name, digest: { sha256: sha256(name) } })
  const envelope = (subject: readonly unknown[], predicate: unknown): Buffer => {
    const statement = { _type: 'https://in-toto.io/Statement/v0.1', subject, predicateType: 'https://example.com/predicate/v1', predicate }
    return Buffer.from(JSON.stringify({ payload: Buffer.from(JSON.stringify(statement)).toString('base64'), payloadType: 'application/vnd.in-toto+json', signatures }))
  }
  if (kind === 'subjects') return envelope(Array.from({ length: n }, (_, at) => one(`f${at}`)), {})
  if (kind === 'filler') return envelope([one('hello')], { filler: 'x'.repeat(n) })
  if (kind !== 'query-by-subjects') return undefined
  const query = 'query ($subjectDigests: [String!], $excludeGitoids: [String!]) { dsses(where: {gitoidSha256NotIn: $excludeGitoids, hasStatementWith: {hasSubjectsWith: {hasSubjectDigestsWith: {valueIn: $subjectDigests}}}}) { edges { node { gitoidSha256 } } } }'
  const count = Number(/\d+$/.exec(exclude ?? '')?.[0] ?? -1) + 1
  return Buffer.from(JSON.stringify({ query, variables: { subjectDigests, excludeGitoids: Array.from({ length: count }, (_, at) => at.toString(16).padStart(64, '0')) } }))
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
