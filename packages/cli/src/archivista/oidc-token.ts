import { CilockError, isJsonObject, parseJson } from '@cilock/core'
import type { TokenProvider } from '@cilock/archivista-client'
import { httpClient } from '@cilock/http'
import type { CliErrorCode } from '../error.ts'
import type { CliIo } from '../io.ts'

const maxBytes = 1024 * 1024

/**
 * Asks GitHub Actions for a token whose audience is the store's own URL, anew for each request: what another server got
 * hold of is of no use here, nor this one elsewhere.
 */
export function githubToken(endpoint: string, audience: string | undefined, io: CliIo, fetchToken: typeof fetch): TokenProvider {
  const { send } = httpClient({ fetch: fetchToken, timeouts: { answer: 30_000 }, headers: { authorization: `bearer ${io.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}`, accept: 'application/json' } })
  return async ({ audience: server, signal }) => {
    if (!URL.canParse(endpoint)) throw refused('ACTIONS_ID_TOKEN_REQUEST_URL is no URL')
    const url = new URL(endpoint)
    url.searchParams.set('audience', audience ?? server)
    const response = await send({ method: 'GET', url, redirect: 'none', ...(signal !== undefined && { signal }) })
    if (response.status !== 200) throw refused(`the server of tokens answers ${response.status}: ${await response.excerpt()}`)
    const token = tokenIn(await response.bytes(maxBytes))
    if (token === undefined) throw refused('the answer of the server of tokens has no token')
    return token
  }
}

function tokenIn(body: Uint8Array): string | undefined {
  try {
    const answer = parseJson(body)
    const token = isJsonObject(answer) ? answer['value'] : undefined
    return typeof token === 'string' && token !== '' ? token : undefined
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return undefined
  }
}

function refused(message: string): CilockError<CliErrorCode> {
  return new CilockError<CliErrorCode>('ERR_TOKEN', `no token for Archivista: ${message}`)
}
