import { HttpError } from './error.ts'
import type { HttpRequest, RedirectRule } from './options.ts'
import { checkUrl, isInnerAddress } from './url.ts'

/** More hops are a loop. */
const maxRedirects = 5

/** A request as it goes out: its URL and whether what was meant for the first origin still goes along. */
export interface Hop {
  readonly url: URL
  readonly method: HttpRequest['method']
  readonly count: number
  readonly isFirstOrigin: boolean
  /** The server that led there, where it was not the caller. */
  readonly ledBy?: URL
}

/** Where a request goes first. */
export function firstHop({ url, method, ledBy }: HttpRequest): Hop {
  return { url, method, count: 0, isFirstOrigin: true, ...(ledBy !== undefined && ledBy.host !== url.host && { ledBy }) }
}

/** Where a redirect leads, or why it is not followed. Undefined: the answer is none. */
export function nextHop(hop: Hop, request: HttpRequest, status: number, location: string | null, allowInsecure: boolean): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined
  const rule: RedirectRule = request.redirect ?? 'same-origin'
  const refuse = (why: string): HttpError => new HttpError('ERR_HTTP_REDIRECT', hop.method, hop.url, why)
  if (rule === 'none') throw refuse(`the server answers with a redirect (${status}), which is not followed here`)
  if (location === null) throw refuse(`the server answers with a redirect (${status}) to nowhere`)
  if (hop.count >= maxRedirects) throw refuse(`more than ${maxRedirects} redirects`)
  const isSafe = hop.method === 'GET' || hop.method === 'HEAD'
  // other clients turn a POST into a GET here, and the server then answers something else
  if (!isSafe && status !== 307 && status !== 308) throw refuse(`a redirect (${status}) that would change the method`)
  const url = parse(location, hop.url)
  if (url === undefined) throw refuse(`a redirect (${status}) to what is no URL`)
  checkUrl(url, hop.method, allowInsecure)
  const isFirstOrigin = url.origin === request.url.origin
  if (!isFirstOrigin && rule === 'same-origin') throw refuse(`a redirect to another origin (${url.origin})`)
  if (!isFirstOrigin && !isSafe) throw refuse(`a redirect of what is sent to another origin (${url.origin})`)
  if (!isFirstOrigin && isInnerAddress(url.hostname) && !isInnerAddress(request.url.hostname)) throw refuse(`a redirect into a private network (${url.host})`)
  return { ...(isFirstOrigin ? firstHop(request) : { ledBy: request.url, isFirstOrigin }), url, method: hop.method, count: hop.count + 1 }
}

function parse(location: string, base: URL): URL | undefined {
  try {
    const url = new URL(location, base)
    url.hash = ''
    return url
  } catch {
    return undefined
  }
}
