import { createHash } from 'node:crypto'
import { bytesOf, digestsIn, headerOf } from './recording.ts'
import type { Exchange, Recording } from './recording.ts'

interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: Buffer
}

/**
 * The registry of a recording. What was recorded for the action at hand is answered as it was recorded, if it is asked
 * in the same words; what a careful client asks besides (is it there now?) is answered from what was sent before.
 */
export class RecordedServer {
  readonly #recording: Recording
  readonly #challenge: Exchange | undefined
  readonly #tokens = new Set<string>()
  readonly #blobs = new Map<string, Buffer>()
  readonly #manifests = new Map<string, { readonly bytes: Buffer; readonly type: string }>()
  #waiting: Exchange[] = []
  #given: Exchange[] = []
  /** What was asked in other words than recorded. */
  readonly complaints: string[] = []

  constructor(recording: Recording) {
    this.#recording = recording
    this.#challenge = recording.runs.flatMap(({ exchanges }) => exchanges).find(({ response }) => response.status === 401 && headerOf(response.headers, 'www-authenticate') !== undefined)
  }

  /** What the next action is about. */
  expect(exchanges: readonly Exchange[]): void {
    this.#waiting = [...exchanges]
    this.#given = []
  }

  /** What was recorded for the action and never asked for. */
  get unasked(): readonly Exchange[] {
    return this.#waiting
  }

  /** What stands under the fallback tag of a subject. */
  tagged(repository: string, subject: string, artifactType: string | null): readonly string[] {
    const index = this.#manifests.get(`${repository}/${subject.replace(':', '-')}`)
    return index === undefined ? [] : digestsIn(index.bytes, artifactType)
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const sent = { method: request.method, url, headers: request.headers, body: Buffer.from(await request.arrayBuffer()) }
    if (url.host === this.#recording.tokenService?.host) return this.#token(sent)
    if (url.host !== this.#recording.host) return this.#elsewhere(sent)
    const refused = this.#refuse(sent)
    if (refused !== undefined) return refused
    const at = this.#waiting.findIndex((exchange) => isSame(exchange, sent))
    const exchange = this.#waiting[at]
    // what is tried again without anything having changed is answered as before
    const before = this.#given.findLast((each) => isSame(each, sent))
    if (exchange === undefined) return before === undefined ? this.#answer(sent) : answerOf(before, sent.method)
    this.#waiting.splice(at, 1)
    this.#given.push(exchange)
    this.#compare(exchange, sent)
    this.#note(exchange, sent)
    return answerOf(exchange, sent.method)
  }

  /** Credentials are wanted where the registry wanted them. */
  #refuse({ headers }: Sent): Response | undefined {
    if (this.#challenge === undefined) return undefined
    const given = headers.get('authorization') ?? ''
    const isKnown = this.#tokens.has(given) || (given !== '' && this.#recording.runs.some(({ exchanges }) => exchanges.some(({ request, response }) => response.status !== 401 && headerOf(request.headers, 'authorization') === given)))
    return isKnown ? undefined : answerOf(this.#challenge, 'GET')
  }

  #token({ method, url, headers, body }: Sent): Response {
    const asked = method === 'POST' ? new URLSearchParams(body.toString()) : url.searchParams
    const found = this.#recording.tokenService?.exchanges.find(({ request }) => {
      const recorded = method === 'POST' ? new URLSearchParams(bytesOf(request.body).toString()) : new URL(request.target, url).searchParams
      const fits = (name: string): boolean => recorded.get(name) === asked.get(name)
      return request.method === method && (headerOf(request.headers, 'authorization') ?? null) === headers.get('authorization') && ['service', 'grant_type', 'refresh_token'].every(fits) && scopesOf(asked).every((scope) => scopesOf(recorded).some((each) => covers(each, scope)))
    })
    if (found === undefined) {
      this.complaints.push(`no token was given for ${method} ${[...scopesOf(asked)].join(' ')}`)
      return new Response(null, { status: 401 })
    }
    const token: unknown = JSON.parse(bytesOf(found.response.body).toString())
    if (typeof token === 'object' && token !== null && 'token' in token) this.#tokens.add(`Bearer ${String(token.token)}`)
    return answerOf(found, method)
  }

  #elsewhere({ method, url, headers }: Sent): Response {
    if (headers.has('authorization')) this.complaints.push(`credentials went to ${url.host}`)
    const found = this.#recording.exchangesOtherHost?.find(({ request }) => request.method === method && request.target === `${url.pathname}${url.search}`)
    if (found === undefined) throw new TypeError('fetch failed', { cause: new TypeError(`connect ECONNREFUSED ${url.host}`) })
    return answerOf(found, method)
  }

  #compare({ request }: Exchange, { method, headers, body }: Sent): void {
    const differs = (what: string): number => this.complaints.push(`${method} ${request.target.slice(0, 100)}: ${what}`)
    if (method === 'PUT' || method === 'PATCH' || method === 'POST') {
      if (!bytesOf(request.body).equals(body)) differs(`sent ${body.length} bytes, recorded are ${request.body.size}, or others`)
      const type = headerOf(request.headers, 'content-type')
      if (request.target.includes('/manifests/') && type !== undefined && type !== headers.get('content-type')) differs(`sent as ${headers.get('content-type') ?? 'nothing'}, recorded is ${type}`)
    }
    const range = headerOf(request.headers, 'content-range')
    if (range !== undefined && method === 'PATCH' && range !== headers.get('content-range')) differs(`sent as ${headers.get('content-range') ?? 'no range'}, recorded is ${range}`)
  }

  /** What is there from now on. */
  #note({ response }: Exchange, { method, url, body, headers }: Sent): void {
    const [, name, kind, reference = ''] = placeOf(url) ?? []
    if (response.status >= 300) return
    if (kind === 'manifests' && method === 'PUT') this.#keepManifest(`${name}`, reference, body, headers.get('content-type') ?? '')
    if (kind === 'manifests' && method === 'DELETE') this.#manifests.delete(`${name}/${reference}`)
    const digest = url.searchParams.get('digest') ?? url.searchParams.get('mount')
    if (digest !== null && response.status === 201) this.#blobs.set(`${name}/${digest}`, body)
  }


  #keepManifest(name: string, reference: string, bytes: Buffer, type: string): void {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    for (const each of [reference, digest]) this.#manifests.set(`${name}/${each}`, { bytes, type })
  }

  /** From what was sent before. */
  #answer({ method, url, body, headers }: Sent): Response {
    const [, name = '', kind, reference = ''] = placeOf(url) ?? []
    const at = `${name}/${reference}`
    if (kind === 'manifests' && method === 'PUT') {
      this.#keepManifest(name, reference, body, headers.get('content-type') ?? '')
      return new Response(null, { status: 201 })
    }
    const manifest = kind === 'manifests' ? this.#manifests.get(at) : undefined
    if (manifest !== undefined && method === 'GET') return new Response(new Uint8Array(manifest.bytes), { headers: { 'content-type': manifest.type } })
    if (kind === 'blobs' && method === 'HEAD' && this.#blobs.has(at)) return new Response(null, { status: 200 })
    return new Response(null, { status: 404 })
  }
}

const placeOf = (url: URL): RegExpExecArray | null => /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/(.+)$/.exec(decodeURIComponent(url.pathname))

/** Whether it is asked in the same words, apart from the size of pages and what only one client adds. */
function isSame({ request }: Exchange, { method, url }: Sent): boolean {
  const recorded = new URL(request.target, url)
  if (request.method !== method || decodeURIComponent(recorded.pathname) !== decodeURIComponent(url.pathname)) return false
  // how many are wanted is for the first page
  const ignored = url.searchParams.has('last') ? ['origin'] : ['origin', 'n']
  const words = (each: URL): string => JSON.stringify([...each.searchParams].filter(([name]) => !ignored.includes(name)).map(String).toSorted())
  return words(recorded) === words(url)
}

function scopesOf(parameters: URLSearchParams): readonly string[] {
  return parameters.getAll('scope').flatMap((scope) => scope.split(' '))
}

/** A token for more serves for less. */
function covers(recorded: string, asked: string): boolean {
  const [kind, name, actions = ''] = recorded.split(':')
  const [askedKind, askedName, askedActions = ''] = asked.split(':')
  return kind === askedKind && name === askedName && askedActions.split(',').every((action) => actions.split(',').includes(action))
}

function answerOf({ response }: Exchange, method: string): Response {
  if (response.status === 0) throw new TypeError('fetch failed', { cause: new TypeError('other side closed') })
  const headers = new Headers()
  for (const [name, value] of response.headers) if (!['transfer-encoding', 'connection'].includes(name.toLowerCase())) headers.append(name, value)
  const hasBody = method !== 'HEAD' && ![204, 304].includes(response.status)
  return new Response(hasBody ? new Uint8Array(bytesOf(response.body)) : null, { status: response.status, headers })
}
