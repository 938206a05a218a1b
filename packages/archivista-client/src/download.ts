import { parseEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { statusError } from './connection.ts'
import type { Connection } from './connection.ts'
import { ArchivistaError } from './error.ts'
import { checkGitoid, gitoidOf } from './gitoid.ts'
import type { CallOptions } from './options.ts'

/** Bytes that are what their gitoid says. */
export interface StoredBytes {
  /** 64 hexadecimal digits, held against the bytes. */
  readonly gitoid: string
  /** As the server sent them. */
  readonly bytes: Uint8Array
}

/** An envelope as it was stored. Nothing of it is verified but that these are its bytes. */
export interface StoredEnvelope extends StoredBytes {
  /** What the bytes hold. */
  readonly envelope: Envelope
}

/** Fetches bytes and checks them before anything looks at them. */
export async function downloadBytes(connection: Connection, gitoid: string, { signal }: CallOptions = {}): Promise<StoredBytes> {
  const name = checkGitoid(gitoid, 'to download')
  const response = await connection.send({ method: 'GET', path: `/download/${name}`, signal })
  if (response.status !== 200) throw downloadError(await statusError(response, `download of ${name}`, name))
  const bytes = await response.bytes(connection.limits.envelopeBytes)
  const found = gitoidOf(bytes)
  if (found !== name) throw new ArchivistaError('ERR_ARCHIVISTA_INTEGRITY', `download of ${name}: the server sent the bytes of ${found}`, { gitoid: name })
  return { gitoid: name, bytes }
}

/** The same, and what it holds. */
export async function downloadEnvelope(connection: Connection, gitoid: string, options?: CallOptions): Promise<StoredEnvelope> {
  const { bytes, gitoid: name } = await downloadBytes(connection, gitoid, options)
  return { gitoid: name, bytes, envelope: parseEnvelope(bytes) }
}

/** With files behind it the server answers 500 for what it does not have, and says so in the words of its system. */
function downloadError(error: ArchivistaError): ArchivistaError {
  if (error.status !== 500 || !/no such file|not found|cannot find/i.test(error.message)) return error
  return new ArchivistaError('ERR_ARCHIVISTA_NOT_FOUND', error.message, { status: 500, ...(error.gitoid !== undefined && { gitoid: error.gitoid }) })
}
