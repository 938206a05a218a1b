import type { HttpResponse } from '@cilock/http'
import { RegistryError } from '../error.ts'

const parameter = String.raw`\s*;\s*[\w*-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,;"]*)`
const link = new RegExp(`<([^>]*)>((?:${parameter})*)`, 'g')

/** RFC 8288, section 3: of several parameters `rel` the first counts, and it may name several relations. */
function isNext(parameters: string): boolean {
  const given = [...parameters.matchAll(new RegExp(parameter, 'g'))].map(([text]) => /^\s*;\s*rel\s*=\s*"?([^"]*)"?$/i.exec(text)?.[1]).find((relation) => relation !== undefined)
  return given?.toLowerCase().split(/\s+/).includes('next') === true
}

/** Where the next page of a list is, below `/v2/`. `Link: <…>; rel="next"`, with and without quotes. */
export function nextPage(response: HttpResponse, base: URL, what: string): string | undefined {
  const header = response.headers.get('link')
  if (header === null) return undefined
  const target = [...header.slice(0, 16_384).matchAll(link)].find(([, , parameters = '']) => isNext(parameters))?.[1]
  if (target === undefined) return undefined
  if (!URL.canParse(target, response.url.href)) throw new RegistryError('ERR_REGISTRY_RESPONSE', `${what}: the registry names a next page that is no URL`)
  const url = new URL(target, response.url)
  if (url.origin !== base.origin || !url.pathname.startsWith('/v2/')) throw new RegistryError('ERR_REGISTRY_RESPONSE', `${what}: the registry names a next page elsewhere (${url.origin})`)
  return `${url.pathname.slice('/v2/'.length)}${url.search}`
}

/** Refuses lists that never end. */
export class PageCount {
  readonly #seen = new Set<string>()
  readonly #what: string

  constructor(what: string) {
    this.#what = what
  }

  enter(path: string): void {
    if (this.#seen.has(path)) throw new RegistryError('ERR_REGISTRY_RESPONSE', `${this.#what}: the pages of the list go round in a circle`)
    this.#seen.add(path)
    if (this.#seen.size > 10_000) throw new RegistryError('ERR_LIMIT_EXCEEDED', `${this.#what}: more than 10,000 pages`)
  }
}
