import { CilockError, decodeUtf8, parseJson } from '@cilock/core'
import type { AttestContext, JsonValue } from '@cilock/core'
import type { GithubErrorCode } from '../error.ts'

const maxBytes = 1024 * 1024
const timeout = 30_000

/**
 * Gets a small JSON document. Redirects are refused, since they would carry the request's token elsewhere; at most 1 MiB
 * and 30 seconds.
 *
 * @throws CilockError with `code`, without the query of the URL, which may hold a secret; `ERR_ABORTED`,
 * `ERR_FETCH_MISSING`
 */
export async function getJson(
  url: URL,
  headers: Readonly<Record<string, string>>,
  code: GithubErrorCode,
  { fetch, signal }: Pick<AttestContext, 'fetch' | 'signal'>,
): Promise<JsonValue> {
  const place = `${url.origin}${url.pathname}`
  const limit = AbortSignal.timeout(timeout)
  try {
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.any([signal, limit]) })
    if (response.status !== 200) throw new CilockError(code, `expected status 200 of ${place}, found ${response.status}`)
    const body = await readBody(response, AbortSignal.any([signal, limit]), code, place)
    return parseJson(decodeUtf8(body))
  } catch (error) {
    if (signal.aborted) throw new CilockError('ERR_ABORTED', `the request to ${place} was stopped`, { cause: signal.reason })
    if (CilockError.is(error) && (error.code === code || error.code === 'ERR_FETCH_MISSING')) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new CilockError(code, `expected JSON from ${place}: ${reason}`, { cause: error })
  }
}

/** Not every `fetch` that somebody hands over lets go of a body when its signal fires: the reading ends by itself. */
async function readBody(response: Response, stop: AbortSignal, code: GithubErrorCode, place: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  const cancel = (): void => void reader?.cancel(stop.reason).catch(() => {})
  stop.addEventListener('abort', cancel, { once: true })
  if (stop.aborted) cancel()
  try {
    for (;;) {
      const next = await reader?.read()
      if (next?.value === undefined) break
      size += next.value.length
      if (size > maxBytes) {
        await reader?.cancel()
        throw new CilockError(code, `expected at most ${maxBytes} bytes from ${place}, found more`)
      }
      chunks.push(next.value)
    }
  } finally {
    stop.removeEventListener('abort', cancel)
  }
  stop.throwIfAborted()
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}
