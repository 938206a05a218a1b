import { archivistaClient } from '@cilock/archivista-client'
import type { ArchivistaClient } from '@cilock/archivista-client'
import { usage } from '../error.ts'
import { asksForArchivista } from '../flags/archivista.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { githubToken } from './oidc-token.ts'

/** The store that the flags ask for, or none. Everything that is wrong with them is told before anything happens. */
export function archivistaOf(flags: Flags, io: CliIo): ArchivistaClient | undefined {
  if (!asksForArchivista(flags)) return undefined
  const url = flags.string('archivista-server') ?? flags.string('archivist-server') ?? ''
  if (url === '') throw usage('--archivista-server is missing: there is no default server')
  if (io.fetch === undefined) throw usage('--enable-archivista needs the network, which this program was not given')
  const headers = headersOf(flags.list('archivista-headers'))
  const endpoint = io.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''
  const asksForToken = flags.given('archivista-oidc') ? flags.bool('archivista-oidc') : endpoint !== ''
  // credentials that were given by hand are the ones that are meant
  const hasCredentials = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
  if (asksForToken && endpoint === '') throw usage('--archivista-oidc: ACTIONS_ID_TOKEN_REQUEST_URL is not set, so there is nobody to ask for a token')
  try {
    return archivistaClient({
      url,
      fetch: io.fetch,
      headers,
      ...(asksForToken && !hasCredentials && { token: githubToken(endpoint, flags.string('archivista-audience'), io, io.fetch) }),
    })
  } catch (error) {
    if (error instanceof TypeError) throw usage(`--archivista-server: ${error.message}`)
    throw error
  }
}

/** `Name: Value`; of a name that stands there again, the last one counts. */
export function headersOf(lines: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Headers()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim()
    const value = line.slice(colon + 1).trim()
    // the value may be a secret, so it is not shown
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) throw usage('--archivista-headers: expected "Name: Value"')
    headers.set(name, value)
  }
  return Object.fromEntries(headers)
}
