import type { Answer, Asked } from '@cilock/http/testing'

const allowedHeaders = ['Accept', 'Content-Type', 'Content-Length', 'Accept-Encoding', 'X-CSRF-Token', 'Authorization']
const alwaysAllowed: ReadonlySet<string> = new Set(['accept', 'accept-language', 'content-language', 'origin'])

/**
 * What the layer for browsers does before and after the server itself. Without a list every origin may read every
 * answer; one that is not listed is served all the same, and its browser keeps the answer from it.
 */
export function withCors(asked: Asked, origins: readonly string[], inner: () => Answer): Answer {
  const origin = asked.headers.get('origin') ?? ''
  const isPreflight = asked.method === 'OPTIONS'
  if (origin === '' || !(origins.length === 0 || origins.includes('*') || origins.includes(origin))) return isPreflight ? bare(200) : inner()
  const headers: (readonly [string, string])[] = []
  if (isPreflight) {
    const method = asked.headers.get('access-control-request-method')
    if (method === null) return bare(400)
    if (!['GET', 'POST', 'OPTIONS'].includes(method)) return bare(405)
    const wanted = (asked.headers.get('access-control-request-headers') ?? '').split(',').map((name) => name.trim().toLowerCase())
    const named = wanted.filter((name) => name !== '' && !alwaysAllowed.has(name))
    const allowed = named.flatMap((name) => allowedHeaders.filter((each) => each.toLowerCase() === name))
    if (allowed.length < named.length) return bare(403)
    if (allowed.length > 0) headers.push(['Access-Control-Allow-Headers', allowed.join(',')])
  }
  if (origins.length > 1) headers.push(['Vary', 'Origin'])
  headers.push(['Access-Control-Allow-Origin', origins.length === 0 || origins.includes('*') ? '*' : origin])
  const answer = isPreflight ? bare(200) : inner()
  return { ...answer, headers: [...headers, ...answer.headers] }
}

function bare(status: number): Answer {
  return { status, headers: [], body: new Uint8Array() }
}
