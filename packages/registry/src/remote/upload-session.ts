import { CilockError } from '@cilock/core'
import { isInnerAddress } from '@cilock/http'
import type { HttpResponse } from '@cilock/http'
import { RegistryError } from '../error.ts'
import type { Place } from './read.ts'
import { temporary } from './connection.ts'
import { statusError } from './status-error.ts'

/** An upload that goes on. */
export interface Session {
  readonly location: URL
  /** Bytes that a piece has to have at least, as the registry says. */
  readonly minChunk: number
}

/** The session that an answer begins (202). */
export async function sessionOf(response: HttpResponse, place: Place, what: string): Promise<Session> {
  if (response.status !== 202) throw await statusError(response, what)
  await response.cancel()
  const min = response.headers.get('oci-chunk-min-length') ?? ''
  return { location: locationOf(response, place, what), minChunk: /^\d{1,10}$/.test(min) ? Number(min) : 0 }
}

/** What a registry says it has of an upload. */
export interface Progress {
  readonly location: URL
  /** How many bytes, from the first on. */
  readonly received: number
}

/** Asks for it (distribution-spec, "Pushing a blob in chunks"). Undefined: it knows nothing of the upload, or does not say. */
export async function progressOf(place: Place, location: URL, what: string, signal: AbortSignal | undefined): Promise<Progress | undefined> {
  const response = await place.connection.send(place.repository, { method: 'GET', to: location, actions: 'pull,push', redirect: 'none', signal })
  await response.cancel()
  const received = receivedIn(response)
  if (response.status !== 204 || received === undefined) return undefined
  // some do not repeat where it goes on
  return { received, location: response.headers.has('location') ? locationOf(response, place, what) : location }
}

/** `Range: 0-59` are 60 bytes. `0-0` is what registries say of none, and one alone is never sent where more are to come. */
export function receivedIn({ headers }: HttpResponse): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(headers.get('range') ?? '')?.[1]
  if (last === undefined) return undefined
  return last === '0' ? 0 : Number(last) + 1
}

/** Whether a failure may be one of the moment, so that an upload can go on. */
export function isBroken(error: unknown): boolean {
  if (!CilockError.is(error)) return false
  if (error.code === 'ERR_HTTP_NETWORK' || error.code === 'ERR_HTTP_TIMEOUT') return true
  return error instanceof RegistryError && error.status !== undefined && temporary.includes(error.status)
}

/** Where an upload goes on: at the registry, or elsewhere with TLS, but never from a public registry into a private network. */
export function locationOf(response: HttpResponse, { connection }: Place, what: string): URL {
  const text = response.headers.get('location')
  if (text === null || !URL.canParse(text, response.url.href)) throw new RegistryError('ERR_REGISTRY_UPLOAD', `${what}: the registry does not say where`)
  const url = new URL(text, response.url)
  url.hash = ''
  if (url.origin === connection.url.origin) return url
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || (isInnerAddress(url.hostname) && !isInnerAddress(connection.url.hostname))) {
    throw new RegistryError('ERR_REGISTRY_UPLOAD', `${what}: the registry sends the upload to ${url.origin}`)
  }
  return url
}

/** A location may have a query of its own, whose spelling is kept. */
export function withDigest(location: URL, digest: string): URL {
  const url = new URL(location)
  url.search = `${url.search}${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`
  return url
}
