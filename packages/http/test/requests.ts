import { httpClient, HttpError } from '@cilock/http'
import type { HttpClient, HttpClientOptions, HttpRequest } from '@cilock/http'

/** A client without jitter that waits for nothing, and the pauses that it would have made. */
export function testClient(options: Partial<HttpClientOptions> & Pick<HttpClientOptions, 'fetch'>): HttpClient & { readonly pauses: readonly number[] } {
  const pauses: number[] = []
  const client = httpClient({
    random: () => 0,
    wait: async (milliseconds) => {
      pauses.push(milliseconds)
    },
    ...options,
  })
  return { ...client, pauses }
}

export const get = (url: URL, more: Partial<HttpRequest> = {}): HttpRequest => ({ method: 'GET', url, ...more })
export const text = async (bytes: Promise<Uint8Array>): Promise<string> => new TextDecoder().decode(await bytes)
export const code = async (work: Promise<unknown>): Promise<string> => work.then(() => 'none', (error: unknown) => (error instanceof HttpError ? error.code : String(error)))
