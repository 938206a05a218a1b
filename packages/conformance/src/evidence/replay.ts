import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recording } from './recording.ts'
import { stampAnew, timestampReply } from './stamp-anew.ts'

interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string }
  readonly response: { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly bodyBase64?: string }
}

/**
 * A `fetch` that gives the recorded answers: each exchange answers one request of its method, host and path. A request
 * that was not recorded fails as a closed port would. A timestamp authority that gave a timestamp gives one of what it is asked.
 */
export function replay({ folder, http }: Recording): typeof globalThis.fetch {
  const file = http === undefined ? undefined : join(folder, http)
  const exchanges: Exchange[] = file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Exchange[]) : []
  return async (input, init) => {
    const request = new Request(input, init)
    const { pathname, search, host } = new URL(request.url)
    const index = exchanges.findIndex(
      (each) => each.request.method === request.method && samePath(each.request.path, pathname + search) && (each.request.headers['Host'] ?? host) === host,
    )
    const exchange = exchanges[index]
    if (exchange === undefined) throw new TypeError(`nothing recorded answers ${request.method} ${request.url}`)
    exchanges.splice(index, 1)
    const { status, headers = {}, body, bodyBase64 } = exchange.response
    // a recorded timestamp is about the signature of its recording
    if (status === 200 && headers['Content-Type'] === timestampReply) return new Response(await stampAnew(new Uint8Array(await request.arrayBuffer())), { status, headers: { ...headers } })
    const bytes = bodyBase64 === undefined ? (body ?? '') : Buffer.from(bodyBase64, 'base64')
    return new Response(status === 204 ? null : bytes, { status, headers: { ...headers } })
  }
}

/** Queries are sets here: Go sorts the keys, others do not. */
function samePath(a: string, b: string): boolean {
  const [left, right] = [new URL(a, 'http://host'), new URL(b, 'http://host')]
  left.searchParams.sort()
  right.searchParams.sort()
  return left.pathname === right.pathname && left.searchParams.toString() === right.searchParams.toString()
}
