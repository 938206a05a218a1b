import { memoryArchivista } from '@cilock/archivista-client/testing'
import type { MemoryArchivista } from '@cilock/archivista-client/testing'
import { serveArchivista } from '@cilock/archivista-client/testing/node'
import { failed, passed, skipped } from '../case.ts'
import type { Outcome } from '../case.ts'
import { comparable } from './comparable.ts'
import { bytesOf, sha256 } from './recording.ts'
import type { Exchange, Recorded, RecordedResponse } from './recording.ts'
import { sendRaw } from './wire.ts'
import type { WireAnswer } from './wire.ts'

/** Sends a case's recorded requests to our own server for tests, whose answers have to be those of the real one. */
export async function runHttpCase(recorded: Recorded, folder: string): Promise<Outcome> {
  if (recorded.server['ENABLE_ARTIFACT_STORE'] !== undefined) return skipped('the real server: its distribution of programs is no store of evidence')
  const archivista = serverLike(recorded.server)
  const server = await serveArchivista(archivista)
  try {
    const replay = new Replay(Number(new URL(server.url).port), folder)
    for (const [index, exchange] of (recorded.exchanges ?? []).entries()) {
      const wrong = await replay.next(exchange)
      if (wrong !== undefined) return failed(`exchange ${index}: ${wrong}`)
    }
    return passed
  } finally {
    await server.close()
  }
}

function serverLike(server: Recorded['server']): MemoryArchivista {
  const storage = server['storage'] ?? 'FILE'
  return memoryArchivista({
    storage: storage === '' ? 'none' : storage.startsWith('BLOB') ? 'blob' : 'file',
    database: server['sql']?.startsWith('MYSQL') === true ? 'mysql' : 'postgres',
    graphql: server['ENABLE_GRAPHQL'] !== 'false',
    playground: server['GRAPHQL_WEB_CLIENT_ENABLE'] !== 'false',
    corsOrigins: (server['CORS_ALLOW_ORIGINS'] ?? '').split(',').filter((origin) => origin !== ''),
  })
}

class Replay {
  readonly #port: number
  readonly #folder: string
  readonly #sent: Buffer[] = []
  readonly #captured = new Map<string, string>()

  constructor(port: number, folder: string) {
    this.#port = port
    this.#folder = folder
  }

  /** What is wrong with the answer, if anything is. */
  async next(exchange: Exchange): Promise<string | undefined> {
    const { request } = exchange
    const body = request.bodyTemplate === undefined ? bytesOf(request.body, this.#sent, this.#folder) : Buffer.from(this.#filled(request.bodyTemplate))
    this.#sent.push(body ?? Buffer.alloc(0))
    if (body === undefined) return 'its request cannot be made again'
    // the second port is a plain file server, which no client uses
    if (request.port !== undefined) return undefined
    const send = async (): Promise<WireAnswer> => sendRaw(this.#port, request, this.#filled(request.targetTemplate ?? request.target), body)
    if (exchange.parallel !== undefined) return this.#parallel(await Promise.all(Array.from({ length: exchange.parallel }, send)), exchange)
    const wanted = exchange.responseV0111 ?? exchange.response
    if (wanted === undefined) return 'its answer was not recorded'
    const answer = await send()
    for (const [name, path] of Object.entries(exchange.capture ?? {})) this.#captured.set(name, valueAt(answer.body.toString(), path))
    return this.#difference(answer, wanted, exchange)
  }

  #difference(answer: WireAnswer, wanted: RecordedResponse, exchange: Exchange): string | undefined {
    if (answer.status !== wanted.status) return `expected ${wanted.status}, found ${answer.status} ${excerpt(answer.body.toString())}`
    const body = bytesOf(wanted.body, this.#sent, this.#folder)
    // pages for people are the server's own; of the rest, a long body is known by its hash
    const isPage = wanted.headers.some(([name, value]) => name === 'Content-Type' && value.startsWith('text/html')) || exchange.request.target.startsWith('/swagger/')
    if (body === undefined) return isPage || sha256(answer.body) === wanted.body?.sha256 ? undefined : 'expected another body'
    const [is, should] = [comparable(answer.headers, answer.body.toString('latin1'), exchange), comparable(wanted.headers, body.toString('latin1'), exchange)]
    return is === should ? undefined : `expected ${excerpt(should)}, found ${excerpt(is)}`
  }

  #parallel(answers: readonly WireAnswer[], { responses = [] }: Exchange): string | undefined {
    const kinds = (list: readonly (readonly [number, string])[]): string => JSON.stringify([...new Set(list.map(([status, text]) => `${status} ${text}`))].sort())
    const [is, should] = [kinds(answers.map(({ status, body }) => [status, body.toString()])), kinds(responses)]
    return is === should ? undefined : `expected ${excerpt(should)}, found ${excerpt(is)}`
  }

  #filled(text: string): string {
    return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => this.#captured.get(name) ?? whole)
  }
}

function valueAt(json: string, path: string): string {
  let value: unknown = JSON.parse(json)
  for (const name of path.split('.').slice(1)) value = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 400 ? `${text.slice(0, 400)}…` : text)
}
