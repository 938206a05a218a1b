import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface RegistryJson {
  readonly host: string
  readonly referrersApi: boolean
  readonly repositories: Readonly<
    Record<
      string,
      {
        readonly tags: Readonly<Record<string, string>>
        readonly manifests: Readonly<Record<string, { readonly mediaType: string }>>
        readonly blobs: Readonly<Record<string, unknown>>
        readonly referrers?: Readonly<Record<string, { readonly status: number; readonly contentType: string; readonly body: unknown }>>
      }
    >
  >
}

/** A registry as it was recorded, which takes nothing. `fault` is what stood between it and cosign. */
export function recordedFetch(folder: string, state: string, fault: string | undefined): typeof fetch {
  const registry = JSON.parse(readFileSync(join(folder, state, 'registry.json'), 'utf8')) as RegistryJson
  const blobOf = (repository: string, digest: string): Uint8Array<ArrayBuffer> | undefined => {
    const path = join(folder, state, 'layout', repository, 'blobs', digest.replace(':', '/'))
    return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined
  }
  // what the recording did not ask the registry for stands in the manifests
  const listed = (digests: readonly string[], repository: string, subject: string): Response =>
    indexAnswer(
      digests.flatMap((digest) => {
        const bytes = blobOf(repository, digest)
        const manifest = bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as { readonly mediaType?: string; readonly subject?: { readonly digest?: string } })
        return manifest?.subject?.digest === subject ? [{ mediaType: manifest.mediaType, digest, size: bytes?.length }] : []
      }),
    )
  const answer = (path: string): Response => {
    const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs|referrers)\/([^/]+)$/.exec(path) ?? []
    const repository = registry.repositories[name]
    if (path === '/v2/') return Response.json({})
    if (repository === undefined) return Response.json({ errors: [{ code: 'NAME_UNKNOWN' }] }, { status: 404 })
    if (kind === 'referrers') return registry.referrersApi ? (referrersOf(repository.referrers?.[reference]) ?? listed(Object.keys(repository.manifests), name, reference)) : new Response('404 page not found', { status: 404 })
    const digest = kind === 'manifests' && !reference.includes(':') ? repository.tags[reference] : reference
    const bytes = digest === undefined ? undefined : blobOf(name, digest)
    if (digest === undefined || bytes === undefined || (kind === 'manifests' && !(digest in repository.manifests))) {
      return Response.json({ errors: [{ code: kind === 'manifests' ? 'MANIFEST_UNKNOWN' : 'BLOB_UNKNOWN' }] }, { status: 404 })
    }
    const type = kind === 'manifests' ? (repository.manifests[digest]?.mediaType ?? '') : 'application/octet-stream'
    return new Response(bytes, { headers: { 'content-type': type, 'docker-content-digest': digest } })
  }
  return async (input, init) => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    const path = decodeURIComponent(pathname)
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(undefined, { status: 405 })
    return spoilt(fault, path, answer, registry)
  }
}

const index = 'application/vnd.oci.image.index.v1+json'

/** Undefined: it was not asked for. */
function referrersOf(recorded: { readonly status: number; readonly contentType: string; readonly body: unknown } | undefined): Response | undefined {
  if (recorded === undefined) return undefined
  return Response.json(recorded.body, { status: recorded.status, headers: { 'content-type': recorded.contentType } })
}

function indexAnswer(manifests: readonly unknown[]): Response {
  return Response.json({ schemaVersion: 2, mediaType: index, manifests }, { headers: { 'content-type': index } })
}

/** @throws TypeError on a fault that is not known, so that none passes for a healthy registry */
function spoilt(fault: string | undefined, path: string, answer: (path: string) => Response, { repositories }: RegistryJson): Response {
  if (fault === undefined) return answer(path)
  const isReferrers = path.includes('/referrers/')
  const status = /^referrers API answers (\d+)$/.exec(fault)?.[1]
  if (status !== undefined && status !== '200') return isReferrers ? new Response('{}', { status: Number(status), headers: { 'retry-after': '0' } }) : answer(path)
  switch (fault) {
    case 'referrers API hides everything (200, empty index)':
      return isReferrers ? indexAnswer([]) : answer(path)
    case 'referrers API answers 200 with HTML':
      return isReferrers ? new Response('<html></html>', { headers: { 'content-type': 'text/html' } }) : answer(path)
    case 'referrers API answers 200 with an index as application/json':
      return isReferrers ? retyped(answer(path)) : answer(path)
    case 'the manifest bytes of v2 are served for the digest of v1': {
      const { tags = {} } = repositories['demo/hello'] ?? {}
      return path.endsWith(`/manifests/${tags['v1']}`) ? answer(path.replace(String(tags['v1']), String(tags['v2']))) : answer(path)
    }
    case 'HEAD and GET of the tag carry a Docker-Content-Digest of other bytes': {
      const right = answer(path)
      if (!/\/manifests\/v\d$/.test(path)) return right
      return new Response(right.body, { headers: { ...Object.fromEntries(right.headers), 'docker-content-digest': `sha256:${'0'.repeat(64)}` } })
    }
    default:
      throw new TypeError(`the fault ${JSON.stringify(fault)} is not known`)
  }
}

function retyped(response: Response): Response {
  return new Response(response.body, { status: response.status, headers: { 'content-type': 'application/json' } })
}
