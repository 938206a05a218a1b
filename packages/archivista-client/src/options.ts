import type { HttpClientOptions } from '@cilock/http'

/** Where an Archivista is, and how it is asked. */
export interface ArchivistaOptions extends Omit<HttpClientOptions, 'headers'> {
  /** The server, with a path where it has one. There is no default server. */
  readonly url: string | URL
  /** Sent with every request to that origin and to no other. */
  readonly headers?: Readonly<Record<string, string>>
  /** Gives the bearer token of a request; asked for each, and once more after a 401. */
  readonly token?: TokenProvider
  /** `/v1` for servers that have dropped the older routes. Default: none, as the Go clients. */
  readonly apiPrefix?: '' | '/v1'
  /** Bounds on what is read. Default: those that stand at each. */
  readonly limits?: ArchivistaLimits
}

/** A token for one request. It is sent to the server's own origin alone. */
export type TokenProvider = (request: TokenRequest) => Promise<string | undefined>

/** What a token is wanted for. */
export interface TokenRequest {
  /** The server's URL as it was given: the audience of an OIDC token. */
  readonly audience: string
  /** Whether the server has just turned the last one down. */
  readonly isRefused: boolean
  /** That of the call which needs the token. */
  readonly signal: AbortSignal | undefined
}

/** Bounds on what a server may make a client read. Beyond one is an error, never a part. */
export interface ArchivistaLimits {
  /** Bytes of one envelope. Default: 256 MiB. */
  readonly envelopeBytes?: number
  /** Bytes of one answer to a query. Default: 64 MiB. */
  readonly queryBytes?: number
  /** Envelopes that one search may name. Default: 10,000. */
  readonly hits?: number
  /** Envelopes to a page. Default: 1,000. */
  readonly page?: number
  /** Values of one list in a query; longer lists are asked in parts. Default: 1,000. */
  readonly listValues?: number
  /** Downloads at the same time. Default: 8. */
  readonly parallel?: number
}

export const limitDefaults: Required<ArchivistaLimits> = {
  envelopeBytes: 256 * 1024 * 1024,
  queryBytes: 64 * 1024 * 1024,
  hits: 10_000,
  page: 1000,
  listValues: 1000,
  parallel: 8,
}

export function limitsOf(limits: ArchivistaLimits = {}): Required<ArchivistaLimits> {
  const all = { ...limitDefaults }
  for (const name of Object.keys(limitDefaults) as (keyof ArchivistaLimits)[]) {
    const value = limits[name]
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`limits.${name} has to be a positive integer, not ${String(value)}`)
    all[name] = value
  }
  return all
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call with `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}
