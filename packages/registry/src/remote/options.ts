import type { HttpClientOptions } from '@cilock/http'
import type { CredentialProvider } from '../auth/credentials.ts'

/** How registries are asked. */
export interface RegistryOptions extends Omit<HttpClientOptions, 'headers' | 'allowInsecure'> {
  /** Sent with every request to registries, as a `user-agent`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** Asked where a registry wants credentials. Default: everything anonymously. */
  readonly credentials?: CredentialProvider
  /** Registries (`host:port`) that speak http. Default: those on this machine (loopback) only. */
  readonly plainHttp?: readonly string[]
  /** What token services are told. Default: `cilock`. */
  readonly clientId?: string
  /**
   * For the end of tokens: one that has ended by it is renewed before it is sent, which spares a large upload from being turned
   * down. Default: none, a token is renewed when a registry turns it down (401).
   */
  readonly clock?: () => Date
  /** Bounds on what a registry may make a client read. Beyond one is an error, never a part. */
  readonly limits?: RegistryLimits
}

/** Bounds on what is read and sent. */
export interface RegistryLimits {
  /** Bytes of one manifest. Default: 4 MiB, the usual limit of registries. */
  readonly manifestBytes?: number
  /** Bytes of one streamed blob of unknown size. Default: 64 GiB. */
  readonly blobBytes?: number
  /** Bytes of one page of tags or referrers. Default: 4 MiB. */
  readonly listBytes?: number
  /** Tags or referrers in all. Default: 10,000. */
  readonly listEntries?: number
  /** Bytes of one piece of a chunked upload, where the registry asks for no more. Default: 5 MiB. */
  readonly chunkBytes?: number
}

const limitDefaults: Required<RegistryLimits> = {
  manifestBytes: 4 * 1024 ** 2,
  blobBytes: 64 * 1024 ** 3,
  listBytes: 4 * 1024 ** 2,
  listEntries: 10_000,
  chunkBytes: 5 * 1024 ** 2,
}

export function limitsOf(limits: RegistryLimits = {}): Required<RegistryLimits> {
  const all = { ...limitDefaults }
  for (const name of Object.keys(limitDefaults) as (keyof RegistryLimits)[]) {
    const value = limits[name]
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`limits.${name} has to be a positive integer, not ${String(value)}`)
    all[name] = value
  }
  return all
}
