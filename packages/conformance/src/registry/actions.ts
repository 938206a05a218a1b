import { isDeepStrictEqual } from 'node:util'
import type { Repository } from '@cilock/registry'
import { codeOf, notSent, spoilt } from './decisions.ts'
import { bytesOf, digestsIn, headerOf, isRecorded, sha256Of } from './recording.ts'
import type { RecordedServer } from './recorded-server.ts'
import type { Exchange } from './recording.ts'

/** Something our client does, as another one was recorded to. */
export interface Action {
  readonly id: string
  /** `demo/hello` */
  readonly repository: string
  /** What was recorded of it; all of it has to be asked for. */
  readonly exchanges: readonly Exchange[]
  /** What our client says; undefined: nothing. */
  readonly code: string | undefined
  /** What it was asked for in vain, and why that is right: it is not sent at all. */
  readonly isSent: boolean
  readonly chunkBytes?: number
  /** What is wrong with what our client read, if anything is. */
  readonly run: (repository: Repository, server: RecordedServer) => Promise<string | undefined>
}

const temporary = new Set([408, 429, 500, 502, 503, 504])

/** The actions that a run of another client was made of. What is no client's business of ours is left out. */
export function actionsOf(recording: string, exchanges: readonly Exchange[]): readonly Action[] {
  const actions: Action[] = []
  const used = new Set<Exchange>()
  for (const [at, exchange] of exchanges.entries()) {
    if (used.has(exchange)) continue
    const rest = exchanges.slice(at)
    const action = actionOf(recording, exchange, rest, exchanges)
    if (action === undefined) continue
    for (const each of action.exchanges) used.add(each)
    actions.push({ ...action, id: exchange.id ?? `${at}-${action.id}` })
  }
  return actions
}

function actionOf(recording: string, first: Exchange, rest: readonly Exchange[], all: readonly Exchange[]): Action | undefined {
  const [, repository = '', kind = '', last = ''] = /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\/([^?]*)/.exec(first.request.target) ?? []
  const reference = decodeURIComponent(last)
  const { method } = first.request
  const exchanges = kind === '' ? [] : repeated(first, rest)
  const [answer] = exchanges.slice(-1)
  if (answer === undefined || answer.response.status === 304) return undefined
  const { response } = answer
  const fault = spoilt[recording]
  const refused = notSent[first.id ?? '']
  const code = refused ?? (response.injected === true && fault?.path.test(first.request.target) === true ? fault.code : codeOf(response.status))
  const common = { repository, exchanges, code, isSent: refused === undefined, id: `${method}-${kind}` }
  const key = `${method} ${kind}`
  if (key === 'GET manifests') {
    return { ...common, run: async (store) => differs(Buffer.from((await store.manifest(reference)).bytes), bytesOf(response.body)) }
  }
  if (key === 'PUT manifests' && isRecorded(first.request.body)) {
    const body = bytesOf(first.request.body)
    const isTag = !reference.includes(':')
    // under another digest than its own is what only a probe sends
    if (!isTag && reference !== `sha256:${sha256Of(body)}`) return undefined
    const mediaType = headerOf(first.request.headers, 'content-type')
    return { ...common, run: async (store) => differs(Buffer.from((await store.putManifest(body, { ...(isTag && { tag: reference }), ...(mediaType !== undefined && { mediaType }) })).bytes), body) }
  }
  if (key === 'DELETE manifests') {
    return { ...common, run: async (store) => equals(await store.deleteManifest(reference), undefined) }
  }
  if (key === 'GET blobs' && !reference.startsWith('uploads/') && headerOf(first.request.headers, 'range') === undefined) {
    const redirected = response.status === 307
    // what is there is held against the digest
    return { ...common, code: redirected && fault === undefined ? undefined : code, run: async (store) => differs(Buffer.from(await store.blob(reference)), redirected ? undefined : bytesOf(response.body)) }
  }
  if (key === 'HEAD blobs') {
    const size = Number(headerOf(response.headers, 'content-length') ?? 0)
    return { ...common, code: response.status === 404 ? undefined : code, run: async (store) => equals(await store.headBlob(reference), response.status === 404 ? undefined : size) }
  }
  if (key === 'POST blobs') return uploadOf(common, first, rest)
  if (key === 'GET tags') {
    const pages = pagesOf(first, all)
    // a page that is not the first is no beginning
    if (first.request.target.includes('last=') || pages === undefined) return undefined
    return { ...common, exchanges: pages, run: async (store) => equals(await store.tags(), [...new Set(pages.flatMap((each) => tagsIn(each.response)))].sort()) }
  }
  if (key === 'GET referrers') {
    const artifactType = new URL(first.request.target, 'http://x').searchParams.get('artifactType')
    const listed = response.status === 200 && headerOf(response.headers, 'content-type')?.includes('index') === true ? digestsIn(bytesOf(response.body)) : []
    // where there is no list, what stands under the fallback tag counts
    const noList = [400, 404, 405, 406].includes(response.status)
    return { ...common, code: noList && common.isSent ? undefined : code, run: async (store, server) => equals((await store.referrers(reference, artifactType === null ? {} : { artifactType })).map(({ digest }) => digest), noList ? server.tagged(repository, reference, artifactType) : listed) }
  }
  return undefined
}

/** With the pages that each says are next; the last one that was recorded is the last. Undefined: there is none behind the first. */
function pagesOf(first: Exchange, all: readonly Exchange[]): readonly Exchange[] | undefined {
  const next = /<([^>]*)>/.exec(headerOf(first.response.headers, 'link') ?? '')?.[1]
  if (next === undefined) return [first]
  const query = (target: string): string => JSON.stringify([...new URL(target, 'http://x').searchParams].map(String).toSorted())
  const page = all.find(({ request }) => request.method === 'GET' && request.target.includes('/tags/list') && request.target.includes('last=') && query(request.target) === query(next))
  if (page === undefined) return undefined
  const headers = page.response.headers.filter(([name]) => name.toLowerCase() !== 'link')
  return [first, ...(pagesOf(page, all) ?? [{ ...page, response: { ...page.response, headers } }])]
}

/** With the attempts behind it, where it was tried again. */
function repeated(first: Exchange, rest: readonly Exchange[]): readonly Exchange[] {
  if (!temporary.has(first.response.status)) return [first]
  const same = rest.filter(({ request }) => request.method === first.request.method && request.target === first.request.target)
  const end = same.findIndex(({ response }) => !temporary.has(response.status))
  return end < 0 ? same : same.slice(0, end + 1)
}

/** A mount, an upload in one request, or one of several. Those that only a probe breaks off are none of a client's. */
function uploadOf(common: Pick<Action, 'repository' | 'code' | 'isSent' | 'id'>, first: Exchange, rest: readonly Exchange[]): Action | undefined {
  const { response } = first
  const query = new URL(first.request.target, 'http://x').searchParams
  const [mount, from, posted] = [query.get('mount'), query.get('from'), query.get('digest')]
  if (mount !== null && from !== null && response.status === 201) {
    return { ...common, exchanges: [first], run: async (store) => equals((await store.putBlob({ digest: mount, size: 0, open: nothing }, { mountFrom: from })).how, 'mounted') }
  }
  const session = headerOf(response.headers, 'location')
  if (response.status !== 202 || session === undefined) return undefined
  const path = new URL(session, 'http://x').pathname
  const parts = rest.filter(({ request }) => new URL(request.target, 'http://x').pathname === path)
  const put = parts.find(({ request, response: { status } }) => request.method === 'PUT' && status === 201)
  // a gap that a probe left, and what it asked then, changed nothing
  const patches = parts.filter(({ request, response: { status } }) => request.method === 'PATCH' && status !== 416)
  const digest = put === undefined ? null : new URL(put.request.target, 'http://x').searchParams.get('digest')
  if (put === undefined || digest === null || posted !== null || mount !== null) return undefined
  if (patches.some(({ response: { status } }) => status !== 202)) return undefined
  const whole = Buffer.concat([...patches, put].map(({ request }) => bytesOf(request.body)))
  const [chunk] = patches
  return {
    ...common,
    exchanges: [first, ...patches, put],
    ...(chunk !== undefined && { chunkBytes: chunk.request.body.size }),
    run: async (store) => equals(await store.putBlob({ digest, size: whole.length, open: () => once(whole) }, { chunked: patches.length > 0 }), { digest, size: whole.length, how: 'uploaded' }),
  }
}

function tagsIn({ status, body }: Exchange['response']): readonly string[] {
  if (status !== 200) return []
  const { tags } = JSON.parse(bytesOf(body).toString()) as { readonly tags?: readonly string[] | null }
  return tags ?? []
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield bytes
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  // what is mounted is not sent
}

function differs(found: Buffer, recorded: Buffer | undefined): string | undefined {
  return recorded === undefined || found.equals(recorded) ? undefined : `expected ${recorded.length} recorded bytes, found ${found.length}, or others`
}

function equals(found: unknown, wanted: unknown): string | undefined {
  return isDeepStrictEqual(found, wanted) ? undefined : `expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`
}
